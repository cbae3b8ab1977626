/** The texts of the problems in features.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'superblock-min-extra-isize': {
    title: 'Smallest extra inode size is impossible',
    explain:
      's_min_extra_isize says how many bytes beyond the first 128 every inode keeps for newer fields. It must be a multiple of 4 that fits into an inode. Existing files are not affected; e2fsck sets a usual value.',
    say: (d: { stored: number; most: number }) =>
      `s_min_extra_isize is ${d.stored}, should be 0 or a multiple of 4 from 4 to ${d.most}`,
  },
  'superblock-want-extra-isize': {
    title: 'Wanted extra inode size is impossible',
    explain:
      's_want_extra_isize says how many bytes beyond the first 128 new inodes should keep for newer fields. It must be a multiple of 4 that fits into an inode. Existing files are not affected; e2fsck sets a usual value.',
    say: (d: { stored: number; most: number }) =>
      `s_want_extra_isize is ${d.stored}, should be 0 or a multiple of 4 from 4 to ${d.most}`,
  },
  'superblock-two-checksum-features': {
    title: 'Two kinds of group checksums at once',
    explain:
      'metadata_csum replaces the older uninit_bg, and only one of them may be set. With both, group checksums are of the newer kind and everything reads right. e2fsck drops the older feature.',
    say: (_: object) => 'both metadata_csum and uninit_bg are set',
  },
  'superblock-checksum-seed-unused': {
    title: 'Checksum seed without checksums',
    explain:
      'metadata_csum_seed keeps the start value of checksums apart from the UUID and means nothing without metadata_csum. Nothing is at risk; e2fsck drops the feature.',
    say: (_: object) => 'metadata_csum_seed is set, but metadata_csum is not',
  },
  'superblock-64bit-without-extents': {
    title: '64bit without extents',
    explain:
      'Block numbers of more than 32 bits can only be written in extents, so 64bit needs that feature too. A feature word was damaged, or a tool set it halfway. Files that use extents cannot be read while the feature is off.',
    say: (_: object) => '64bit is set, but extent is not',
  },
  'superblock-first-meta-bg': {
    title: 'First meta block group lies behind the last descriptor',
    explain:
      's_first_meta_bg says from which descriptor block on descriptors are spread over the disk, and there are not that many blocks of them. The field was overwritten. The kernel refuses to mount; restore the superblock from a backup.',
    say: (d: { stored: number; most: number }) => `s_first_meta_bg is ${d.stored}, should be at most ${d.most}`,
  },
  'superblock-encoding-unknown': {
    title: 'Unknown encoding of file names',
    explain:
      'With casefold, names are compared without regard to case, by the rules of the encoding that s_encoding names. Only 1, UTF-8 of Unicode 12.1, is known. The kernel and e2fsck refuse any other; if the field was damaged, restore the superblock from a backup.',
    say: (d: { stored: number }) => `s_encoding is ${d.stored}, should be 1`,
  },
} satisfies ProblemTexts;
