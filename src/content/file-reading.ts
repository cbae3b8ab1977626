/** Collects the result of reading one file: NUL bytes, first and last bytes, digests, errors. */

import type { DigestName } from '../platform/digests';
import { digestNames } from '../platform/digests';
import type { ImageError } from '../view/error';
import type { FileContent } from './file-content';
import { ZeroScan } from './zero-scan';

/** Bytes that are kept of the start and of the end of a file. */
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
    /** The requested digests; see `digestNames`. */
    readonly mask: number,
    blockSize: number,
    /** Whether the first and last bytes are kept. */
    private readonly ends = true,
  ) {
    this.scan = new ZeroScan(blockSize);
  }

  /** Must be called before any content is added. */
  begin(size: number): void {
    this.size = size;
    if (!this.ends) return;
    this.head = new Uint8Array(Math.min(size, headBytes));
    this.tail = size <= headBytes ? this.head.subarray(Math.max(0, size - tailBytes)) : new Uint8Array(tailBytes);
  }

  get held(): number {
    return 400 + this.head.length + this.tail.length;
  }

  /** Adds the file's bytes from offset `at`, the start of a block, which are in `buffer[from..to)`. */
  data(at: number, buffer: Uint8Array, from: number, to: number): void {
    this.scan.data(at, buffer, from, to);
    if (!this.ends) return;
    if (at < this.head.length) this.head.set(buffer.subarray(from, Math.min(to, from + this.head.length - at)), at);
    const tailAt = this.size - this.tail.length;
    if (this.size <= headBytes || at + to - from <= tailAt) return;
    const skipped = Math.max(0, tailAt - at);
    this.tail.set(buffer.subarray(from + skipped, to), at + skipped - tailAt);
  }

  /** Adds bytes from offset `at` without a block, or with an unwritten one. */
  hole(at: number, length: number): void {
    this.scan.hole(at, length);
  }

  /** Takes the digests of this file from `results`, starting at `from`. Returns the index of those of the next file. */
  take(results: readonly string[], from: number): number {
    let next = from;
    for (const [bit, name] of digestNames.entries())
      if ((this.mask & (1 << bit)) !== 0) this.digests[name] = results[next++]!;
    return next;
  }

  /** Must be called once, after all content is added or `error` is set. */
  finish(): FileContent {
    const { inode, size, head, tail, error } = this;
    return { inode, size, digests: error === null ? this.digests : {}, zeros: this.scan.finish(), head, tail, error };
  }
}
