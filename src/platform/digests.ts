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

/** The mask of some digests. */
export function maskOf(names: readonly DigestName[]): number {
  let mask = 0;
  for (const name of names) mask |= 1 << digestNames.indexOf(name);
  return mask;
}

/** The digests of a mask, in the order of `digestNames`. */
export const namesIn = (mask: number): DigestName[] => digestNames.filter((_, bit) => (mask & (1 << bit)) !== 0);

/** A digest that is being computed, such as node:crypto's `Hash`. */
export interface OpenDigest {
  update(bytes: Uint8Array): unknown;
  digest(encoding: 'hex'): string;
}

/** Creates digests; null for an unknown one. */
export type DigestFactory = (name: DigestName) => OpenDigest | null;

/** Computes digests, on this thread or another one, for one file at a time. */
export interface DigestLane {
  /** Memory that contents are read into; not to be touched between `run` and its answer. */
  readonly buffer: Uint8Array;
  /**
   * Takes in parts of `buffer`, in order; see `partWords`. Gives the digests of the files that ended in them, those of one
   * file in the order of `digestNames`. Rejects with LaneFailed when the lane is lost, with everything that it was working on.
   */
  run(parts: Float64Array): string[] | Promise<string[]>;
  /**
   * The same after reading into `buffer` what `reads` names; see `readWords`. Null where a read failed or came short: nothing
   * was digested then. Left out where the place cannot read.
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
   * Opens places for some `bytes` of contents to be digested: at least one, the first of them on this thread. Other threads
   * read by themselves where the image is in a `file`.
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
 * Numbers of a part: where in the buffer it starts, or -1 for bytes that are NUL and are not there; how many bytes; the
 * mask of its file's digests, with these bits added.
 */
export const partWords = 3;
export const firstPart = 0x100;
export const lastPart = 0x200;

/** Numbers of a read: where in the image, where in the buffer, how many bytes. */
export const readWords = 3;
