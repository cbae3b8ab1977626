/** The log of a helper thread: what ordinary inodes are, block by block in the order of the table, and the reading of it. */
import type { BlockFate, InodeLogReader } from '../checks/helper-thread';
import type { InodeNotes } from '../checks/inodes/fast-path/notes';
import type { LogData } from './protocol';

/** What a word of the log announces, with the words after it. */
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

  private room(count: number): void {
    if (this.used + count <= this.words.length) return;
    const larger = new Int32Array(this.words.length * 2);
    larger.set(this.words);
    this.words = larger;
  }

  /** Groups are begun from the last one down. */
  beginGroup(): void {
    this.groupStarts.push(this.used);
  }

  beginBatch(): void {
    this.room(3);
    this.batchAt = this.used;
    this.words[this.used] = entry.BATCH;
    this.words[this.used + 2] = 0;
    this.used += 3;
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
    this.room(1);
    this.words[this.used++] = kind;
    this.blockAt = this.used;
  }

  claim(first: number, count: number): void {
    this.room(3);
    this.words[this.used] = entry.CLAIM;
    this.words[this.used + 1] = first;
    this.words[this.used + 2] = count;
    this.used += 3;
  }

  /** Never asked: inodes that wait for a block are left. */
  enters(): boolean {
    return false;
  }

  directory(ino: number, generation: number): void {
    this.room(3);
    this.words[this.used] = entry.DIRECTORY;
    this.words[this.used + 1] = ino;
    this.words[this.used + 2] = generation;
    this.used += 3;
  }

  directoryRun(ino: number, logical: number, physical: number, count: number): void {
    this.room(5);
    this.words[this.used] = entry.RUN;
    this.words[this.used + 1] = ino;
    this.words[this.used + 2] = logical;
    this.words[this.used + 3] = physical;
    this.words[this.used + 4] = count;
    this.used += 5;
  }

  flags(flags: number): void {
    if ((flags & ~this.seen) === 0) return;
    this.seen |= flags;
    this.room(2);
    this.words[this.used] = entry.FLAGS;
    this.words[this.used + 1] = flags;
    this.used += 2;
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
    this.at += 3;
    return left;
  }

  leaveBatch(): void {
    this.at = this.batchEnd;
  }

  block(): BlockFate {
    const notes = this.notes;
    const { words } = this.log;
    let at = this.at;
    for (;;) {
      switch (words[at]) {
        case entry.CLAIM:
          notes.claim(words[at + 1]!, words[at + 2]!);
          at += 3;
          break;
        case entry.DIRECTORY:
          notes.directory(words[at + 1]!, words[at + 2]!);
          at += 3;
          break;
        case entry.RUN:
          notes.directoryRun(words[at + 1]!, words[at + 2]!, words[at + 3]!, words[at + 4]!);
          at += 5;
          break;
        case entry.FLAGS:
          notes.flags(words[at + 1]!);
          at += 2;
          break;
        default:
          this.at = at + 1;
          return words[at] === entry.ACCEPTED ? 'accepted' : words[at] === entry.ZERO ? 'zero' : 'left';
      }
    }
  }
}
