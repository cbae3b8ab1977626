/** Features that exclude or need each other, and fields that only mean something together with a feature. */
import { oldInodeSize } from '../../layout/inode';
import { encodingUtf8 } from '../../layout/superblock';
import type { Report } from '../../problem/collector';
import { define } from '../../problem/define';
import type { Opening } from '../../volume/open';
import { superblockPlace } from './place';

export const problems = define({
  'superblock-min-extra-isize': {
    severity: 'info',
    e2fsck: [0x00004d],
    title: 'Smallest extra inode size is impossible',
    explain:
      's_min_extra_isize says how many bytes beyond the first 128 every inode keeps for newer fields. It must be a multiple of 4 that fits into an inode. Existing files are not affected; e2fsck sets a usual value.',
    say: (d: { stored: number; most: number }) =>
      `s_min_extra_isize is ${d.stored}, should be 0 or a multiple of 4 from 4 to ${d.most}`,
  },
  'superblock-want-extra-isize': {
    severity: 'info',
    e2fsck: [0x00004e],
    title: 'Wanted extra inode size is impossible',
    explain:
      's_want_extra_isize says how many bytes beyond the first 128 new inodes should keep for newer fields. It must be a multiple of 4 that fits into an inode. Existing files are not affected; e2fsck sets a usual value.',
    say: (d: { stored: number; most: number }) =>
      `s_want_extra_isize is ${d.stored}, should be 0 or a multiple of 4 from 4 to ${d.most}`,
  },
  'superblock-two-checksum-features': {
    severity: 'info',
    e2fsck: [0x000046],
    title: 'Two kinds of group checksums at once',
    explain:
      'metadata_csum replaces the older uninit_bg, and only one of them may be set. With both, group checksums are of the newer kind and everything reads right. e2fsck drops the older feature.',
    say: (_: object) => 'both metadata_csum and uninit_bg are set',
  },
  'superblock-checksum-seed-unused': {
    severity: 'info',
    e2fsck: [0x00004b],
    title: 'Checksum seed without checksums',
    explain:
      'metadata_csum_seed keeps the start value of checksums apart from the UUID and means nothing without metadata_csum. Nothing is at risk; e2fsck drops the feature.',
    say: (_: object) => 'metadata_csum_seed is set, but metadata_csum is not',
  },
  'superblock-64bit-without-extents': {
    severity: 'warning',
    e2fsck: [0x000048],
    title: '64bit without extents',
    explain:
      'Block numbers of more than 32 bits can only be written in extents, so 64bit needs that feature too. A feature word was damaged, or a tool set it halfway. Files that use extents cannot be read while the feature is off.',
    say: (_: object) => '64bit is set, but extent is not',
  },
  'superblock-first-meta-bg': {
    severity: 'fatal',
    e2fsck: [0x000049],
    title: 'First meta block group lies behind the last descriptor',
    explain:
      's_first_meta_bg says from which descriptor block on descriptors are spread over the disk, and there are not that many blocks of them. The field was overwritten. The kernel refuses to mount; restore the superblock from a backup.',
    say: (d: { stored: number; most: number }) => `s_first_meta_bg is ${d.stored}, should be at most ${d.most}`,
  },
  'superblock-encoding-unknown': {
    severity: 'fatal',
    e2fsck: [],
    title: 'Unknown encoding of file names',
    explain:
      'With casefold, names are compared without regard to case, by the rules of the encoding that s_encoding names. Only 1, UTF-8 of Unicode 12.1, is known. The kernel and e2fsck refuse any other; if the field was damaged, restore the superblock from a backup.',
    say: (d: { stored: number }) => `s_encoding is ${d.stored}, should be 1`,
  },
});

/** The one encoding there is: UTF-8 by the rules of Unicode 12.1. */
/** Bytes behind the first 128 up to the end of i_checksum_hi. */
const leastExtraSize = 4;

function checkExtraSizes(opening: Opening, report: Report): void {
  const { sb, inodeSize } = opening.volume.geometry;
  const most = inodeSize - oldInodeSize;
  if (most <= 0) return;
  const bad = (stored: number) => stored !== 0 && (stored < leastExtraSize || stored > most || stored % 4 !== 0);
  const { s_min_extra_isize, s_want_extra_isize } = sb;
  if (bad(s_min_extra_isize))
    report(problems['superblock-min-extra-isize'], superblockPlace(opening, 's_min_extra_isize'), {
      stored: s_min_extra_isize,
      most,
    });
  if (bad(s_want_extra_isize))
    report(problems['superblock-want-extra-isize'], superblockPlace(opening, 's_want_extra_isize'), {
      stored: s_want_extra_isize,
      most,
    });
}

export function checkFeatures(opening: Opening, report: Report): void {
  const { sb, features, descBlocks } = opening.volume.geometry;
  checkExtraSizes(opening, report);
  const roCompat = superblockPlace(opening, 's_feature_ro_compat');
  const incompat = superblockPlace(opening, 's_feature_incompat');
  if (features.metadata_csum && features.uninit_bg) report(problems['superblock-two-checksum-features'], roCompat, {});
  if (features.metadata_csum_seed && !features.metadata_csum)
    report(problems['superblock-checksum-seed-unused'], incompat, {});
  if (features['64bit'] && !features.extent) report(problems['superblock-64bit-without-extents'], incompat, {});
  if (features.meta_bg && sb.s_first_meta_bg > descBlocks)
    report(problems['superblock-first-meta-bg'], superblockPlace(opening, 's_first_meta_bg'), {
      stored: sb.s_first_meta_bg,
      most: descBlocks,
    });
  if (features.casefold && sb.s_encoding !== encodingUtf8)
    report(problems['superblock-encoding-unknown'], superblockPlace(opening, 's_encoding'), { stored: sb.s_encoding });
}
