/** The texts of the problems in values.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'superblock-value-invalid': {
    title: 'Superblock holds an impossible value',
    explain:
      'The field is outside of what the format allows, or does not fit the other fields. The superblock was overwritten or written by a faulty tool. e2fsck stops here, and the kernel refuses to mount on most of these fields; write the image anew or restore the superblock from a backup.',
    say: (d: { field: string; stored: number; least: number; most: number; powerOfTwo: boolean }) =>
      `${d.field} is ${d.stored}, should be ${d.least === d.most ? d.least : `from ${d.least} to ${d.most}`}${d.powerOfTwo ? ' and a power of two' : ''}`,
  },
  'superblock-inode-count-too-big': {
    title: 'More inodes than inode numbers',
    explain:
      'Inode numbers have 32 bits, and the number of groups times the inodes of each group is more than that. A field of the superblock was overwritten. Restore the superblock from a backup.',
    say: (d: { expected: number }) => `the groups hold ${d.expected} inodes, more than 32-bit numbers can name`,
  },
  'superblock-inode-count-wrong': {
    title: 'Inode count does not fit the groups',
    explain:
      's_inodes_count must be the number of groups times the inodes of each group. One of these fields was overwritten. The kernel refuses to mount when they disagree; restore the superblock from a backup.',
    say: (d: { stored: number; expected: number }) => `s_inodes_count is ${d.stored}, should be ${d.expected}`,
  },
  'superblock-first-data-block': {
    title: 'First data block is wrong',
    explain:
      'The first group starts at block 1 when blocks are 1 KiB, because the boot block comes before it, and else at block 0. With another value all places would be shifted. The field was overwritten; restore the superblock from a backup.',
    say: (d: { stored: number; expected: number }) => `s_first_data_block is ${d.stored}, should be ${d.expected}`,
  },
} satisfies ProblemTexts;
