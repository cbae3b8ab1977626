/**
 * Reports the obstacles to opening the file system: a destroyed superblock, implausible descriptors, unknown features.
 */
import { chromeOsReadOnly, featureNames, roCompat, supported, unknownOptional } from '../../layout/features';
import { superblockOffset, superblockSize } from '../../layout/superblock';
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import type { PartitionFacts, StartFacts } from '../../problem/start';
import type { ByteSource } from '../../source/source';
import type { Geometry } from '../../volume/geometry';
import type { OpenResult } from '../../volume/open';
import { superblockPlace } from './place';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'superblock-damaged': { severity: 'fatal', e2fsck: [0x000044] },
  'superblock-backup-used': { severity: 'info', e2fsck: [] },
  'superblock-unusable': { severity: 'fatal', e2fsck: [0x000004] },
  'superblock-missing': { severity: 'fatal', e2fsck: [0x000004] },
  'image-partitioned': { severity: 'info', e2fsck: [] },
  'superblock-revision-unsupported': { severity: 'fatal', e2fsck: [0x000004] },
  'superblock-checksum-type-unknown': { severity: 'fatal', e2fsck: [0x000004] },
  'superblock-feature-unsupported': { severity: 'fatal', e2fsck: [] },
  'superblock-feature-unknown': { severity: 'info', e2fsck: [] },
  'superblock-journal-device': { severity: 'fatal', e2fsck: [0x000004] },
  'superblock-descriptor-size': { severity: 'fatal', e2fsck: [0x000004], e2fsckSince: '1.47.1' },
  'group-descriptors-missing': { severity: 'fatal', e2fsck: [] },
  'group-descriptors-implausible': { severity: 'fatal', e2fsck: [0x000045] },
});

const wholePrimary = { bytes: { at: superblockOffset, length: superblockSize } };

/** Names of the unsupported features, as mke2fs spells them. */
function unsupportedFeatures({ sb }: Geometry): string[] {
  return featureNames(
    sb.s_feature_compat & ~supported.compat,
    sb.s_feature_incompat & ~supported.incompat,
    sb.s_feature_ro_compat & ~supported.roCompat,
  );
}

/** Directories as B-trees, which were never written: Linux accepts the bit and ignores it. */
const unusedByLinux = 0x4;

function reportUnknown({ sb }: Geometry, report: ReportFinding): void {
  const { s_feature_compat, s_feature_ro_compat } = sb;
  const unknown = unknownOptional(s_feature_compat, 0);
  const field = unknown.length > 0 ? 's_feature_compat' : 's_feature_ro_compat';
  report(problems['superblock-feature-unknown'], superblockPlace(null, field), {
    features: unknownOptional(s_feature_compat, s_feature_ro_compat),
    readWrite:
      (s_feature_ro_compat & roCompat['read-only']) !== 0 ||
      (s_feature_ro_compat & ~(supported.roCompat | unusedByLinux)) === 0,
    chromeOs: (s_feature_ro_compat & chromeOsReadOnly) >>> 0 === chromeOsReadOnly,
  });
}

/** An ext file system on the same bytes, by the block of its superblock. */
const leftoverIn = ({ leftover }: StartFacts) =>
  leftover && { leftover: leftover.type, leftoverAt: leftover.superblockAt, leftoverLabel: leftover.label };

function reportPrimary(
  { primary, geometry, start, opening }: OpenResult,
  source: ByteSource,
  report: ReportFinding,
): void {
  if (primary === null) return;
  if (geometry === null || primary.kind === 'magic' || primary.kind === 'checksum' || primary.kind === 'corrupt') {
    const over = opening !== null && start !== null && start.kind !== 'zeros';
    const data = { reason: primary.detail, ...(over && { overwrittenBy: start.what }) };
    report(problems['superblock-damaged'], wholePrimary, data);
  } else if (primary.kind === 'desc-size') {
    const stored = geometry.sb.s_desc_size;
    // only a size of 0 stops newer versions of e2fsck
    const codes = stored === 0 ? undefined : [];
    report(problems['superblock-descriptor-size'], superblockPlace(null, 's_desc_size'), { stored }, codes);
  } else if (primary.kind === 'revision') {
    const stored = geometry.sb.s_rev_level;
    report(problems['superblock-revision-unsupported'], superblockPlace(null, 's_rev_level'), { stored });
  } else if (primary.kind === 'checksum-type') {
    const stored = geometry.sb.s_checksum_type;
    report(problems['superblock-checksum-type-unknown'], superblockPlace(null, 's_checksum_type'), { stored });
  } else if (primary.kind === 'feature') {
    report(problems['superblock-feature-unsupported'], wholePrimary, { features: unsupportedFeatures(geometry) });
  } else if (primary.kind === 'optional-feature') {
    reportUnknown(geometry, report);
  } else {
    const needed = geometry.blocksCount * geometry.blockSize;
    report(problems['group-descriptors-missing'], {}, { size: source.size, needed });
  }
}

/** Reports what `openFileSystem` skipped, except unreadable parts, whose content is unknown. */
export function reportOpening(result: OpenResult, source: ByteSource, report: ReportFinding): void {
  const { opening, primary, descriptors, geometry, unreadable, start } = result;
  if (opening === null && start !== null && start.partitions.length > 0 && start.kind !== 'file-system') {
    const list = <T>(of: (partition: PartitionFacts) => T): T[] => start.partitions.map(of);
    report(
      problems['image-partitioned'],
      {},
      {
        table: start.name,
        number: list(({ number }) => number),
        start: list((partition) => partition.start),
        holds: list(({ what }) => what),
        ...leftoverIn(start),
      },
    );
    return;
  }
  if (opening === null && unreadable && (geometry === null || primary?.kind === 'descriptors')) return;
  if (geometry?.features.journal_dev && primary?.kind !== 'magic') {
    report(problems['superblock-journal-device'], superblockPlace(null, 's_feature_incompat'), {});
    return;
  }
  reportPrimary(result, source, report);
  if (descriptors) {
    const stored = descriptors.what === 'descriptor size' ? (geometry?.sb.s_desc_size ?? 0) : descriptors.block;
    report(problems['group-descriptors-implausible'], { group: descriptors.group }, { what: descriptors.what, stored });
  }
  if (opening?.backup) report(problems['superblock-backup-used'], { block: opening.superBlock }, {});
  if (opening !== null || primary === null) return;
  if (primary.kind === 'magic')
    report(
      problems['superblock-missing'],
      {},
      { size: source.size, ...(start && { looksLike: start.what, ...leftoverIn(start) }) },
    );
  else if (primary.kind === 'checksum' || primary.kind === 'corrupt' || primary.kind === 'desc-size')
    report(problems['superblock-unusable'], wholePrimary, { reason: primary.detail });
}
