/** Reads blocks in a given order, several in one window where they lie close together. */
import { ReadAhead } from './read-ahead';
import type { ReadRange, Volume } from './volume';

/** Longest window, and longest gap in it that is read over rather than skipped, in bytes; 8 to 16 KiB are alike. */
export const windowBytes = 64 * 1024;
export const gapBytes = 16 * 1024;

export class BlockWindows {
  /** Places in the order of the first block of the window at hand, and of the one behind its last. */
  first = 0;
  end = 0;
  /** Place behind the last window that was planned, and the ends of those that were not looked at yet. */
  private planned = 0;
  private readonly ends: number[] = [];
  private readonly reads: ReadAhead;
  private start = 0;
  private bytes: Uint8Array | null = null;

  /**
   * @param blocks block numbers, in any order; 0 for one that is not to be read
   * @param order indexes of `blocks`, by which they are read and looked at
   */
  constructor(
    private readonly volume: Volume,
    private readonly blocks: Float64Array,
    private readonly order: Uint32Array,
  ) {
    this.reads = new ReadAhead(volume, () => this.plan(), Math.max(windowBytes, volume.geometry.blockSize));
  }

  /** What blocks are read into; another one after some windows perhaps. */
  get arena(): Uint8Array {
    return this.reads.arena;
  }

  /** Whether a block is to be read: 0 stands for none, also where the file system begins with it. */
  private isWanted(block: number): boolean {
    return block !== 0 && this.volume.inRange(block);
  }

  /** The place in the order behind the window that begins at `first`. */
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

  /** Goes on to the next window; false behind the last. */
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

  /** Where in the arena a block of the window at hand begins, in bytes; -1 where it was not read as a whole. */
  placeOf(block: number): number {
    const { bytes } = this;
    if (bytes === null) return -1;
    const { blockSize } = this.volume.geometry;
    const at = (block - this.start) * blockSize;
    return at + blockSize <= bytes.length ? bytes.byteOffset - this.arena.byteOffset + at : -1;
  }

  /** The block as a view that is good until the next window; null where it cannot be read. */
  view(block: number): DataView | null | Promise<DataView | null> {
    const { blockSize } = this.volume.geometry;
    const at = this.placeOf(block);
    if (at >= 0) return new DataView(this.arena.buffer, this.arena.byteOffset + at, blockSize);
    // a failed read of many blocks may hide good ones
    return this.bytes === null && this.isWanted(block) ? this.volume.block(block) : null;
  }
}
