/** Reads blocks in a given order; blocks that are close together share one read. */
import { ReadAhead } from './read-ahead';
import type { ReadRange, Volume } from './volume';

/**
 * Longest window, and longest gap in it that is read instead of skipped, in bytes; gaps of 8 to 16 KiB perform alike.
 */
export const windowBytes = 64 * 1024;
export const gapBytes = 16 * 1024;

export class BlockWindows {
  /** Positions in the order: the first block of the current window, and the first block after it. */
  first = 0;
  end = 0;
  /** Position after the last planned window, and the ends of planned windows that are not current yet. */
  private planned = 0;
  private readonly ends: number[] = [];
  private readonly reads: ReadAhead;
  private start = 0;
  private bytes: Uint8Array | null = null;

  /**
   * @param blocks block numbers, in any order; 0 for one that must not be read
   * @param order indexes of `blocks` in the order of reading
   */
  constructor(
    private readonly volume: Volume,
    private readonly blocks: Float64Array,
    private readonly order: Uint32Array,
  ) {
    this.reads = new ReadAhead(volume, () => this.plan(), Math.max(windowBytes, volume.geometry.blockSize));
  }

  /** The memory of the blocks; it may change between windows. */
  get arena(): Uint8Array {
    return this.reads.arena;
  }

  /** Whether a block must be read: 0 means none, even where the file system starts with block 0. */
  private isWanted(block: number): boolean {
    return block !== 0 && this.volume.inRange(block);
  }

  /** The position after the window that starts at `first`. */
  private endOf(first: number): number {
    const { blocks, order } = this;
    const { blockSize } = this.volume.geometry;
    const start = blocks[order[first]!]!;
    let end = first + 1;
    if (!this.isWanted(start)) return end;
    for (let previous = start; end < order.length; end++) {
      const next = blocks[order[end]!]!;
      if (next < previous || (next - previous - 1) * blockSize > gapBytes) break;
      if ((next - start + 1) * blockSize > windowBytes) break;
      previous = next;
    }
    return end;
  }

  private plan(): ReadRange | null {
    const { blocks, order } = this;
    if (this.planned >= order.length) return null;
    const { blockSize } = this.volume.geometry;
    const start = blocks[order[this.planned]!]!;
    const end = this.endOf(this.planned);
    const last = blocks[order[end - 1]!]!;
    this.planned = end;
    this.ends.push(end);
    return { at: start * blockSize, length: this.isWanted(start) ? (last - start + 1) * blockSize : 0 };
  }

  /** Advances to the next window; false after the last one. */
  next(): boolean | Promise<boolean> {
    if (this.end >= this.order.length) return false;
    this.first = this.end;
    this.start = this.blocks[this.order[this.first]!]!;
    const reading = this.reads.next();
    this.end = this.ends.shift()!;
    return reading instanceof Promise ? reading.then((bytes) => this.came(bytes)) : this.came(reading);
  }

  private came(bytes: Uint8Array | null | undefined): boolean {
    this.bytes = bytes ?? null;
    return true;
  }

  /** Byte offset in the arena of a block of the current window; -1 where it was not read completely. */
  placeOf(block: number): number {
    const { bytes } = this;
    if (bytes === null) return -1;
    const { blockSize } = this.volume.geometry;
    const at = (block - this.start) * blockSize;
    return at + blockSize <= bytes.length ? bytes.byteOffset - this.arena.byteOffset + at : -1;
  }

  /** The block as a view that is valid until the next window; null where it cannot be read. */
  view(block: number): DataView | null | Promise<DataView | null> {
    const { blockSize } = this.volume.geometry;
    const at = this.placeOf(block);
    if (at >= 0) return new DataView(this.arena.buffer, this.arena.byteOffset + at, blockSize);
    // a failed read of many blocks may include good ones
    return this.bytes === null && this.isWanted(block) ? this.volume.block(block) : null;
  }
}
