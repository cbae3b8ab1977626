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
/** Bytes allocated at a time for them. */
const slabBytes = 256 * 1024;
/** Slabs from which on memory is worth to be used again. */
const slabsWorthIt = 4;
const nothing = new Uint8Array(0);

/** At once where the source answers at once, so that most callers need no await; else a promise. */
export type Soon<T> = T | Promise<T>;

/** A range of bytes. */
export interface ReadRange {
  at: number;
  length: number;
}

/** A range that the source would not give. */
export interface ReadFault extends ReadRange {
  message: string;
}

export class Volume {
  /** Ranges that could not be read although they lie inside the source. */
  readonly faults: ReadFault[] = [];
  readonly readCounts = { bytesRead: 0, reads: 0 };
  private readonly cache = new Map<number, DataView | null>();
  /** What blocks are kept in, the rest of the last of them, and those to be used again. */
  private readonly slabs: Uint8Array[] = [];
  private left: Uint8Array = nothing;
  private readonly spare: Uint8Array[] = [];

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

  /** Ends here when the check was given up. */
  throwIfAborted(): void {
    this.signal?.throwIfAborted();
  }

  /** Counts a read that another thread made, so that what a check costs does not depend on who was how fast. */
  countRead(bytes: number): void {
    this.readCounts.bytesRead += bytes;
    this.readCounts.reads++;
  }

  /**
   * Bytes from offset `at`: as many of `length` as the source has; null where it fails. They lie in `arena` when one is
   * given, and stay there until the next read into it; else in memory of their own. A failure of a `tentative` read is not
   * noted: the caller asks again for smaller pieces, so that the fault is named exactly and costs nothing else.
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

  /** Whether reads had to be waited for, and several can be under way at a time. */
  get prefersAsync(): boolean {
    return this.source.slow === true && this.source.readAsync !== undefined;
  }

  /** A tentative read into all of `arena` or its first `length` bytes that others may be under way beside. */
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
      // a source may fail in its own way when it is stopped as well
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

  /** A block that is at hand, without reading; null when it was tried and cannot be read. */
  cached(block: number): DataView | null | undefined {
    return this.cache.get(block);
  }

  /** One block, or null when it lies outside the source or cannot be read. */
  block(block: number): Soon<DataView | null> {
    const known = this.cache.get(block);
    if (known !== undefined) return known;
    this.makeRoom(1);
    const loading = this.load(Float64Array.of(block), 0, 0);
    if (loading) return loading.then(() => this.cache.get(block) ?? null);
    return this.cache.get(block) ?? null;
  }

  /** Reads the given blocks, in disk order and few reads, and keeps them for `block` and `cached`. */
  prefetch(blocks: readonly number[]): void | Promise<void> {
    const { blockSize } = this.geometry;
    const wanted = Float64Array.from(blocks.filter((block) => !this.cache.has(block))).sort();
    this.makeRoom(wanted.length);
    const room = Math.max(1, Math.floor(cacheBytes / blockSize));
    const some = wanted.subarray(0, room);
    return this.prefersAsync ? this.loadAside(some) : this.loadFrom(some, 0);
  }

  /** Forgets all where `count` more blocks would be too many. */
  private makeRoom(count: number): void {
    if ((this.cache.size + count) * this.geometry.blockSize > cacheBytes) this.forget();
  }

  /** The same as `loadFrom` with all reads under way at a time. */
  private async loadAside(wanted: Float64Array): Promise<void> {
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

  /** The last of the blocks from `first` on that are read in one go. */
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
    // a failed read of many blocks may hide good ones: try them one by one
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
   * Memory for blocks that are kept. It comes in slabs, since an ArrayBuffer for each read is what the garbage collector
   * spent most of its time on, and is not used twice but for `recycle`: a walker may hold on to a block that is kept no
   * longer.
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

  /** For when nobody holds a view of a block: forgets them, where they have come to some memory, and uses that again. */
  recycle(): void {
    if (this.slabs.length < slabsWorthIt) return;
    for (const slab of this.slabs) if (slab.length === slabBytes) this.spare.push(slab);
    this.forget();
  }
}

/** The bytes behind a view. */
export const bytesOf = (view: DataView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
