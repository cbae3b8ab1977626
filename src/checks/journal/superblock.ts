/** Checks the journal's own superblock, in its first block: whether the journal can be used. */
import { crc32c, crc32cZeros } from '../../bytes/crc32c';
import type { JournalRecord } from '../../journal/format';
import { decode } from '../../layout/decode';
import {
  defaultFastCommitBlocks,
  journalBlock,
  journalFeature,
  journalMagic,
  journalSuperblock,
  journalSuperblockSize,
  minJournalBlocks,
} from '../../layout/journal';
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import type { Where } from '../../problem/finding';
import { crcStart } from '../../volume/geometry';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'journal-type-unknown': { severity: 'fatal', e2fsck: [0x000027] },
  'journal-feature-unknown': { severity: 'fatal', e2fsck: [0x000026, 0x000025] },
  'journal-version-fields': { severity: 'info', e2fsck: [0x00002a] },
  'journal-shared': { severity: 'fatal', e2fsck: [0x000010] },
  'journal-too-short': { severity: 'fatal', e2fsck: [] },
  'journal-error-recorded': { severity: 'warning', e2fsck: [] },
});

/**
 * The state of a journal superblock: usable, unusable with a reason, a wrong magic number (so this is not a journal),
 * or one that stops e2fsck immediately.
 */
export interface JournalVerdict {
  record: JournalRecord;
  state: 'usable' | 'unusable' | 'no-magic' | 'stops';
  reason: string;
}

/** Errors that stop a journal, by their number on Linux. The kernel stores them negative. */
const kernelErrors: Readonly<Record<number, string>> = {
  5: 'EIO',
  12: 'ENOMEM',
  28: 'ENOSPC',
  30: 'EROFS',
  74: 'EFSBADCRC',
  108: 'ESHUTDOWN',
  117: 'EFSCORRUPTED',
};

/** The only value of `s_checksum_type` in use. */
const crc32cType = 4;

/** Tests that apply only to version 2; in version 1 the fields have no meaning. */
function checksumFault(record: JournalRecord, bytes: Uint8Array): string | null {
  const { CSUM_V2, CSUM_V3, compatChecksum } = journalFeature;
  const kinds = record.s_feature_incompat & (CSUM_V2 | CSUM_V3);
  if (kinds === 0) return null;
  if (kinds === (CSUM_V2 | CSUM_V3)) return 'two kinds of checksums are set, csum_v2 and csum_v3';
  if ((record.s_feature_compat & compatChecksum) !== 0)
    return 'two kinds of checksums are set, checksum and csum_v2 or csum_v3';
  if (record.s_checksum_type !== crc32cType)
    return `s_checksum_type is ${record.s_checksum_type}, should be ${crc32cType}`;
  const { offset, bytes: length } = journalSuperblock.s_checksum;
  const head = crc32cZeros(crc32c(crcStart, bytes, 0, offset), length);
  const expected = crc32c(head, bytes, offset + length, journalSuperblockSize);
  return expected === record.s_checksum ? null : `s_checksum is ${record.s_checksum}, should be ${expected}`;
}

function sizeFault(record: JournalRecord, version: number, blockSize: number, length: number): string | null {
  if (record.s_blocksize !== blockSize) return `s_blocksize is ${record.s_blocksize}, should be ${blockSize}`;
  if (record.s_maxlen > length) return `s_maxlen is ${record.s_maxlen}, but the journal has ${length} blocks`;
  if (version < 2 || (record.s_feature_incompat & journalFeature.FAST_COMMIT) === 0) return null;
  const fast = record.s_num_fc_blks || defaultFastCommitBlocks;
  // e2fsck subtracts as unsigned, so an area larger than the journal passes
  const ordinary = (record.s_maxlen - fast) >>> 0;
  return ordinary < minJournalBlocks
    ? `s_num_fc_blks leaves ${ordinary} ordinary blocks, should be at least ${minJournalBlocks}`
    : null;
}

