/** A batch of inode-table blocks in memory: every inode by itself, then those that need blocks beside them. */
import { Bitmap, isAllZero } from '../../bytes/bitmap';
import { inodeState } from '../../facts/inodes';
import { inodeFlags } from '../../layout/inode';
import { inodeChecksumGood } from '../../volume/inode-checksum';
import type { SystemData } from '../../volume/system-data';
import type { ScoutLog } from '../scouts';
import { checkBadBlocks, reportListedItself } from './bad-blocks';
import { blocksWanted, finishPlain, finishWithBlocks, needsBlocks } from './blocks';
import { type InodeScan, Tally } from './context';
import { CurrentInode } from './current';
import { allowsPlain, PlainInodes } from './fast-path/inodes';
import { FactNotes } from './fast-path/notes';
import { PlainWaiting } from './fast-path/waiting';
import { Prefetch } from './mapping/prefetch';
import { hasReserved, hasSpecial, isReservedInode } from './reserved';
import { ScoutPlayer } from './scout-log';
import { checkZeroBlock, judgeTableBlock, reportGarbage } from './table-block';
import { dtimesTellable } from './times';
import { isBlank, type Outcome, plainBlocks, visitInode } from './visit';
import { checkBodyValues, checkBodyXattrs } from './xattr/body';

/** An inode that waits for blocks. */
interface Deferred {
  ino: number;
  /** Where it starts in the batch, in bytes. */
  at: number;
  good: boolean;
  outcome: Outcome;
  /** Its turn among the plain files that wait, or -1. */
  turn: number;
}

/** What is known of the checksum of an inode. */
const checksum = { GOOD: 0, BAD: 1, NOT_LOOKED_AT: 2 };

export class Batch {
  private readonly n: CurrentInode;
  private readonly tally = new Tally();
  private readonly prefetch: Prefetch;
  /** Inodes of a block; by one of them also what is known of its checksum. */
  private readonly perBlock: number;
  private readonly checksums: Uint8Array;
  private readonly tellDtimes: boolean;
  private readonly deferred: Deferred[] = [];
  /** The short way for plain inodes; null where it is not taken. */
  private readonly plain: PlainInodes | null = null;
  private readonly waiting: PlainWaiting | null = null;
  private readonly notes: FactNotes | null = null;
  /** Plays what a scout logged; null before that, and where it does not hold. */
  private player: ScoutPlayer | null = null;
  /** The batch at hand, its group, and where it starts in the file system in bytes. */
  private bytes: Uint8Array = new Uint8Array(0);
  private view: DataView = new DataView(new ArrayBuffer(0));
  private group = 0;
  private base = 0;
  /** Whether the block at hand is garbage as a whole. */
  private garbage = false;
  /** Inline data of the inode at which the scan of a block stopped to read it. */
  private ahead: SystemData | undefined;

  /** @param arena where all batches are read to */
  constructor(
    private readonly scan: InodeScan,
    private readonly badBlocks: ReadonlySet<number>,
    arena: Uint8Array,
  ) {
    const { geometry } = scan;
    this.n = new CurrentInode(geometry);
    this.prefetch = new Prefetch(scan.volume);
    this.perBlock = geometry.blockSize / geometry.inodeSize;
    this.checksums = new Uint8Array(this.perBlock);
    this.tellDtimes = dtimesTellable(scan);
    const { claimed } = scan.facts.blocks;
    if (!scan.shortWay || !allowsPlain(geometry) || !(claimed instanceof Bitmap)) return;
    const wait = (ino: number, at: number, block: number, note: boolean): boolean => {
      const { waiting } = this;
      if (waiting === null || waiting.isFull) return false;
      if (note) this.deferred.push({ ino, at, good: true, outcome: plainBlocks, turn: waiting.want(block) });
      return true;
    };
    // told nothing and noted nothing: with a fault the inode goes the full way, where both is done in its turn
    let sound = true;
    const silent: InodeScan = {
      ...scan,
      valueReferences: new Map(),
      report: () => {
        sound = false;
      },
    };
    const judgeAttributes = (ino: number, at: number) => {
      this.n.load(this.view, at, ino, this.group, this.base, true);
      sound = true;
      return checkBodyXattrs(this.n, silent) === 'done' && sound;
    };
    this.notes = new FactNotes(scan.facts, claimed);
    this.plain = new PlainInodes(geometry, this.notes, this.tellDtimes, arena, wait, judgeAttributes);
    this.waiting = new PlainWaiting(scan.volume, scan.facts, this.plain.blocks);
  }

