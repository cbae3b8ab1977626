/** Plain inodes that wait for one block, an indirect one or a symlink's target: read for a batch at once, in disk order. */
import type { ScanFacts } from '../../../facts/scan';
import { alignedBuffer } from '../../../source/aligned';
import type { Volume } from '../../../volume/volume';
import type { PlainBlocks } from './blocks';

/** Bytes for the blocks of one batch: 128 with blocks of 4 KiB, where a batch of a system's files has some 60. */
const arenaBytes = 512 * 1024;
/** Bytes between two blocks that are read over; a read costs as much as copying some 16 KiB. */
const gapBytes = 16 * 1024;
/** As many as there are with blocks of 1 KiB. A block and its turn go into one number, to be sorted. */
const mostBlocks = 512;

export class PlainWaiting {
  /** Made for the first block. */
  private arena: Uint8Array = new Uint8Array(0);
  private lists: Int32Array = new Int32Array(0);
  private readonly wanted = new Float64Array(mostBlocks);
  /** By turn: the first word of the block, or -1 where it could not be read. */
  private readonly places = new Int32Array(mostBlocks);
  private readonly most: number;
  private readonly fanOut: number;
  private count = 0;

  constructor(
    private readonly volume: Volume,
    private readonly facts: ScanFacts,
    private readonly blocks: PlainBlocks,
  ) {
    const { blockSize } = volume.geometry;
    this.most = Math.min(mostBlocks, arenaBytes / blockSize);
    this.fanOut = blockSize >>> 2;
  }

  /** Whether there is no room for another block in this batch. */
  get isFull(): boolean {
    return this.count === this.most;
  }

  /** Remembers a block to be read, where there is room, and returns its turn. */
  want(block: number): number {
    this.wanted[this.count] = block * mostBlocks + this.count;
    return this.count++;
  }

  /**
   * Reads what is wanted: neighbours in one go, as long as the gaps between them find room as well; all at a time where reads
   * have to be waited for.
   */
  async load(): Promise<void> {
    const { count, fanOut } = this;
    if (count === 0) return;
    const size = fanOut * 4;
    const order = this.wanted.subarray(0, count).sort();
    if (this.arena.length === 0) {
      this.arena = alignedBuffer(arenaBytes);
      this.lists = new Int32Array(this.arena.buffer, this.arena.byteOffset, arenaBytes >>> 2);
    }
    const coming: Promise<void>[] = [];
    let room = this.most - count;
    let at = 0;
    for (let first = 0, next = 0; first < count; first = next) {
      const start = Math.floor(order[first]! / mostBlocks);
      let last = start;
      for (next = first + 1; next < count; next++) {
        const block = Math.floor(order[next]! / mostBlocks);
        const gap = Math.max(0, block - last - 1);
        if (gap * size > gapBytes || gap > room) break;
        room -= gap;
        last = block;
      }
      const length = last - start + 1;
      const into = this.arena.subarray(at * size, (at + length) * size);
      // what fails is asked for again on the full way, which says so
      const reading = this.volume.readsBetterAside
        ? this.volume.readAside(start * size, into.length, into)
        : this.volume.read(start * size, into.length, into, true);
      if (reading instanceof Promise) {
        const place = at;
        const noted = reading.then((bytes) => this.came(bytes, first, next, place * fanOut));
        // an abort is heard of below, or ends this loop before that
        noted.catch(() => {});
        coming.push(noted);
      } else this.came(reading, first, next, at * fanOut);
      at += length;
    }
    if (coming.length > 0) await Promise.all(coming);
    this.count = 0;
  }

  /** Notes where the blocks of one read lie that begin at word `at`: those wanted in the places `first` to `next`. */
  private came(bytes: Uint8Array | null, first: number, next: number, at: number): void {
    const { wanted, places, fanOut } = this;
    const start = Math.floor(wanted[first]! / mostBlocks);
    const whole = bytes === null ? 0 : Math.floor(bytes.length / (fanOut * 4));
    for (let i = first; i < next; i++) {
      const block = Math.floor(wanted[i]! / mostBlocks) - start;
      places[wanted[i]! % mostBlocks] = block < whole ? at + block * fanOut : -1;
    }
  }

  /** Claims the blocks of the inode at byte `at`, whose turn this is; false, with nothing done, where it is not plain. */
  take(turn: number, at: number): boolean {
    const place = this.places[turn]!;
    if (place < 0) return false;
    const word = at >>> 2;
    if (this.blocks.isSymlink(word)) return this.blocks.takeTarget(word, this.arena, place << 2);
    if (this.facts.nodeBudget <= 0 || !this.blocks.takeIndirect(word, this.lists, place, this.fanOut)) return false;
    this.facts.nodeBudget--;
    return true;
  }
}
