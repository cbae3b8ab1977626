/** Where the fast path notes ordinary inodes: in the facts, or in a log that is replayed into them later. */
import type { ScanFacts } from '../../../facts/scan';

export interface InodeNotes {
  /** By inode. */
  readonly state: Uint8Array;
  readonly links: Uint16Array;
  /** One more claim on `count` blocks, all inside the file system. */
  claim(first: number, count: number): void;
  /** Whether an indirect block may be read: it has no other use, and the limit is not reached. */
  enters(block: number): boolean;
  directory(ino: number, generation: number): void;
  /** Blocks of a directory that are consecutive in it and on disk. */
  directoryRun(ino: number, logical: number, physical: number, count: number): void;
  flags(flags: number): void;
}

export class FactNotes implements InodeNotes {
  readonly state: Uint8Array;
  readonly links: Uint16Array;

  constructor(private readonly facts: ScanFacts) {
    this.state = facts.inodes.state;
    this.links = facts.inodes.links;
  }

  claim(first: number, count: number): void {
    this.facts.blocks.claimRange(first, count);
  }

  enters(block: number): boolean {
    const { facts } = this;
    if (facts.nodeBudget <= 0 || facts.blocks.isClaimed(block)) return false;
    facts.nodeBudget--;
    return true;
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