  /** From now on, groups are those that a scout went over. */
  play(log: ScoutLog): void {
    if (this.notes) this.player = new ScoutPlayer(log, this.notes);
  }

  enterGroup(group: number): void {
    this.player?.enterGroup(group);
  }

  /**
   * Notes the next batch of the group as a scout has logged it; false where it has not, or has left a block of it: then it
   * has to be read, and goes through `check`.
   */
  playWhole(count: number, firstIno: number, group: number, base: number): boolean {
    const { player } = this;
    if (player === null || player.enterBatch()) return false;
    this.group = group;
    this.base = base;
    let at = 0;
    for (let done = 0; done < count; done += this.perBlock) {
      this.playBlock(player, at, firstIno + done, Math.min(this.perBlock, count - done));
      at += this.scan.geometry.blockSize;
    }
    return true;
  }

  /** Drops what a scout has noted of the batch at hand: it was read as a whole there, and cannot be here. */
  forget(count: number, firstIno: number): void {
    if (this.player === null) return;
    this.player.leaveBatch();
    this.scan.facts.inodes.forget(firstIno, firstIno + count);
  }

  /** Notes a block as a scout has logged it; false where that has left it. */
  private playBlock(player: ScoutPlayer, at: number, firstIno: number, count: number): boolean {
    const fate = player.block();
    if (fate === 'zero')
      checkZeroBlock(this.scan, firstIno, count, this.group, (this.base + at) / this.scan.geometry.blockSize);
    return fate !== 'left';
  }

  /** Checks `count` inodes from `firstIno` on, which were read from byte `base` on. */
  async check(bytes: Uint8Array, count: number, firstIno: number, group: number, base: number): Promise<void> {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.group = group;
    this.base = base;
    const { blockSize } = this.scan.geometry;
    const player = this.player?.isInBatch ? this.player : null;
    if (player === null && this.isUnused(firstIno, count)) return;
    let at = 0;
    for (let done = 0; done < count; done += this.perBlock) {
      const inBlock = Math.min(this.perBlock, count - done);
      const noted = player !== null && this.playBlock(player, at, firstIno + done, inBlock);
      if (!noted && this.isOfUse(at, firstIno + done, inBlock)) {
        const going = this.block(at, firstIno + done, inBlock);
        if (going) await going;
      }
      at += blockSize;
    }
    if (this.deferred.length > 0) await this.finish();
  }

  /**
   * Whether the whole batch is zero and rightly so. Without checksums of groups four fifths of a table are like that, and
   * asking for each block costs as much again as looking at the bytes.
   */
  private isUnused(firstIno: number, count: number): boolean {
    const { geometry, disk } = this.scan;
    if (this.badBlocks.size > 0 || hasReserved(geometry, firstIno, count)) return false;
    return isAllZero(this.bytes) && !disk.inodes.anyInRange(firstIno - 1, count);
  }

  /** One block of an inode table as such; false when its inodes are not to be looked at. */
  private isOfUse(at: number, firstIno: number, count: number): boolean {
    const { scan, base } = this;
    const { geometry, facts } = scan;
    const block = (base + at) / geometry.blockSize;
    if (this.badBlocks.has(block)) {
      facts.inodes.state.fill(inodeState.USED | inodeState.IN_BAD_BLOCK, firstIno, firstIno + count);
      if (firstIno === 1) reportListedItself(scan, block);
      return false;
    }
    if (!isAllZero(this.bytes, at, at + geometry.blockSize)) return true;
    checkZeroBlock(scan, firstIno, count, this.group, block);
    // blank inodes are passed over: without checksums of groups most of what is read is blocks of them
    return hasReserved(geometry, firstIno, count);
  }

  /** The inodes of a block. Those that are plain take the short way as long as no number among them has a meaning. */
  private block(at: number, firstIno: number, count: number): void | Promise<void> {
    const { geometry } = this.scan;
    const plain = hasSpecial(geometry, firstIno, count) ? null : this.plain;
    const passed = plain === null ? 0 : plain.pass(at, firstIno, count);
    if (passed === count) return;
    this.judge(plain, at, firstIno, passed, count);
    return this.rest(plain, at, firstIno, passed, count);
  }

  private async rest(
    plain: PlainInodes | null,
    at: number,
    firstIno: number,
    passed: number,
    count: number,
  ): Promise<void> {
    for (let next = passed; ; ) {
      next = this.inodes(plain, at, firstIno, next, count);
      if (next === count) return;
      this.ahead = await this.systemData(this.n);
    }
  }

