/** A file system's bytes by block: bounded, coalesced reads of a source. Never tests content and never throws on it. */
import { alignedBuffer } from '../source/aligned';
import { type ByteSource, SourceError } from '../source/source';
import type { Geometry } from './geometry';

/**
 * Blocks with a gap of at most this many bytes between them share one read; 8 to 16 KiB perform alike on a warm cache.
 */
const gapBytes = 16 * 1024;
/** Largest single read, in bytes; larger ones need more memory and are not faster. */
const maxReadBytes = 256 * 1024;
const cacheBytes = 16 * 1024 * 1024;
/** Bytes of cache memory that are allocated together. */
const slabBytes = 256 * 1024;
/** Number of slabs from which reuse is worthwhile. */
const slabsWorthIt = 4;
const nothing = new Uint8Array(0);

/** Synchronous where the source is, so that most callers need no await; else a promise. */
export type Soon<T> = T | Promise<T>;

export interface ReadRange {
  at: number;
  length: number;
}

export interface ReadFault extends ReadRange {
  message: string;
}

export class Volume {
  /** Unreadable ranges inside the source. */
  readonly faults: ReadFault[] = [];
  readonly readCounts = { bytesRead: 0, reads: 0 };
  private readonly cache = new Map<number, DataView | null>();
  /** The memory of the cached blocks, the unused rest of the last slab, and slabs to be used again. */
  private readonly slabs: Uint8Array[] = [];
  private left: Uint8Array = nothing;
  private readonly spare: Uint8Array[] = [];

  constructor(
    readonly source: ByteSource,
    readonly geometry: Geometry,
    private readonly signal?: AbortSignal,
  ) {}

  /** Number of blocks that are completely inside the source. */
  get readableBlocks(): number {
    return Math.min(this.geometry.blocksCount, Math.floor(this.source.size / this.geometry.blockSize));
  }

  inRange(block: number): boolean {
    return block >= this.geometry.firstDataBlock && block < this.geometry.blocksCount;
  }

  throwIfAborted(): void {
    this.signal?.throwIfAborted();
  }

  /** Counts a read of another thread, so that the counts of a check do not depend on timing. */
  countRead(bytes: number): void {
    this.readCounts.bytesRead += bytes;
    this.readCounts.reads++;
  }

  /**
   * Bytes from offset `at`, as many of `length` as the source has; null on failure. They are in `arena` if there is
   * one, until the next read into it; otherwise in new memory. A failed `tentative` read is not recorded: the caller
   * reads smaller parts again, so that exactly the unreadable part is reported and lost.
   */
  read(at: number, length: number, arena?: Uint8Array, tentative = false): Soon<Uint8Array | null> {
    this.signal?.throwIfAborted();
    const wanted = Math.max(0, Math.min(length, this.source.size - at));
    const buffer = arena && wanted <= arena.length ? arena.subarray(0, wanted) : alignedBuffer(wanted);
    if (wanted === 0) return buffer;
    this.readCounts.reads++;
    try {
      const got = this.source.read(at, buffer);
      return typeof got === 'number' ? this.came(buffer, got) : this.later(got, at, buffer, tentative);
    } catch (error) {
      return this.failed(error, at, wanted, tentative);
    }
  }

  /** Whether reads wait for the medium, and several can run at the same time. */
  get prefersAsync(): boolean {
    return this.source.slow === true && this.source.readAsync !== undefined;
  }

  /** A tentative read into `arena`, or its first `length` bytes, at the same time as others. */
  readAsync(at: number, length: number, arena: Uint8Array): Promise<Uint8Array | null> {
    this.signal?.throwIfAborted();
    const wanted = Math.max(0, Math.min(length, this.source.size - at));
    const buffer = arena.subarray(0, wanted);
    if (wanted === 0 || !this.source.readAsync) return Promise.resolve(this.read(at, wanted, arena, true));
    this.readCounts.reads++;
    return this.later(this.source.readAsync(at, buffer), at, buffer, true);
  }

  private async later(
    coming: Promise<number>,
    at: number,
    buffer: Uint8Array,
    tentative: boolean,
  ): Promise<Uint8Array | null> {
    try {
      return this.came(buffer, await coming);
    } catch (error) {
      // an aborted source may also fail in its own way
      this.signal?.throwIfAborted();
      return this.failed(error, at, buffer.length, tentative);
    }
  }

  private came(buffer: Uint8Array, got: number): Uint8Array {
    this.readCounts.bytesRead += got;
    return got === buffer.length ? buffer : buffer.subarray(0, got);
  }

  private failed(error: unknown, at: number, length: number, tentative: boolean): null {
    if (!(error instanceof SourceError)) throw error;
    if (!tentative) this.faults.push({ at, length, message: error.message });
    return null;
  }

  /** A cached block, without reading; null when it is known to be unreadable. */
  cached(block: number): DataView | null | undefined {
    return this.cache.get(block);
  }

  /** One block, or null when it is outside the source or cannot be read. */
  block(block: number): Soon<DataView | null> {
    const known = this.cache.get(block);
    if (known !== undefined) return known;
    this.makeRoom(1);
    const loading = this.load(Float64Array.of(block), 0, 0);
    if (loading) return loading.then(() => this.cache.get(block) ?? null);
    return this.cache.get(block) ?? null;
  }

