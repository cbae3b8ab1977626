/** Checks features that exclude or require each other, and fields that have a meaning only with a feature. */
import { oldInodeSize } from '../../layout/inode';
import { encodingUtf8 } from '../../layout/superblock';
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import type { Opening } from '../../volume/open';
import { superblockPlace } from './place';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'superblock-min-extra-isize': { severity: 'info', e2fsck: [0x00004d] },
  'superblock-want-extra-isize': { severity: 'info', e2fsck: [0x00004e] },
  'superblock-two-checksum-features': { severity: 'info', e2fsck: [0x000046] },
  'superblock-checksum-seed-unused': { severity: 'info', e2fsck: [0x00004b] },
  'superblock-64bit-without-extents': { severity: 'warning', e2fsck: [0x000048] },
  'superblock-first-meta-bg': { severity: 'fatal', e2fsck: [0x000049] },
  'superblock-encoding-unknown': { severity: 'fatal', e2fsck: [] },
  'superblock-extra-isize-refused': { severity: 'fatal', e2fsck: [] },
  'superblock-hurd-64bit': { severity: 'fatal', e2fsck: [] },
  'superblock-default-hash': { severity: 'fatal', e2fsck: [] },
  'superblock-encryption-level': { severity: 'fatal', e2fsck: [] },
});

/** The only encoding: UTF-8 of Unicode 12.1. */
/** Bytes after the first 128 up to the end of i_checksum_hi. */
const leastExtraSize = 4;
/** `s_creator_os` of GNU Hurd. */
const hurd = 1;
/** TEA with unsigned characters, the last hash that a directory may have by default. */
const lastDefaultHash = 5;

function checkExtraSizes(opening: Opening, report: ReportFinding): void {
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

/** What Linux refuses and e2fsck accepts. */
function checkRefused(opening: Opening, report: ReportFinding): void {
  const { sb, features, inodeSize } = opening.volume.geometry;
  const most = inodeSize - oldInodeSize;
  for (const field of ['s_min_extra_isize', 's_want_extra_isize'] as const)
    if (most > 0 && features.extra_isize && sb[field] > most)
      report(problems['superblock-extra-isize-refused'], superblockPlace(opening, field), {
        field,
        stored: sb[field],
        most,
      });
  if (sb.s_creator_os === hurd && features['64bit'])
    report(problems['superblock-hurd-64bit'], superblockPlace(opening, 's_creator_os'), {});
  if (sb.s_def_hash_version > lastDefaultHash)
    report(problems['superblock-default-hash'], superblockPlace(opening, 's_def_hash_version'), {
      stored: sb.s_def_hash_version,
      most: lastDefaultHash,
    });
  if (features.encrypt && sb.s_encryption_level !== 0)
    report(problems['superblock-encryption-level'], superblockPlace(opening, 's_encryption_level'), {
      stored: sb.s_encryption_level,
    });
}

export function checkFeatures(opening: Opening, report: ReportFinding): void {
  const { sb, features, descBlocks } = opening.volume.geometry;
  checkExtraSizes(opening, report);
  checkRefused(opening, report);
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
