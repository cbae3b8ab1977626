/** The texts of the problems in features.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'superblock-min-extra-isize': {
    title: 'Minimum extra inode size is impossible',
    explain:
      's_min_extra_isize is the number of bytes after the first 128 that every inode reserves for newer fields. It must be a multiple of 4 that fits into an inode. Existing files are not affected; e2fsck sets the usual value.',
    say: (d: { stored: number; most: number }) =>
      `s_min_extra_isize is ${d.stored}, should be 0 or a multiple of 4 between 4 and ${d.most}`,
  },
  'superblock-want-extra-isize': {
    title: 'Desired extra inode size is impossible',
    explain:
      's_want_extra_isize is the number of bytes after the first 128 that new inodes should reserve for newer fields. It must be a multiple of 4 that fits into an inode. Existing files are not affected; e2fsck sets the usual value.',
    say: (d: { stored: number; most: number }) =>
      `s_want_extra_isize is ${d.stored}, should be 0 or a multiple of 4 between 4 and ${d.most}`,
  },
  'superblock-two-checksum-features': {
    title: 'Two kinds of group checksums are active at once',
    explain:
      'metadata_csum replaces the older uninit_bg, and only one of them may be set. If both are set, group checksums are of the newer kind and everything can be read. e2fsck removes the older feature.',
    say: (_: object) => 'both metadata_csum and uninit_bg are set',
  },
  'superblock-checksum-seed-unused': {
    title: 'Checksum seed without checksums',
    explain:
      'metadata_csum_seed stores the start value of checksums separately from the UUID and has no meaning without metadata_csum. Nothing is at risk; e2fsck removes the feature.',
    say: (_: object) => 'metadata_csum_seed is set, but metadata_csum is not',
  },
  'superblock-64bit-without-extents': {
    title: '64bit without extents',
    explain:
      'Only extents can hold block numbers of more than 32 bits, so 64bit requires the extent feature. A feature field was damaged, or a tool changed it only halfway. Files that use extents cannot be read while the feature is off.',
    say: (_: object) => '64bit is set, but extent is not',
  },
  'superblock-first-meta-bg': {
    title: 'First meta block group is after the last descriptor block',
    explain:
      's_first_meta_bg is the number of the first descriptor block that meta_bg spreads over the disk, and there are not that many descriptor blocks. The field was overwritten. The kernel refuses to mount; restore the superblock from a backup.',
    say: (d: { stored: number; most: number }) => `s_first_meta_bg is ${d.stored}, should be at most ${d.most}`,
  },
  'superblock-encoding-unknown': {
    title: 'Unknown encoding of file names',
    explain:
      'With casefold, names are compared without regard to case, by the rules of the encoding in s_encoding. Only 1, UTF-8 of Unicode 12.1, is known. The kernel and e2fsck refuse any other value; if the field was damaged, restore the superblock from a backup.',
    say: (d: { stored: number }) => `s_encoding is ${d.stored}, should be 1`,
  },
} satisfies ProblemTexts;
