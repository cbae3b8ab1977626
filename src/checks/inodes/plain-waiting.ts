/** Plain inodes that wait for one block, an indirect one or a symlink's target: read for a batch at once, in disk order. */
import type { ScanFacts } from '../../facts/scan';
import { alignedBuffer } from '../../source/aligned';
import type { Volume } from '../../volume/volume';
import type { PlainBlocks } from './plain-blocks';

/** Bytes for the blocks of one batch: 128 with blocks of 4 KiB, where a batch of a system's files has some 60. */
const arenaBytes = 512 * 1024;
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

  /** Remembers a block to be read and returns its turn; -1 when there is no room for it in this batch. */
  want(block: number): number {
    if (this.count === this.most) return -1;
    this.wanted[this.count] = block * mostBlocks + this.count;
    return this.count++;
  }

  /** Reads what is wanted. Only neighbours are joined: between two indirect blocks lie 48 KiB and more of a file's data. */
  async load(): Promise<void> {
    const { count, places, fanOut } = this;
    if (count === 0) return;
    const order = this.wanted.subarray(0, count).sort();
    if (this.arena.length === 0) {
      this.arena = alignedBuffer(arenaBytes);
      this.lists = new Int32Array(this.arena.buffer, this.arena.byteOffset, arenaBytes >>> 2);
    }
    for (let first = 0; first < count; ) {
      const block = Math.floor(order[first]! / mostBlocks);
      let next = first + 1;
      while (next < count && Math.floor(order[next]! / mostBlocks) === block + next - first) next++;
      const from = first * fanOut * 4;
      const reading = this.volume.read(
        block * fanOut * 4,
        (next - first) * fanOut * 4,
        this.arena.subarray(from, next * fanOut * 4),
        true,
      );
      const bytes = reading instanceof Promise ? await reading : reading;
      const whole = bytes === null ? 0 : Math.floor(bytes.length / (fanOut * 4));
      for (let i = first; i < next; i++) places[order[i]! % mostBlocks] = i < first + whole ? i * fanOut : -1;
      first = next;
    }
    this.count = 0;
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