  /** Judges a block as a whole, of which the first `passed` inodes were plain and noted: garbage speaks against them too. */
  private judge(plain: PlainInodes | null, at: number, firstIno: number, passed: number, count: number): void {
    const { geometry } = this.scan;
    const { inodeSize } = geometry;
    this.garbage = false;
    this.checksums.fill(checksum.NOT_LOOKED_AT);
    // no plain inode counts as bad, so that a few others do not make it worth to judge all
    if (plain?.hasFewOthers(at + passed * inodeSize, firstIno + passed, count - passed, this.perBlock >> 1)) return;
    this.garbage = judgeTableBlock(geometry, this.view, at, firstIno, count, this.checksums);
    for (let i = 0; this.garbage && i < passed; i++) {
      this.n.load(this.view, at + i * inodeSize, firstIno + i, this.group, this.base, true);
      if (this.n.links !== 0) reportGarbage(this.n, this.scan);
    }
  }

  /** Inodes of a block from `first` on. Returns where it stopped: at the end, or at one whose inline data must be read. */
  private inodes(plain: PlainInodes | null, at: number, firstIno: number, first: number, count: number): number {
    const { scan, n, view } = this;
    const { geometry } = scan;
    for (let i = first; i < count; i++) {
      // what stands first was looked at already; in garbage, plain ones are reported as well
      if (plain !== null && i > first && !this.garbage)
        i += plain.pass(at + i * geometry.inodeSize, firstIno + i, count - i);
      if (i === count) break;
      const where = at + i * geometry.inodeSize;
      const ino = firstIno + i;
      const good = this.checksumGood(i, where, ino);
      if (good && isBlank(view, where) && !isReservedInode(geometry, ino)) continue;
      n.load(view, where, ino, this.group, this.base, good);
      if (n.has(inodeFlags.INLINE_DATA)) {
        const data = this.ahead ?? scan.systemData.atOnce(view, where, ino, good);
        if (data === undefined) return i;
        this.ahead = undefined;
        n.systemData = data;
      }
      const outcome = visitInode(n, scan, this.garbage, this.tellDtimes);
      if (outcome.rest === 'done') continue;
      if (outcome.rest !== 'blocks' || outcome.bodyWaits || needsBlocks(n, scan)) {
        if (outcome.rest === 'blocks') blocksWanted(n, scan, this.prefetch.want);
        this.deferred.push({ ino, at: where, good, outcome, turn: -1 });
      } else finishPlain(n, scan, this.tally);
    }
    return count;
  }

  /** Whether the checksum of inode `i` of the block at hand is right. */
  private checksumGood(i: number, at: number, ino: number): boolean {
    const { geometry } = this.scan;
    const known = this.checksums[i];
    if (known !== checksum.NOT_LOOKED_AT) return known === checksum.GOOD;
    return !geometry.features.metadata_csum || inodeChecksumGood(geometry, this.view, at, ino);
  }

  /** Inodes that waited, in their order, with the blocks they need read in disk order. */
  private async finish(): Promise<void> {
    await this.waiting?.load();
    await this.prefetch.load();
    for (const { ino, at, good, outcome, turn } of this.deferred) {
      if (turn >= 0 && this.waiting?.take(turn, at)) continue;
      this.n.load(this.view, at, ino, this.group, this.base, good);
      const finishing = outcome === plainBlocks ? this.finishBlocks() : this.finishDeferred(this.n, outcome);
      if (finishing) await finishing;
    }
    this.deferred.length = 0;
    // what a batch asked for is of no use to the next one, and no theme keeps a view
    this.scan.volume.recycle();
  }

  private systemData({ view, at, ino, checksumGood }: CurrentInode): Promise<SystemData> {
    return this.scan.systemData.read(view, at, ino, checksumGood);
  }

  private finishBlocks(): void | Promise<void> {
    return this.n.has(inodeFlags.INLINE_DATA)
      ? this.finishDeferred(this.n, plainBlocks)
      : finishWithBlocks(this.n, this.scan, this.tally, false);
  }

  private async finishDeferred(n: CurrentInode, { rest, bodyWaits }: Outcome): Promise<void> {
    if (n.has(inodeFlags.INLINE_DATA)) n.systemData = await this.systemData(n);
    if (rest === 'bad-blocks') await checkBadBlocks(n, this.scan);
    else if (rest === 'attributes') await checkBodyValues(n, this.scan);
    else await finishWithBlocks(n, this.scan, this.tally, bodyWaits);
  }
}
