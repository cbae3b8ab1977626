/** The log of a helper thread: what ordinary inodes are, block by block in the order of the table, and the reading of it. */
import type { BlockFate, InodeLogReader } from '../checks/helper-thread';
import type { InodeNotes } from '../checks/inodes/fast-path/notes';
import type { LogData } from './protocol';

/** Words of an entry: what it is, and up to four numbers. */
const entryWords = 5;

const entry = {
  /** Where the batch ends, whether any of its blocks is left. */
  BATCH: 0,
  /** The block's inodes were accepted; what they are precedes it. */
  ACCEPTED: 1,
  ZERO: 2,
  LEFT: 3,
  /** First block, count. */
  CLAIM: 4,
  /** Inode, generation. */
  DIRECTORY: 5,
  /** Inode, logical block, block, count. */
  RUN: 6,
  /** Flags. */
  FLAGS: 7,
};

/** Writes the log. */
export class LogWriter implements InodeNotes {
  private words = new Int32Array(1 << 16);
  private used = 0;
  private readonly groupStarts: number[] = [];
  private batchAt = 0;
  private blockAt = 0;
  private seen = 0;

  constructor(
    readonly state: Uint8Array,
    readonly links: Uint16Array,
  ) {}

  private add(kind: number, a = 0, b = 0, c = 0, d = 0): void {
    if (this.used + entryWords > this.words.length) {
      const larger = new Int32Array(this.words.length * 2);
      larger.set(this.words);
      this.words = larger;
    }
    const { words, used } = this;
    words[used] = kind;
    words[used + 1] = a;
    words[used + 2] = b;
    words[used + 3] = c;
    words[used + 4] = d;
    this.used = used + entryWords;
  }

  /** Groups are begun from the last one down. */
  beginGroup(): void {
    this.groupStarts.push(this.used);
  }

  beginBatch(): void {
    this.batchAt = this.used;
    this.add(entry.BATCH);
    this.blockAt = this.used;
  }

  endBatch(): void {
    this.words[this.batchAt + 1] = this.used;
  }

  acceptBlock(): void {
    this.closeBlock(entry.ACCEPTED);
  }

  zeroBlock(): void {
    this.closeBlock(entry.ZERO);
  }

  /** Takes back what was noted of the block's first `count` inodes. */
  leaveBlock(firstIno: number, count: number): void {
    this.used = this.blockAt;
    this.state.fill(0, firstIno, firstIno + count);
    this.links.fill(0, firstIno, firstIno + count);
    this.words[this.batchAt + 2] = 1;
    this.closeBlock(entry.LEFT);
  }

  private closeBlock(kind: number): void {
    this.add(kind);
    this.blockAt = this.used;
  }

  claim(first: number, count: number): void {
    this.add(entry.CLAIM, first, count);
  }

  /** Never asked: inodes that wait for a block are left. */
  enters(): boolean {
    return false;
  }

  directory(ino: number, generation: number): void {
    this.add(entry.DIRECTORY, ino, generation);
  }

  directoryRun(ino: number, logical: number, physical: number, count: number): void {
    this.add(entry.RUN, ino, logical, physical, count);
  }

  flags(flags: number): void {
    if ((flags & ~this.seen) === 0) return;
    this.seen |= flags;
    this.add(entry.FLAGS, flags);
  }

  /** The log; groups were begun from the last of `count` down to `first`. */
  finish(first: number, count: number): LogData {
    const starts = new Uint32Array(count);
    for (const [turn, at] of this.groupStarts.entries()) starts[count - 1 - turn] = at;
    return { first, words: this.words.slice(0, this.used), starts };
  }
}

export class LogReader implements InodeLogReader {
  private at = 0;
  private batchEnd = 0;

  constructor(
    private readonly log: LogData,
    private readonly notes: InodeNotes,
  ) {}

  get isInBatch(): boolean {
    return this.at < this.batchEnd;
  }

  enterGroup(group: number): void {
    this.at = this.log.starts[group]!;
  }

  enterBatch(): boolean {
    const { words } = this.log;
    this.batchEnd = words[this.at + 1]!;
    const left = words[this.at + 2] !== 0;
    this.at += entryWords;
    return left;
  }

  leaveBatch(): void {
    this.at = this.batchEnd;
  }

  block(): BlockFate {
    const notes = this.notes;
    const { words } = this.log;
    for (;;) {
      const { at } = this;
      const kind = words[at]!;
      const a = words[at + 1]!;
      const b = words[at + 2]!;
      this.at = at + entryWords;
      if (kind === entry.CLAIM) notes.claim(a, b);
      else if (kind === entry.DIRECTORY) notes.directory(a, b);
      else if (kind === entry.RUN) notes.directoryRun(a, b, words[at + 3]!, words[at + 4]!);
      else if (kind === entry.FLAGS) notes.flags(a);
      else return kind === entry.ACCEPTED ? 'accepted' : kind === entry.ZERO ? 'zero' : 'left';
    }
  }
}
