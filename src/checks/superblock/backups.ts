/** Checks that the backup superblocks exist and still describe the same file system. */
import { isAllZero } from '../../bytes/bitmap';
import { incompat } from '../../layout/features';
import { superblock, superblockMagic, superblockOffset, superblockSize } from '../../layout/superblock';
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import { type Geometry, groupHasSuper, groupHead, readGeometry, type SuperblockRecord } from '../../volume/geometry';
import type { Volume } from '../../volume/volume';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'superblock-backup-damaged': { severity: 'warning', e2fsck: [] },
  'superblock-backup-differs': { severity: 'warning', e2fsck: [] },
  'superblock-backup-older': { severity: 'info', e2fsck: [] },
  'superblock-backups-absent': { severity: 'info', e2fsck: [] },
  'image-without-data': { severity: 'warning', e2fsck: [] },
});

/** Largest number of copies that are read. Without sparse_super every group has one. */
const mostCopies = 1024;
/** Largest number of groups in one finding. */
const mostListed = 64;

/** Incompatible features that e2fsck (-E bmap2extent) or a kernel turns on later, in the primary superblock alone. */
const turnedOnAlone = incompat.extent | incompat.inline_data | incompat.encrypt;

type Values = Record<string, number | string>;

/** The fields that must be equal in all copies. */
function identity(sb: SuperblockRecord, { features }: Geometry): Values {
  const values: Values = {
    s_log_block_size: sb.s_log_block_size,
    s_blocks_count_lo: sb.s_blocks_count_lo,
    s_inodes_count: sb.s_inodes_count,
    s_blocks_per_group: sb.s_blocks_per_group,
    s_inodes_per_group: sb.s_inodes_per_group,
    s_first_data_block: sb.s_first_data_block,
    s_rev_level: sb.s_rev_level,
    s_uuid: Array.from(sb.s_uuid, (byte) => byte.toString(16).padStart(2, '0')).join(''),
  };
  if (features['64bit']) {
    values['s_blocks_count_hi'] = sb.s_blocks_count_hi;
    values['s_desc_size'] = sb.s_desc_size;
  }
  if (sb.s_rev_level > 0) {
    values['s_inode_size'] = sb.s_inode_size;
    // the kernel sets needs_recovery only in the primary superblock
    values['s_feature_incompat'] = (sb.s_feature_incompat & ~incompat.needs_recovery) >>> 0;
  }
  return values;
}

/** A copy of the superblock. */
interface Copy {
  group: number;
  /** Byte of the image. */
  at: number;
  bytes: Uint8Array;
}

/** Whether `stored` lacks nothing but features that a tool turns on in the primary superblock alone. */
function onlyOlder(fields: readonly string[], stored: Values, expected: Values): boolean {
  if (fields.some((field) => field !== 's_feature_incompat')) return false;
  const [copy, primary] = [Number(stored['s_feature_incompat']), Number(expected['s_feature_incompat'])];
  return ((copy ^ primary) & ~(primary & turnedOnAlone)) === 0;
}

function compare({ bytes, group, at }: Copy, geometry: Geometry, expected: Values, report: ReportFinding): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const where = { group, block: at / geometry.blockSize, bytes: { at, length: superblockSize } };
  const magic = superblock.s_magic(view, 0);
  if (magic !== superblockMagic) {
    report(problems['superblock-backup-damaged'], where, { allZero: isAllZero(bytes), stored: magic });
    return;
  }
  const stored = identity(readGeometry(view, 0).sb, geometry);
  const fields = Object.keys(expected).filter((field) => stored[field] !== expected[field]);
  if (fields.length === 0) return;
  const problem = onlyOlder(fields, stored, expected) ? 'superblock-backup-older' : 'superblock-backup-differs';
  report(problems[problem], where, {
    fields,
    stored: fields.map((field) => stored[field] ?? 'unset'),
    expected: fields.map((field) => expected[field]!),
  });
}

/** All backups inside the image that can be read, except for the one in block `superBlock`. */
async function readCopies(volume: Volume, superBlock: number): Promise<Copy[]> {
  const { geometry } = volume;
  const copies: Copy[] = [];
  for (let group = 1; group < geometry.groupCount && copies.length < mostCopies; group++) {
    if (!groupHasSuper(geometry, group)) continue;
    const block = groupHead(geometry, group).superBlock;
    const at = block * geometry.blockSize;
    if (block === superBlock || at < superblockOffset || at + superblockSize > volume.source.size) continue;
    const bytes = await volume.read(at, superblockSize);
    if (bytes?.length === superblockSize) copies.push({ group, at, bytes });
  }
  return copies;
}

/**
 * Whether no backup was ever written: all of them contain only zeros, and so do the copies of the descriptors after them.
 * Where writes were lost, at least one of these blocks is usually there.
 */
async function neverWritten(volume: Volume, copies: readonly Copy[]): Promise<boolean> {
  const { geometry } = volume;
  if (copies.length === 0 || !copies.every(({ bytes }) => isAllZero(bytes))) return false;
  for (const { group } of copies) {
    const { descriptors } = groupHead(geometry, group);
    const bytes = descriptors < 0 ? null : await volume.read(descriptors * geometry.blockSize, geometry.blockSize);
    if (bytes !== null && !isAllZero(bytes)) return false;
  }
  return true;
}

/**
 * Compares every backup superblock inside the image with the one in use, in block `superBlock`. The primary one is
 * skipped: if it is not in use, the reason is already reported.
 */
export async function checkBackups(volume: Volume, superBlock: number, report: ReportFinding): Promise<void> {
  const { geometry } = volume;
  const copies = await readCopies(volume, superBlock);
  if (await neverWritten(volume, copies)) {
    const groups = copies.map(({ group }) => group);
    report(problems['superblock-backups-absent'], {}, { copies: copies.length, groups: groups.slice(0, mostListed) });
    return;
  }
  const expected = identity(geometry.sb, geometry);
  for (const copy of copies) compare(copy, geometry, expected, report);
}