  /** Reads the given blocks, in disk order and few reads, and caches them for `block` and `cached`. */
  prefetch(blocks: readonly number[]): void | Promise<void> {
    const { blockSize } = this.geometry;
    const wanted = Float64Array.from(blocks.filter((block) => !this.cache.has(block))).sort();
    this.makeRoom(wanted.length);
    const room = Math.max(1, Math.floor(cacheBytes / blockSize));
    const some = wanted.subarray(0, room);
    return this.prefersAsync ? this.loadAsync(some) : this.loadFrom(some, 0);
  }

  /** Clears the cache when `count` more blocks would not fit. */
  private makeRoom(count: number): void {
    if ((this.cache.size + count) * this.geometry.blockSize > cacheBytes) this.forget();
  }

  /** The same as `loadFrom` with all reads under way at a time. */
  private async loadAsync(wanted: Float64Array): Promise<void> {
    const coming: Promise<void>[] = [];
    for (let first = 0; first < wanted.length; ) {
      const start = first;
      const last = this.runEnd(wanted, start);
      const { at, length } = this.rangeOf(wanted, start, last);
      const reading = this.readAsync(at, length, this.room(length)).then((bytes) =>
        bytes === null ? this.singly(wanted, start, last) : this.keep(wanted, start, last, bytes),
      );
      // an abort ends this loop or is heard of below
      reading.catch(() => {});
      coming.push(reading);
      first = last + 1;
    }
    await Promise.all(coming);
  }

  private loadFrom(wanted: Float64Array, from: number): void | Promise<void> {
    for (let first = from; first < wanted.length; ) {
      const last = this.runEnd(wanted, first);
      const loading = this.load(wanted, first, last);
      first = last + 1;
      if (loading) return this.goOn(loading, wanted, first);
    }
  }

  private async goOn(loading: Promise<void>, wanted: Float64Array, from: number): Promise<void> {
    await loading;
    await this.loadFrom(wanted, from);
  }

  /** The last of the blocks from `first` that share one read. */
  private runEnd(wanted: Float64Array, first: number): number {
    const { blockSize } = this.geometry;
    const gap = Math.floor(gapBytes / blockSize);
    const most = Math.max(1, Math.floor(maxReadBytes / blockSize));
    let last = first;
    while (
      last + 1 < wanted.length &&
      wanted[last + 1]! - wanted[last]! <= gap + 1 &&
      wanted[last + 1]! - wanted[first]! < most
    )
      last++;
    return last;
  }

  private rangeOf(wanted: Float64Array, first: number, last: number): ReadRange {
    const { blockSize } = this.geometry;
    return { at: wanted[first]! * blockSize, length: (wanted[last]! - wanted[first]! + 1) * blockSize };
  }

  private load(wanted: Float64Array, first: number, last: number): void | Promise<void> {
    const { at, length } = this.rangeOf(wanted, first, last);
    const bytes = this.read(at, length, this.room(length), last > first);
    return bytes instanceof Promise
      ? this.keepLater(wanted, first, last, bytes)
      : this.keep(wanted, first, last, bytes);
  }

  private async keepLater(
    wanted: Float64Array,
    first: number,
    last: number,
    coming: Promise<Uint8Array | null>,
  ): Promise<void> {
    await this.keep(wanted, first, last, await coming);
  }

  private keep(wanted: Float64Array, first: number, last: number, bytes: Uint8Array | null): void | Promise<void> {
    const { blockSize } = this.geometry;
    // a failed read of many blocks may include good ones: try them one by one
    if (bytes === null && last > first) return this.singly(wanted, first, last);
    for (let i = first; i <= last; i++) {
      const from = (wanted[i]! - wanted[first]!) * blockSize;
      const whole = bytes !== null && from + blockSize <= bytes.length;
      this.cache.set(wanted[i]!, whole ? new DataView(bytes.buffer, bytes.byteOffset + from, blockSize) : null);
    }
  }

  private async singly(wanted: Float64Array, first: number, last: number): Promise<void> {
    for (let i = first; i <= last; i++) await this.load(wanted, i, i);
  }

  /**
   * Memory for cached blocks. It comes in slabs, because a separate ArrayBuffer per read took most of the garbage
   * collector's time. It is not reused except by `recycle`: a caller may still use a block after it leaves the cache.
   */
  private room(length: number): Uint8Array {
    if (length > this.left.length) {
      this.left = length <= slabBytes ? (this.spare.pop() ?? alignedBuffer(slabBytes)) : alignedBuffer(length);
      this.slabs.push(this.left);
    }
    const room = this.left.subarray(0, length);
    this.left = this.left.subarray(length);
    return room;
  }

  private forget(): void {
    this.cache.clear();
    this.slabs.length = 0;
    this.left = nothing;
  }

  /** Clears the cache if it has some size, and reuses its memory. No caller may use a view of a block any more. */
  recycle(): void {
    if (this.slabs.length < slabsWorthIt) return;
    for (const slab of this.slabs) if (slab.length === slabBytes) this.spare.push(slab);
    this.forget();
  }
}

export const bytesOf = (view: DataView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
