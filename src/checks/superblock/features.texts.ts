/** The sentences for findings of features.ts. */
import type { Sentences } from '../../problem/define';

export const texts = {
  'superblock-min-extra-isize': (d: { stored: number; most: number }) =>
    `s_min_extra_isize is ${d.stored}, should be 0 or a multiple of 4 between 4 and ${d.most}`,
  'superblock-want-extra-isize': (d: { stored: number; most: number }) =>
    `s_want_extra_isize is ${d.stored}, should be 0 or a multiple of 4 between 4 and ${d.most}`,
  'superblock-two-checksum-features': () => 'both metadata_csum and uninit_bg are set',
  'superblock-checksum-seed-unused': () => 'metadata_csum_seed is set, but metadata_csum is not',
  'superblock-64bit-without-extents': () => '64bit is set, but extent is not',
  'superblock-first-meta-bg': (d: { stored: number; most: number }) =>
    `s_first_meta_bg is ${d.stored}, should be at most ${d.most}`,
  'superblock-encoding-unknown': (d: { stored: number }) => `s_encoding is ${d.stored}, should be 1`,
} satisfies Sentences;
