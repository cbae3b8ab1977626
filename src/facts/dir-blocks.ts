/** The blocks of all directories, gathered while inodes are read and looked at later in disk order. */
import { GrowableF64, GrowableU32 } from '../bytes/growable';

/** Holes kept in one go: a garbage offset must not take the room of other directories. */
const maxHoles = 8192;

export class DirBlocks {
  /** Inode of the directory. */
  readonly ino = new GrowableU32();
  /** Logical block inside the directory. */
  readonly logical = new GrowableU32();
  /** Block on disk, 0 for a hole. */
  readonly physical = new GrowableF64();
  /** Blocks that found no room: directories that claim each other's blocks over and over. */
  dropped = 0;

  /** @param limit most blocks that are kept */
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

  /** `count` blocks that follow each other both in the directory and on disk. */
  addRun(ino: number, logical: number, physical: number, count: number): void {
    const kept = Math.min(count, Math.max(0, this.limit - this.ino.length));
    for (let i = 0; i < kept; i++) this.add(ino, logical + i, physical + i);
    this.dropped += count - kept;
  }

  /** Holes at logical blocks `from` up to but not including `to`. */
  addHoles(ino: number, from: number, to: number): void {
    const room = Math.max(0, this.limit - this.ino.length);
    const count = Math.min(to - from, room, maxHoles);
    for (let i = 0; i < count; i++) this.add(ino, from + i, 0);
    this.dropped += to - from - count;
  }
}
