/** The blocks of all directories: the inode pass collects them, the directory pass reads them in disk order. */
import { GrowableF64, GrowableU32 } from '../bytes/growable';
import { sortIndexes } from '../bytes/radix';

/** Largest number of holes from one call: a garbage offset must not use up the space of other directories. */
const maxHoles = 8192;

export class DirBlocks {
  readonly ino = new GrowableU32();
  /** Logical block inside the directory. */
  readonly logical = new GrowableU32();
  /** Block on disk, 0 for a hole. */
  readonly physical = new GrowableF64();
  /** Blocks over the limit: directories that claim each other's blocks repeatedly. */
  dropped = 0;

  /** @param limit largest number of blocks to keep */
  constructor(private readonly limit: number) {}

  get length(): number {
    return this.ino.length;
  }

  add(ino: number, logical: number, physical: number): void {
    if (this.ino.length >= this.limit) {
      this.dropped++;
      return;
    }
    this.ino.push(ino);
    this.logical.push(logical);
    this.physical.push(physical);
  }

  /** `count` blocks that are consecutive both in the directory and on disk. */
  addRun(ino: number, logical: number, physical: number, count: number): void {
    const kept = Math.min(count, Math.max(0, this.limit - this.ino.length));
    for (let i = 0; i < kept; i++) this.add(ino, logical + i, physical + i);
    this.dropped += count - kept;
  }

  /** Holes at the logical blocks from `from` to before `to`. */
  addHoles(ino: number, from: number, to: number): void {
    const room = Math.max(0, this.limit - this.ino.length);
    const count = Math.min(to - from, room, maxHoles);
    for (let i = 0; i < count; i++) this.add(ino, from + i, 0);
    this.dropped += to - from - count;
  }

  /**
   * The blocks in the order in which they are checked: by their place on disk; with indexes, the first block of each
   * directory before all others, as in e2fsck.
   */
  order(indexes: boolean): Uint32Array {
    const order = sortIndexes(this.physical.view(), this.length);
    if (!indexes) return order;
    const logical = this.logical.view();
    const joined = new Uint32Array(order.length);
    let length = 0;
    for (let i = 0; i < order.length; i++) if (logical[order[i]!] === 0) joined[length++] = order[i]!;
    for (let i = 0; i < order.length; i++) if (logical[order[i]!] !== 0) joined[length++] = order[i]!;
    return joined;
  }
}
