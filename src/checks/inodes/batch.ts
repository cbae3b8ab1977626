/** A batch of inode-table blocks in memory: every inode alone, then those that need other blocks. */
import { isAllZero } from '../../bytes/bitmap';
import { inodeState } from '../../facts/inodes';
import { inodeFlags } from '../../layout/inode';
import { inodeChecksumGood } from '../../volume/inode-checksum';
import type { SystemData } from '../../volume/system-data';
import type { InodeLog, InodeLogReader } from '../helper-thread';
import { checkBadBlocks, reportListedItself } from './bad-blocks';
import { blocksWanted, finishAtOnce, finishWithBlocks, needsBlocks } from './blocks';
import { type InodeScan, Tally } from './context';
import { CurrentInode } from './current';
import { allowsFastPath, InodeFastPath } from './fast-path/inodes';
import { FactNotes } from './fast-path/notes';
import { Prefetch } from './mapping/prefetch';
import { hasReserved, hasSpecial, isReservedInode } from './reserved';
import { checkZeroBlock, isGarbageBlock, reportGarbage } from './table-block';
import { canDistinguishDtimes } from './times';
import { isBlank, type Outcome, usualOutcome, visitInode } from './visit';
import { checkBodyValues, checkBodyXattrs } from './xattr/body';

interface Deferred {
  ino: number;
  /** Offset in the batch, in bytes. */
  at: number;
  good: boolean;
  outcome: Outcome;
  /** The block that an inode on the fast path waits for; 0 for others. */
  block: number;
}

const checksum = { GOOD: 0, BAD: 1, NOT_LOOKED_AT: 2 };

export class Batch {
  private readonly n: CurrentInode;
  private readonly tally = new Tally();
  private readonly prefetch: Prefetch;
  /** Inodes per block, and their checksum states. */
  private readonly perBlock: number;
  private readonly checksums: Uint8Array;
  private readonly canDistinguishDtimes: boolean;
  private readonly deferred: Deferred[] = [];
  /** Null if the general path does all inodes. */
  private readonly fastPath: InodeFastPath | null = null;
  private readonly notes: FactNotes | null = null;
  /** Reads the log of a helper thread; null before there is one, and if it cannot be used. */
  private log: InodeLogReader | null = null;
  /** The current batch, its group, and its offset in the file system in bytes. */
  private bytes: Uint8Array = new Uint8Array(0);
  private view: DataView = new DataView(new ArrayBuffer(0));
  private group = 0;
  private base = 0;
  /** Whether the current block is garbage as a whole. */
  private garbage = false;
  /** Inline data of the inode at which the scan of a block stopped to read it. */
  private ahead: SystemData | undefined;
  /** Whether it stopped at the inode that lists bad blocks. */
  private listWaits = false;

