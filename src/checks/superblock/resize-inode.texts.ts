/** The texts of the problems in resize-inode.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'resize-inode-with-meta-bg': {
    title: 'Two ways of growing are active at once',
    explain:
      'resize_inode reserves blocks for more descriptors; meta_bg spreads the descriptors so that no reserve is needed. Only one of them may be set. A feature field was damaged, or a tool changed it only halfway. Files can be read, but growing the file system could destroy it.',
    say: (_: object) => 'both resize_inode and meta_bg are set',
  },
  'resize-blocks-without-feature': {
    title: 'Blocks are reserved for growing without the feature',
    explain:
      's_reserved_gdt_blocks is the number of blocks reserved after the descriptors, and must be 0 without the resize_inode feature. The field or the feature field was damaged. Files can be read, but every tool now treats these blocks as reserved.',
    say: (d: { stored: number }) => `s_reserved_gdt_blocks is ${d.stored}, should be 0 without resize_inode`,
  },
  'resize-inode-not-clear': {
    title: 'Resize inode is not empty although it is not in use',
    explain:
      'Without the resize_inode feature, inode 7 must have no blocks. The feature was not switched off completely, or the inode was overwritten. Files can be read; e2fsck clears the inode.',
    say: (d: { stored: number; word: number }) => `i_block[${d.word}] is ${d.stored}, should be 0 without resize_inode`,
  },
  'resize-inode-invalid': {
    title: 'Resize inode is invalid',
    explain:
      'Inode 7 lists the blocks that are reserved after the descriptors of each group. Its list is wrong, because it or one of its blocks was overwritten or lost. Files can be read, but growing the mounted file system could destroy it; e2fsck rebuilds the inode.',
    say: (d: { what: string; stored: number; expected: string }) => `${d.what} is ${d.stored}, should be ${d.expected}`,
  },
  'resize-inode-unreadable': {
    title: 'Resize inode cannot be read',
    explain:
      'Inode 7 lists the blocks that are reserved for growing. Its location is unknown or its checksum is wrong: its block of the inode table, or the descriptor of the first group, was overwritten or lost. Files whose own inodes are intact can be read; e2fsck rebuilds the inode.',
    say: (d: { reason: string }) => d.reason,
  },
} satisfies ProblemTexts;
