/** The texts of the problems in values.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'superblock-value-invalid': {
    title: 'Superblock has an impossible value',
    explain:
      'The field has a value that the format does not allow, or that contradicts other fields. The superblock was overwritten, or a faulty tool wrote it. e2fsck stops here, and for most of these fields the kernel refuses to mount. Write the image again or restore the superblock from a backup.',
    say: (d: { field: string; stored: number; least: number; most: number; powerOfTwo: boolean }) =>
      `${d.field} is ${d.stored}, should be ${d.least === d.most ? d.least : `between ${d.least} and ${d.most}`}${d.powerOfTwo ? ' and a power of two' : ''}`,
  },
  'superblock-inode-count-too-big': {
    title: 'More inodes than 32-bit inode numbers allow',
    explain:
      'Inode numbers have 32 bits, and the number of groups multiplied by the inodes per group is larger. A field of the superblock was overwritten. Restore the superblock from a backup.',
    say: (d: { expected: number }) => `the groups hold ${d.expected} inodes, more than 32-bit inode numbers allow`,
  },
  'superblock-inode-count-wrong': {
    title: 'Inode count does not match the groups',
    explain:
      's_inodes_count must be the number of groups multiplied by the inodes per group. One of these fields was overwritten. The kernel refuses to mount if they disagree; restore the superblock from a backup.',
    say: (d: { stored: number; expected: number }) => `s_inodes_count is ${d.stored}, should be ${d.expected}`,
  },
  'superblock-first-data-block': {
    title: 'First data block is wrong',
    explain:
      'With blocks of 1 KiB the first group starts at block 1, because the boot block comes first; otherwise it starts at block 0. Any other value would shift all locations. The field was overwritten; restore the superblock from a backup.',
    say: (d: { stored: number; expected: number }) => `s_first_data_block is ${d.stored}, should be ${d.expected}`,
  },
} satisfies ProblemTexts;
