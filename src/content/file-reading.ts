/** What is learnt of one file while it is read: where it is NUL, how it begins and ends, what went wrong. */

import type { DigestName } from '../platform/digests';
import { digestNames } from '../platform/digests';
import type { ImageError } from '../view/error';
import type { FileContent } from './file-content';
import { ZeroScan } from './zero-scan';

/** Bytes kept from the start and from the end of a file. */
export const headBytes = 4096;
export const tailBytes = 512;
const nothing = new Uint8Array(0);

export class FileReading {
  size = 0;
  error: ImageError | null = null;
  private readonly scan: ZeroScan;
  private head: Uint8Array = nothing;
  private tail: Uint8Array = nothing;
  private readonly digests: Partial<Record<DigestName, string>> = {};

  constructor(
    readonly inode: number,
    /** Digests that are wanted; see `digestNames`. */
    readonly mask: number,
    blockSize: number,
    /** Whether anybody wants to see how it begins and ends. */
    private readonly ends = true,
  ) {
    this.scan = new ZeroScan(blockSize);
  }

  /** To be called before any content comes. */
  begin(size: number): void {
    this.size = size;
    if (!this.ends) return;
    this.head = new Uint8Array(Math.min(size, headBytes));
    this.tail = size <= headBytes ? this.head.subarray(Math.max(0, size - tailBytes)) : new Uint8Array(tailBytes);
  }

  /** Bytes of memory that wait with this file. */
  get held(): number {
    return 400 + this.head.length + this.tail.length;
  }

  /** The file's bytes from `at` on lie in `buffer[from..to)`; `at` is the start of a block. */
  data(at: number, buffer: Uint8Array, from: number, to: number): void {
    this.scan.data(at, buffer, from, to);
    if (!this.ends) return;
    if (at < this.head.length) this.head.set(buffer.subarray(from, Math.min(to, from + this.head.length - at)), at);
    const tailAt = this.size - this.tail.length;
    if (this.size <= headBytes || at + to - from <= tailAt) return;
    const skipped = Math.max(0, tailAt - at);
    this.tail.set(buffer.subarray(from + skipped, to), at + skipped - tailAt);
  }

  /** Bytes that lie in no block, or in one that was never written. */
  hole(length: number): void {
    this.scan.hole(length);
  }

  /** Takes the digests of this file from the front of `results`, `from` on, and says where those of the next one begin. */
  take(results: readonly string[], from: number): number {
    let next = from;
    for (const [bit, name] of digestNames.entries())
      if ((this.mask & (1 << bit)) !== 0) this.digests[name] = results[next++]!;
    return next;
  }

  /** To be called once, when all has come, or `error` is set. */
  finish(): FileContent {
    const { inode, size, head, tail, error } = this;
    return { inode, size, digests: error === null ? this.digests : {}, zeros: this.scan.finish(), head, tail, error };
  }
}
