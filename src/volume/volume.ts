/** A file system's bytes by block: bounded, coalesced reads on top of a source. Judges nothing, never throws on content. */
import { alignedBuffer } from '../source/aligned';
import { type ByteSource, SourceError } from '../source/source';
import type { Geometry } from './geometry';

/** Neighbouring blocks with a gap up to this many bytes are read in one go; measured flat from 8 to 16 KiB warm. */
const gapBytes = 16 * 1024;
/** Largest single read, in bytes; larger ones cost memory and gain nothing. */
const maxReadBytes = 256 * 1024;
/** Bytes of blocks kept for walkers that come back for them. */
const cacheBytes = 16 * 1024 * 1024;

/** A range that the source would not give. */
export interface ReadFault {
  at: number;
  length: number;
  message: string;
}

export class Volume {
  /** Ranges that could not be read although they lie inside the source. */
  readonly faults: ReadFault[] = [];
  readonly cost = { bytesRead: 0, reads: 0 };
  private readonly cache = new Map<number, DataView | null>();

  constructor(
    readonly source: ByteSource,
    readonly geometry: Geometry,
    private readonly signal?: AbortSignal,
  ) {}

  /** Blocks that lie wholly inside the source. */
  get readableBlocks(): number {
    return Math.min(this.geometry.blocksCount, Math.floor(this.source.size / this.geometry.blockSize));
  }

  /** Whether a block number lies inside the file system. */
  inRange(block: number): boolean {
    return block >= this.geometry.firstDataBlock && block < this.geometry.blocksCount;
  }

  /**
   * Bytes from offset `at`: as many of `length` as the source has; null where it fails. They lie in `arena` when one is
   * given, and stay there until the next read into it; else in memory of their own. A failure of a `tentative` read is not
   * noted: the caller asks again for smaller pieces, so that the fault is named exactly and costs nothing else.
   */
  async read(at: number, length: number, arena?: Uint8Array, tentative = false): Promise<Uint8Array | null> {
    this.signal?.throwIfAborted();
    const wanted = Math.max(0, Math.min(length, this.source.size - at));
    const buffer = arena && wanted <= arena.length ? arena.subarray(0, wanted) : alignedBuffer(wanted);
    if (wanted === 0) return buffer;
    try {
      this.cost.reads++;
      const got = await this.source.read(at, buffer);
      this.cost.bytesRead += got;
      return got === wanted ? buffer : buffer.subarray(0, got);
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      if (!tentative) this.faults.push({ at, length: wanted, message: error.message });
      return null;
    }
  }

  /** A block that is at hand, without reading; null when it was tried and cannot be read. */
  cached(block: number): DataView | null | undefined {
    return this.cache.get(block);
  }

  /** One block, or null when it lies outside the source or cannot be read. */
  async block(block: number): Promise<DataView | null> {
    const known = this.cache.get(block);
    if (known !== undefined) return known;
    await this.prefetch([block]);
    return this.cache.get(block) ?? null;
  }

  /** Reads the given blocks, in disk order and few reads, and keeps them for `block` and `cached`. */
  async prefetch(blocks: readonly number[]): Promise<void> {
    const { blockSize } = this.geometry;
    const wanted = blocks.filter((block) => !this.cache.has(block)).sort((a, b) => a - b);
    if ((this.cache.size + wanted.length) * blockSize > cacheBytes) this.cache.clear();
    const room = Math.max(1, Math.floor(cacheBytes / blockSize));
    if (wanted.length > room) wanted.length = room;
    const gap = Math.floor(gapBytes / blockSize);
    const most = Math.max(1, Math.floor(maxReadBytes / blockSize));
    for (let first = 0; first < wanted.length; ) {
      let last = first;
      while (
        last + 1 < wanted.length &&
        wanted[last + 1]! - wanted[last]! <= gap + 1 &&
        wanted[last + 1]! - wanted[first]! < most
      )
        last++;
      await this.load(wanted, first, last);
      first = last + 1;
    }
  }

  private async load(wanted: readonly number[], first: number, last: number): Promise<void> {
    const { blockSize } = this.geometry;
    const start = wanted[first]!;
    const bytes = await this.read(start * blockSize, (wanted[last]! - start + 1) * blockSize, undefined, last > first);
    for (let i = first; i <= last; i++) {
      const from = (wanted[i]! - start) * blockSize;
      // a failed read of many blocks may hide good ones: try them one by one
      if (bytes === null && last > first) await this.load(wanted, i, i);
      else if (bytes === null || from + blockSize > bytes.length) this.cache.set(wanted[i]!, null);
      else this.cache.set(wanted[i]!, new DataView(bytes.buffer, bytes.byteOffset + from, blockSize));
    }
  }
}

/** The bytes behind a view. */
export const bytesOf = (view: DataView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