/** Whether a log of the least size is left between the first block and the fast commits; e2fsck does not test that. */
function checkLength(record: JournalRecord, hasFeatures: boolean, where: Where, report: ReportFinding): void {
  const { s_first: first, s_maxlen, s_feature_incompat, s_num_fc_blks } = record;
  const hasFast = hasFeatures && (s_feature_incompat & journalFeature.FAST_COMMIT) !== 0;
  const last = s_maxlen - (hasFast ? s_num_fc_blks || defaultFastCommitBlocks : 0);
  if (first === 0 || first + minJournalBlocks > last + 1)
    report(problems['journal-too-short'], where, { first, last, least: minJournalBlocks });
}

/** Tests the journal superblock in `bytes`, of a journal of at most `length` blocks. */
export function judgeJournalSuperblock(
  bytes: Uint8Array,
  blockSize: number,
  length: number,
  where: Where,
  report: ReportFinding,
): JournalVerdict {
  const record = decode(journalSuperblock, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0);
  const verdict = (state: JournalVerdict['state'], reason: string): JournalVerdict => ({ record, state, reason });
  if (record.h_magic !== journalMagic)
    return verdict('no-magic', `h_magic is 0x${record.h_magic.toString(16)}, should be 0x${journalMagic.toString(16)}`);
  const { SUPERBLOCK_V1, SUPERBLOCK_V2, DESCRIPTOR, COMMIT, REVOKE } = journalBlock;
  const type = record.h_blocktype;
  if (type === DESCRIPTOR || type === COMMIT || type === REVOKE)
    return verdict('unusable', `h_blocktype is ${type}, should be 3 or 4`);
  if (type !== SUPERBLOCK_V1 && type !== SUPERBLOCK_V2) {
    report(problems['journal-type-unknown'], where, { stored: type });
    return verdict('unusable', `h_blocktype is ${type}, should be 3 or 4`);
  }
  if (record.s_errno !== 0) {
    const stored = record.s_errno | 0;
    report(problems['journal-error-recorded'], where, { stored, error: kernelErrors[Math.abs(stored)] ?? null });
  }
  if (type === SUPERBLOCK_V1) {
    const fields = ['s_feature_compat', 's_feature_incompat', 's_feature_ro_compat', 's_nr_users'] as const;
    const field = fields.find((name) => record[name] !== 0);
    if (field) report(problems['journal-version-fields'], where, { field, stored: record[field] });
  } else {
    if (record.s_nr_users > 1) {
      report(problems['journal-version-fields'], where, { field: 's_nr_users', stored: record.s_nr_users });
      report(problems['journal-shared'], where, { stored: record.s_nr_users });
      return verdict('stops', `s_nr_users is ${record.s_nr_users}`);
    }
    const { s_feature_incompat, s_feature_ro_compat } = record;
    const unknown = (s_feature_incompat & ~journalFeature.incompatKnown) >>> 0;
    if (unknown !== 0) {
      const data = { field: 's_feature_incompat', stored: s_feature_incompat, unknown };
      report(problems['journal-feature-unknown'], where, data, 0x000026);
      return verdict('unusable', 's_feature_incompat has unknown bits');
    }
    if (s_feature_ro_compat !== 0) {
      const data = { field: 's_feature_ro_compat', stored: s_feature_ro_compat, unknown: s_feature_ro_compat };
      report(problems['journal-feature-unknown'], where, data, 0x000025);
      return verdict('unusable', 's_feature_ro_compat has unknown bits');
    }
    const fault = checksumFault(record, bytes);
    if (fault !== null) return verdict('unusable', fault);
  }
  const fault = sizeFault(record, type === SUPERBLOCK_V1 ? 1 : 2, blockSize, length);
  if (fault === null) checkLength(record, type === SUPERBLOCK_V2, where, report);
  return fault === null ? verdict('usable', '') : verdict('unusable', fault);
}
