/** The directories, in inode order: their parents, and what the passes found out about them. */
import { GrowableU32 } from '../bytes/growable';

export const directoryFlag = {
  INDEXED: 0x1,
  ENCRYPTED: 0x2,
  CASEFOLD: 0x4,
  /** Two names in one block are equal. */
  DUPLICATE_NAMES: 0x8,
  INLINE: 0x10,
};

export class Directories {
  readonly inodes = new GrowableU32();
  /** Inode of the directory that has an entry for this one, 0 until it is found. */
  readonly parent = new GrowableU32();
  /** Inode number in '..', 0 until it is known. */
  readonly dotdot = new GrowableU32();
  /** `i_generation`: part of the checksums of its blocks. */
  readonly generation = new GrowableU32();
  readonly flags = new GrowableU32();

  get length(): number {
    return this.inodes.length;
  }

  /** Adds a directory; inode numbers must ascend. Returns its index. */
  add(ino: number, flags: number, generation = 0): number {
    this.inodes.push(ino);
    this.parent.push(ino === 2 ? 2 : 0);
    this.dotdot.push(0);
    this.generation.push(generation);
    this.flags.push(flags);
    return this.inodes.length - 1;
  }

  indexOf(ino: number): number {
    let low = 0;
    let high = this.inodes.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.inodes.get(middle);
      if (found === ino) return middle;
      if (found < ino) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  has(index: number, flag: number): boolean {
    return (this.flags.get(index) & flag) !== 0;
  }

  mark(index: number, flag: number): void {
    this.flags.set(index, this.flags.get(index) | flag);
  }
}
