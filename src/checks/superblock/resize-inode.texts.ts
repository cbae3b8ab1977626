/** The texts of the problems in resize-inode.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'resize-inode-with-meta-bg': {
    title: 'Two ways of growing at once',
    explain:
      'resize_inode keeps blocks free for more descriptors, meta_bg spreads descriptors so that none need be kept free; only one may be set. A feature word was damaged or a tool set it halfway. Files read right, but growing the file system could destroy it.',
    say: (_: object) => 'both resize_inode and meta_bg are set',
  },
  'resize-blocks-without-feature': {
    title: 'Blocks are reserved for growing without the feature',
    explain:
      's_reserved_gdt_blocks counts the blocks kept free behind the descriptors, and must be 0 without the feature resize_inode. The field or the feature word was damaged. Files read right, but every tool now takes these blocks for reserved.',
    say: (d: { stored: number }) => `s_reserved_gdt_blocks is ${d.stored}, should be 0 without resize_inode`,
  },
  'resize-inode-not-clear': {
    title: 'Resize inode is filled although it is not in use',
    explain:
      'Without the feature resize_inode, inode 7 must have no blocks. The feature was switched off badly, or the inode was overwritten. Files read right; e2fsck clears the inode.',
    say: (d: { stored: number; word: number }) => `i_block[${d.word}] is ${d.stored}, should be 0 without resize_inode`,
  },
  'resize-inode-invalid': {
    title: 'Resize inode is not as it must be',
    explain:
      'Inode 7 lists the blocks that are kept free behind the descriptors of each group. Its list is wrong: it or one of its blocks was overwritten or lost. Files read right, but growing the file system while mounted could destroy it; e2fsck makes the inode anew.',
    say: (d: { what: string; stored: number; expected: string }) => `${d.what} is ${d.stored}, should be ${d.expected}`,
  },
  'resize-inode-unreadable': {
    title: 'Resize inode cannot be read',
    explain:
      'Inode 7 lists the blocks kept free for growing, and its place is unknown or its checksum wrong. Its block of the inode table, or the descriptor of the first group, was overwritten or lost. Files read right where their own inodes are whole; e2fsck makes the inode anew.',
    say: (d: { reason: string }) => d.reason,
  },
} satisfies ProblemTexts;