  /** @param arena the buffer for all batches */
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
    this.canDistinguishDtimes = canDistinguishDtimes(scan);
    if (!scan.fastPath || !allowsFastPath(geometry)) return;
    // reports and notes nothing: the general path does both for an inode with a fault
    let sound = true;
    const silent: InodeScan = {
      ...scan,
      valueReferences: new Map(),
      report: () => {
        sound = false;
      },
    };
    const attributesSound = (ino: number, at: number) => {
      this.n.load(this.view, at, ino, this.group, this.base, true);
      sound = true;
      return checkBodyXattrs(this.n, silent) === 'done' && sound;
    };
    this.notes = new FactNotes(scan.facts);
    const waits = (ino: number, at: number, block: number) => {
      this.prefetch.want(block, 0, false);
      this.deferred.push({ ino, at, good: true, outcome: usualOutcome, block });
      return true;
    };
    const { notes } = this;
    this.fastPath = new InodeFastPath(geometry, notes, this.canDistinguishDtimes, arena, attributesSound, waits);
  }

  /** All groups from here were scanned by a helper thread. */
  follow(log: InodeLog): void {
    if (this.notes) this.log = log.read(this.notes);
  }

  enterGroup(group: number): void {
    this.log?.enterGroup(group);
  }

  /**
   * Notes the next batch of the group from the log. False if a block of it is not in the log: then the batch must be
   * read and goes through `check`.
   */
  followWhole(count: number, firstIno: number, group: number, base: number): boolean {
    const { log } = this;
    if (log === null || log.enterBatch()) return false;
    this.group = group;
    this.base = base;
    let at = 0;
    for (let done = 0; done < count; done += this.perBlock) {
      this.followBlock(log, at, firstIno + done, Math.min(this.perBlock, count - done));
      at += this.scan.geometry.blockSize;
    }
    return true;
  }

  /** Drops what was noted of this batch: the helper thread could read it, and this thread cannot. */
  forget(count: number, firstIno: number): void {
    if (this.log === null) return;
    this.log.leaveBatch();
    this.scan.facts.inodes.forget(firstIno, firstIno + count);
  }

  /** Notes a block from the log; false if it must be checked. */
  private followBlock(log: InodeLogReader, at: number, firstIno: number, count: number): boolean {
    const fate = log.block();
    if (fate === 'zero')
      checkZeroBlock(this.scan, firstIno, count, this.group, (this.base + at) / this.scan.geometry.blockSize);
    return fate !== 'left';
  }

  /** Checks `count` inodes from `firstIno`, read from byte `base`. */
  async check(bytes: Uint8Array, count: number, firstIno: number, group: number, base: number): Promise<void> {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.group = group;
    this.base = base;
    const { blockSize } = this.scan.geometry;
    const log = this.log?.isInBatch ? this.log : null;
    let at = 0;
    for (let done = 0; done < count; done += this.perBlock) {
      const inBlock = Math.min(this.perBlock, count - done);
      const noted = log !== null && this.followBlock(log, at, firstIno + done, inBlock);
      if (!noted && this.isOfUse(at, firstIno + done, inBlock)) {
        const going = this.block(at, firstIno + done, inBlock);
        if (going) await going;
      }
      at += blockSize;
    }
    if (this.deferred.length > 0) await this.finish();
  }

  /** Judges an inode-table block; false if its inodes are not checked. */
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
    // blank inodes are skipped: without checksums of groups, most of what is read is blocks of them
    return hasReserved(geometry, firstIno, count);
  }

  /** The inodes of a block. None takes the fast path if one of their numbers has a meaning. */
  private block(at: number, firstIno: number, count: number): void | Promise<void> {
    const { geometry } = this.scan;
    const fastPath = hasSpecial(geometry, firstIno, count) ? null : this.fastPath;
    const accepted = fastPath === null ? 0 : fastPath.accept(at, firstIno, count);
    if (accepted === count) return;
    this.judge(at, firstIno, accepted, count);
    return this.rest(fastPath, at, firstIno, accepted, count);
  }

  private async rest(
    fastPath: InodeFastPath | null,
    at: number,
    firstIno: number,
    accepted: number,
    count: number,
  ): Promise<void> {
    for (let next = accepted; ; ) {
      next = this.inodes(fastPath, at, firstIno, next, count);
      if (next === count) return;
      if (this.listWaits) {
        this.listWaits = false;
        await checkBadBlocks(this.n, this.scan);
        next++;
      } else this.ahead = await this.systemData(this.n);
    }
  }

  /** Judges a block as a whole. Its first `accepted` inodes are sound; in a garbage block they are reported as well. */
  private judge(at: number, firstIno: number, accepted: number, count: number): void {
    const { geometry } = this.scan;
    const { inodeSize } = geometry;
    this.checksums.fill(checksum.NOT_LOOKED_AT);
    this.garbage = isGarbageBlock(geometry, this.view, at, firstIno, accepted, count, this.checksums);
    for (let i = 0; this.garbage && i < accepted; i++) {
      this.n.load(this.view, at + i * inodeSize, firstIno + i, this.group, this.base, true);
      if (this.n.links !== 0) reportGarbage(this.n, this.scan);
    }
  }

  /**
   * Inodes of a block from `first`. Returns where it stopped: at the end, at one whose inline data must be read, or at the
   * list of bad blocks, which claims its blocks before any file does.
   */
  private inodes(fastPath: InodeFastPath | null, at: number, firstIno: number, first: number, count: number): number {
    const { scan, n, view } = this;
    const { geometry } = scan;
    for (let i = first; i < count; i++) {
      // the first was already declined; in a garbage block, sound ones are reported as well
      if (fastPath !== null && i > first && !this.garbage)
        i += fastPath.accept(at + i * geometry.inodeSize, firstIno + i, count - i);
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
      const outcome = visitInode(n, scan, this.garbage, this.canDistinguishDtimes);
      if (outcome.rest === 'done') continue;
      if (outcome.rest === 'bad-blocks') {
        this.listWaits = true;
        return i;
      }
      if (outcome.rest !== 'blocks' || outcome.bodyWaits || needsBlocks(n, scan)) {
        if (outcome.rest === 'blocks') blocksWanted(n, scan, this.prefetch.want);
        this.deferred.push({ ino, at: where, good, outcome, block: 0 });
      } else finishAtOnce(n, scan, this.tally);
    }
    return count;
  }

  private checksumGood(i: number, at: number, ino: number): boolean {
    const { geometry } = this.scan;
    const known = this.checksums[i];
    if (known !== checksum.NOT_LOOKED_AT) return known === checksum.GOOD;
    return !geometry.features.metadata_csum || inodeChecksumGood(geometry, this.view, at, ino);
  }

  /** Inodes that waited, in their order, after their blocks are read in disk order. */
  private async finish(): Promise<void> {
    await this.prefetch.load();
    for (const { ino, at, good, outcome, block } of this.deferred) {
      if (block !== 0 && this.acceptWaiting(at, block)) continue;
      this.n.load(this.view, at, ino, this.group, this.base, good);
      await this.finishDeferred(this.n, outcome);
    }
    this.deferred.length = 0;
    // the next batch needs other blocks, and no theme keeps a view
    this.scan.volume.recycle();
  }

  /** Accepts an inode of the fast path that waited for `block`; false leaves it to the general path. */
  private acceptWaiting(at: number, block: number): boolean {
    const view = this.scan.volume.cached(block);
    return view != null && this.fastPath?.acceptWaiting(at, view) === true;
  }

  private systemData({ view, at, ino, checksumGood }: CurrentInode): Promise<SystemData> {
    return this.scan.systemData.read(view, at, ino, checksumGood);
  }

  private async finishDeferred(n: CurrentInode, { rest, bodyWaits }: Outcome): Promise<void> {
    if (n.has(inodeFlags.INLINE_DATA)) n.systemData = await this.systemData(n);
    if (rest === 'attributes') await checkBodyValues(n, this.scan);
    else await finishWithBlocks(n, this.scan, this.tally, bodyWaits);
  }
}
