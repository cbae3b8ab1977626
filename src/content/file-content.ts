/** The result of reading a file. */
import type { DigestName } from '../platform/digests';
import type { ImageError } from '../view/error';

/** Consecutive bytes that read as NUL: their offset and number. */
export interface NulRun {
  at: number;
  length: number;
}

/** NUL bytes of a file, and its holes. Counts are in bytes and include only bytes within the file's size. */
export interface ZeroFacts {
  /** Bytes in mapped and written blocks that contain only NUL (of the last block, the part within the file). */
  mapped: number;
  /** Bytes in holes and in unwritten extents, which read as NUL. */
  holes: number;
  /** Offset of the longest run of mapped NUL blocks, and its length; 0 and 0 if there is none. */
  longestAt: number;
  longest: number;
  /** The first 64 runs of mapped NUL blocks, in file order, and the number of all runs. */
  runs: NulRun[];
  runCount: number;
  /** The first 64 runs of holes and unwritten extents, the number of all, and the longest (0 and 0 if there is none). */
  gaps: NulRun[];
  gapCount: number;
  longestGap: NulRun;
  /** Whether the file contains only NUL, and part of it is mapped. */
  all: boolean;
}

/** What reading one file gave. */
export interface FileContent {
  readonly inode: number;
  /** Bytes, according to the inode. */
  readonly size: number;
  /** The requested digests in lower-case hexadecimal; none if `error` is set. */
  readonly digests: Readonly<Partial<Record<DigestName, string>>>;
  readonly zeros: ZeroFacts;
  /** The first bytes, at most 4,096, and the last ones, at most 512; valid only during the call. */
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
  /** Why the content could not be read to its end; null if it was. */
  readonly error: ImageError | null;
}
