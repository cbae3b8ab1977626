/** A batch of inode-table blocks in memory: every inode by itself, then those that need blocks beside them. */
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

/** An inode that waits for blocks. */
interface Deferred {
  ino: number;
  /** Where it starts in the batch, in bytes. */
  at: number;
  good: boolean;
  outcome: Outcome;
  /** The block that an inode on the fast path waits for; 0 for others. */
  block: number;
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
  private readonly canDistinguishDtimes: boolean;
  private readonly deferred: Deferred[] = [];
  /** Null where the general path takes all inodes. */
  private readonly fastPath: InodeFastPath | null = null;
  private readonly notes: FactNotes | null = null;
  /** Reads what a helper thread logged; null before that, and where it does not hold. */
  private log: InodeLogReader | null = null;
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
    this.canDistinguishDtimes = canDistinguishDtimes(scan);
    if (!scan.fastPath || !allowsFastPath(geometry)) return;
    // reports and notes nothing: with a fault the inode goes the general path, where both is done in its turn
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

  /** From now on, groups are those that a helper thread scanned. */
  follow(log: InodeLog): void {
    if (this.notes) this.log = log.read(this.notes);
  }

  enterGroup(group: number): void {
    this.log?.enterGroup(group);
  }

  /**
   * Notes the next batch of the group as the helper thread logged it; false where it did not, or left a block of it: then
   * the batch has to be read, and goes through `check`.
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

  /** Drops what the helper thread noted of this batch: it was read as a whole there, and cannot be here. */
  forget(count: number, firstIno: number): void {
    if (this.log === null) return;
    this.log.leaveBatch();
    this.scan.facts.inodes.forget(firstIno, firstIno + count);
  }

  /** Notes a block as the helper thread logged it; false where that left it. */
  private followBlock(log: InodeLogReader, at: number, firstIno: number, count: number): boolean {
    const fate = log.block();
    if (fate === 'zero')
      checkZeroBlock(this.scan, firstIno, count, this.group, (this.base + at) / this.scan.geometry.blockSize);
    return fate !== 'left';
  }

  /** Checks `count` inodes from `firstIno`, which were read from byte `base`. */
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

  /** The inodes of a block. None goes the fast path where one of their numbers has a meaning. */
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
      this.ahead = await this.systemData(this.n);
    }
  }

  /** Judges a block as a whole, of which the first `accepted` inodes are sound: in garbage they are reported all the same. */
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

  /** Inodes of a block from `first`. Returns where it stopped: at the end, or at one whose inline data must be read. */
  private inodes(fastPath: InodeFastPath | null, at: number, firstIno: number, first: number, count: number): number {
    const { scan, n, view } = this;
    const { geometry } = scan;
    for (let i = first; i < count; i++) {
      // the first was declined already; in garbage, sound ones are reported as well
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
      if (outcome.rest !== 'blocks' || outcome.bodyWaits || needsBlocks(n, scan)) {
        if (outcome.rest === 'blocks') blocksWanted(n, scan, this.prefetch.want);
        this.deferred.push({ ino, at: where, good, outcome, block: 0 });
      } else finishAtOnce(n, scan, this.tally);
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
    await this.prefetch.load();
    for (const { ino, at, good, outcome, block } of this.deferred) {
      if (block !== 0 && this.acceptWaiting(at, block)) continue;
      this.n.load(this.view, at, ino, this.group, this.base, good);
      await this.finishDeferred(this.n, outcome);
    }
    this.deferred.length = 0;
    // what a batch asked for is of no use to the next one, and no theme keeps a view
    this.scan.volume.recycle();
  }

  /** Whether the block that an inode on the fast path waited for is as it should be; the general path goes on otherwise. */
  private acceptWaiting(at: number, block: number): boolean {
    const view = this.scan.volume.cached(block);
    return view != null && this.fastPath?.acceptWaiting(at, view) === true;
  }

  private systemData({ view, at, ino, checksumGood }: CurrentInode): Promise<SystemData> {
    return this.scan.systemData.read(view, at, ino, checksumGood);
  }

  private async finishDeferred(n: CurrentInode, { rest, bodyWaits }: Outcome): Promise<void> {
    if (n.has(inodeFlags.INLINE_DATA)) n.systemData = await this.systemData(n);
    if (rest === 'bad-blocks') await checkBadBlocks(n, this.scan);
    else if (rest === 'attributes') await checkBodyValues(n, this.scan);
    else await finishWithBlocks(n, this.scan, this.tally, bodyWaits);
  }
}
