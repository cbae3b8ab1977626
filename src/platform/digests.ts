/** Digests as the reading of contents uses them: their names as bits, what makes them, and where they are computed. */
import type { SharedFile } from '../source/source';

/** Digests that can be asked for, by the names that manifests use. */
export type DigestName = 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512' | 'rmd160' | 'blake2b512';

/** All digests; the place of a name is its bit in a mask. */
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

/** The mask that stands for some digests. */
export function maskOf(names: readonly DigestName[]): number {
  let mask = 0;
  for (const name of names) mask |= 1 << digestNames.indexOf(name);
  return mask;
}

/** The digests of a mask, in the order of `digestNames`. */
export const namesIn = (mask: number): DigestName[] => digestNames.filter((_, bit) => (mask & (1 << bit)) !== 0);

/** One digest in the making; node:crypto's `Hash` is one. */
export interface OpenDigest {
  update(bytes: Uint8Array): unknown;
  digest(encoding: 'hex'): string;
}

/** Makes digests; null for one that it does not know. */
export type DigestFactory = (name: DigestName) => OpenDigest | null;

/** A place where digests are computed, this thread or another one. It works at one file at a time. */
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

/** The other thread ended; everything it had not answered for has to be done again elsewhere. */
export class LaneFailed extends Error {
  override readonly name = 'LaneFailed';
}

/** Where digests come from: node:crypto and threads, or the own implementations. */
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

/** Bytes of a lane's buffer, and so of the largest single read. */
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
