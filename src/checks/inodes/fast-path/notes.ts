/** Where the short way notes what plain inodes are: in the facts at once, or in a log that is played into them later. */
import type { Bitmap } from '../../../bytes/bitmap';
import type { BlockUse } from '../../../facts/block-use';
import type { ScanFacts } from '../../../facts/scan';

export interface PlainNotes {
  /** By inode. */
  readonly state: Uint8Array;
  readonly links: Uint16Array;
  /** One more claim on `count` blocks, all of which the file system has. */
  claim(first: number, count: number): void;
  isClaimed(block: number): boolean;
  directory(ino: number, generation: number): void;
  /** Blocks of a directory that follow each other in it and on disk. */
  directoryRun(ino: number, logical: number, physical: number, count: number): void;
  /** Flags of an inode in use. */
  flags(flags: number): void;
}

/** Notes in the facts. */
export class FactNotes implements PlainNotes {
  readonly state: Uint8Array;
  readonly links: Uint16Array;
  private readonly use: BlockUse;
  private readonly claimed: Int32Array;

  constructor(
    private readonly facts: ScanFacts,
    claimed: Bitmap,
  ) {
    this.state = facts.inodes.state;
    this.links = facts.inodes.links;
    this.use = facts.blocks;
    this.claimed = claimed.words;
  }

  /** Claims a run by words where nothing of it is claimed yet, as nearly always; else as everyone does. */
  claim(first: number, count: number): void {
    const { claimed } = this;
    const last = first + count - 1;
    const from = first >>> 5;
    const to = last >>> 5;
    const head = -1 << (first & 31);
    const tail = ~(-2 << (last & 31));
    if (from === to) {
      const mask = head & tail;
      if ((claimed[from]! & mask) !== 0) this.use.claimRange(first, count);
      else claimed[from]! |= mask;
      return;
    }
    let taken = (claimed[from]! & head) | (claimed[to]! & tail);
    for (let word = from + 1; word < to; word++) taken |= claimed[word]!;
    if (taken !== 0) {
      this.use.claimRange(first, count);
      return;
    }
    claimed[from]! |= head;
    claimed[to]! |= tail;
    for (let word = from + 1; word < to; word++) claimed[word] = -1;
  }

  isClaimed(block: number): boolean {
    return ((this.claimed[block >>> 5]! >>> (block & 31)) & 1) !== 0;
  }

  directory(ino: number, generation: number): void {
    this.facts.directories.add(ino, 0, generation);
  }

  directoryRun(ino: number, logical: number, physical: number, count: number): void {
    this.facts.dirBlocks.addRun(ino, logical, physical, count);
  }

  flags(flags: number): void {
    this.facts.flagsSeen |= flags;
  }
}
