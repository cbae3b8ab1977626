/** What reading a file once says about it. */
import type { DigestName } from '../platform/digests';
import type { ImageError } from '../view/error';

/** Where a file's bytes are NUL, told from its holes. Counts are bytes, of the file's size at most. */
export interface ZeroFacts {
  /** Bytes in blocks that are mapped, written and wholly NUL (the last block as far as the file goes). */
  mapped: number;
  /** Bytes in holes and in space set aside but never written: they read as NUL by right. */
  holes: number;
  /** Where in the file the longest run of mapped NUL blocks starts, and its bytes; 0 and 0 when there is none. */
  longestAt: number;
  longest: number;
  /** The runs of mapped NUL blocks in the order of the file, the first 64 of them, and how many there are. */
  runs: { at: number; length: number }[];
  runCount: number;
  /** No byte other than NUL was seen in the whole file, and some of it is mapped. */
  all: boolean;
}

/** What reading one file gave. */
export interface FileContent {
  readonly inode: number;
  /** Bytes, as the inode says. */
  readonly size: number;
  /** Lower-case hexadecimal; those that were asked for, none of them where `error` is set. */
  readonly digests: Readonly<Partial<Record<DigestName, string>>>;
  readonly zeros: ZeroFacts;
  /** The first bytes, at most 4,096, and the last ones, at most 512; lent for the call only. */
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
  /** Why the content could not be read to its end; null when it was. */
  readonly error: ImageError | null;
}
