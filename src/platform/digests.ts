/** The interface of digests for reading contents: their names as bits, factories, and lanes that compute them. */
import type { SharedFile } from '../source/source';

/** Digests that can be requested, by the names that manifests use. */
export type DigestName = 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512' | 'rmd160' | 'blake2b512';

/** All digests; the index of a name is its bit in a mask. */
export const digestNames: readonly DigestName[] = [
  'md5',
  'sha1',
  'sha224',
  'sha256',
  'sha384',
  'sha512',
  'rmd160',
  'blake2b512',
];

export function maskOf(names: readonly DigestName[]): number {
  let mask = 0;
  for (const name of names) mask |= 1 << digestNames.indexOf(name);
  return mask;
}

/** A digest that is being computed, such as node:crypto's `Hash`. */
export interface OpenDigest {
  update(bytes: Uint8Array): unknown;
  digest(encoding: 'hex'): string;
}

/** Creates digests; null for an unknown one. */
export type DigestFactory = (name: DigestName) => OpenDigest | null;

/** Computes digests, on this thread or another one, for one file at a time. */
export interface DigestLane {
  /** Memory for contents; must not be changed between `run` and its result. */
  readonly buffer: Uint8Array;
  /**
   * Digests parts of `buffer`, in order; see `partWords`. Returns the digests of the files that end in them, those of one file
   * in the order of `digestNames`. Rejects with LaneFailed if the thread of the lane ended.
   */
  run(parts: Float64Array): string[] | Promise<string[]>;
  /**
   * The same after reading into `buffer` according to `reads`; see `readWords`. Null if a read failed or was short: nothing was
   * digested then. Undefined if the lane cannot read.
   */
  readAndRun?(reads: Float64Array, parts: Float64Array): Promise<string[] | null>;
}

/** The thread of a lane ended; its unanswered work must be repeated on another lane. */
export class LaneFailed extends Error {
  override readonly name = 'LaneFailed';
}

/** A source of digests: node:crypto with threads, or own implementations. */
export interface Digests {
  knows(name: DigestName): boolean;
  /**
   * Opens lanes for this many `bytes` of contents: at least one, the first one on this thread. Other threads read the image
   * themselves if it is in a `file`.
   */
  open(bytes: number, file?: SharedFile): OpenLanes;
}

export interface OpenLanes {
  readonly lanes: readonly DigestLane[];
  close(): void | Promise<void>;
}

/** Bytes of a lane's buffer, which is also the largest single read. */
export const bufferBytes = 1024 * 1024;

/**
 * Numbers of a part: its offset in the buffer, or -1 for a hole; its length in bytes; the mask of its file's digests,
 * combined with these bits.
 */
export const partWords = 3;
export const firstPart = 0x100;
export const lastPart = 0x200;

/** Numbers of a read: offset in the image, offset in the buffer, length in bytes. */
export const readWords = 3;
