/** The format of a log by the journal's superblock: where it is, and how its blocks are laid out and checksummed. */
import { crc32c } from '../bytes/crc32c';
import type { decode } from '../layout/decode';
import {
  defaultFastCommitBlocks,
  journalBlock,
  journalFeature,
  type journalSuperblock,
  journalTag,
  journalTag3,
} from '../layout/journal';
import { crcStart } from '../volume/geometry';

export type JournalRecord = ReturnType<typeof decode<typeof journalSuperblock>>;

export interface LogFormat {
  /** Bytes. */
  readonly blockSize: number;
  /** First block of the ring, and first block after it. */
  readonly first: number;
  readonly last: number;
  /** Blocks of the journal, including its fast-commit area. */
  readonly length: number;
  /** First block of the fast-commit area; -1 without one. The area reaches to the end of the journal. */
  readonly fastCommits: number;
  /** Block where recovery starts; 0 for an empty log. */
  readonly start: number;
  /** Sequence number of the transaction in that block. */
  readonly sequence: number;
  /** Block numbers have 64 bits. */
  readonly wide: boolean;
  /** 1: one per transaction, in the commit block; 2 and 3: one per block. */
  readonly checksums: 0 | 1 | 2 | 3;
  /** Start value of checksums 2 and 3. */
  readonly seed: number;
  /** Commit blocks are written without a barrier, so a bad one may just be unfinished. */
  readonly asyncCommit: boolean;
  /** Bytes of a tag, without UUID. */
  readonly tagSize: number;
}

function checksumsOf(compat: number, incompat: number): LogFormat['checksums'] {
  if ((incompat & journalFeature.CSUM_V3) !== 0) return 3;
  if ((incompat & journalFeature.CSUM_V2) !== 0) return 2;
  return (compat & journalFeature.compatChecksum) !== 0 ? 1 : 0;
}

/** With csum_v2 a tag is 2 bytes longer than its fields; the format kept this mistake. */
function tagSizeOf(checksums: number, wide: boolean): number {
  if (checksums === 3) return journalTag3.t_checksum.offset + journalTag3.t_checksum.bytes;
  const size = journalTag.t_blocknr_high.offset + (wide ? journalTag.t_blocknr_high.bytes : 0);
  return checksums === 2 ? size + 2 : size;
}

export function logFormat(record: JournalRecord): LogFormat {
  const modern = record.h_blocktype === journalBlock.SUPERBLOCK_V2;
  const incompat = modern ? record.s_feature_incompat : 0;
  const checksums = checksumsOf(modern ? record.s_feature_compat : 0, incompat);
  const wide = (incompat & journalFeature['64BIT']) !== 0;
  const hasFast = (incompat & journalFeature.FAST_COMMIT) !== 0;
  const last = record.s_maxlen - (hasFast ? record.s_num_fc_blks || defaultFastCommitBlocks : 0);
  return {
    blockSize: record.s_blocksize,
    first: record.s_first,
    last,
    length: record.s_maxlen,
    // one block between the ring and the area is not used
    fastCommits: hasFast ? last + 1 : -1,
    start: record.s_start,
    sequence: record.s_sequence,
    wide,
    checksums,
    seed: crc32c(crcStart, record.s_uuid),
    asyncCommit: (incompat & journalFeature.ASYNC_COMMIT) !== 0,
    tagSize: tagSizeOf(checksums, wide),
  };
}

/** Whether sequence number `a` is equal to `b` or later; they wrap around at 2^32. */
export const notBefore = (a: number, b: number): boolean => ((a - b) | 0) >= 0;
export const following = (a: number): number => (a + 1) >>> 0;
