/** Pass 1: reads all inode tables in disk order and gathers what every inode is, claims and links. */
import { isAllZero } from '../../bytes/bitmap';
import { inodeState } from '../../facts/inodes';
import type { DiskBitmaps } from '../../facts/scan';
import { ScanFacts } from '../../facts/scan';
import { groupFlags } from '../../layout/group';
import { inode, inodeFlags } from '../../layout/inode';
import type { Report } from '../../problem/collector';
import { alignedBuffer } from '../../source/aligned';
import type { Groups } from '../../volume/groups';
import { readInode } from '../../volume/inode-at';
import { inodeChecksumGood } from '../../volume/inode-checksum';
import { walkMapping } from '../../volume/mapping';
import { type SystemData, SystemDataReader } from '../../volume/system-data';
import type { Volume } from '../../volume/volume';
import { placeMetadata, reportMissingLocations } from '../groups/layout';
import { checkBadBlocks, reportListedItself } from './bad-blocks';
import { blocksWanted, finishPlain, finishWithBlocks, needsBlocks } from './blocks';
import { type InodeScan, Tally } from './context';
import { CurrentInode } from './current';
import { finishInodes } from './finish';
import { Prefetch } from './prefetch';
import { hasReserved, isReservedInode } from './reserved';
import { checkZeroBlock, judgeTableBlock, reportUnreadable } from './table-block';
import { dtimesTellable } from './times';
import { isBlank, type Outcome, plainBlocks, visitInode } from './visit';
import { checkBodyValues } from './xattr-body';

/** Broken blocks believed in; a list with more of them is garbage. */
const maxListed = 100_000;
/** Bytes of an inode table read at once. */
const batchBytes = 256 * 1024;

/** Inodes of one group that are worth reading: all, or fewer where the format vouches for an unused end. */
function inodesToScan(volume: Volume, groups: Groups, group: number): number {
  const { geometry } = volume;
  if (!geometry.features.groupChecksums) return geometry.inodesPerGroup;
  if ((groups.flags[group]! & groupFlags.INODE_UNINIT) !== 0) return 0;
  return Math.max(0, geometry.inodesPerGroup - groups.itableUnused[group]!);
}

/** Blocks that inode 1 lists, whatever else it looks like; inode-table blocks among them are not read. */
async function listedBadBlocks(volume: Volume, groups: Groups): Promise<Set<number>> {
  const { geometry } = volume;
  const listed = new Set<number>();
  const view = await readInode(volume, groups, 1);
  if (view === null || (inode.i_flags(view, 0) & inodeFlags.INLINE_DATA) !== 0) return listed;
  if (geometry.features.metadata_csum && !inodeChecksumGood(geometry, view, 0, 1)) return listed;
  await walkMapping(volume, view, 0, {
    losesBranch: true,
    run: (_logical, physical, count) => {
      for (let i = 0; i < count && listed.size < maxListed; i++) listed.add(physical + i);
    },
  });
  return listed;
}

class TableScan {
  private readonly n: CurrentInode;
  private readonly tally = new Tally();
  /** Where table blocks are read to, batch after batch. */
  private readonly arena = alignedBuffer(batchBytes);
  private readonly prefetch: Prefetch;
  private readonly checksumBad: Uint8Array;
  private readonly perBlock: number;
  private readonly tellDtimes: boolean;
  private readonly deferred: { ino: number; at: number; good: boolean; outcome: Outcome }[] = [];
  /** Whether the block at hand is garbage as a whole. */
  private garbage = false;
  /** Inline data of the inode at which the scan of a block stopped to read it. */
  private ahead: SystemData | undefined;
  badBlocks = new Set<number>();

  constructor(private readonly scan: InodeScan) {
    const { geometry } = scan;
    this.n = new CurrentInode(geometry);
    this.prefetch = new Prefetch(scan.volume);
    this.perBlock = geometry.blockSize / geometry.inodeSize;
    this.checksumBad = new Uint8Array(this.perBlock);
    this.tellDtimes = dtimesTellable(scan);
  }

  async group(group: number, count: number): Promise<void> {
    const { geometry, volume, groups } = this.scan;
    const table = groups.inodeTable[group]!;
    const first = group * geometry.inodesPerGroup + 1;
    const perBatch = Math.max(1, Math.floor(batchBytes / geometry.blockSize)) * this.perBlock;
    for (let done = 0; done < count; done += perBatch) {
      const wanted = Math.min(perBatch, count - done);
      const start = (table + done / this.perBlock) * geometry.blockSize;
      const wholeBlocks = Math.ceil(wanted / this.perBlock) * geometry.blockSize;
      const bytes = table === 0 ? null : await volume.read(start, wholeBlocks, this.arena, true);
      if (bytes === null && table !== 0) {
        await this.singly(group, done, wanted);
        continue;
      }
      const readable = bytes === null ? 0 : Math.floor(bytes.length / geometry.blockSize) * this.perBlock;
      if (readable < wanted) {
        const from = first + done + readable;
        reportUnreadable(this.scan, group, from, first + count - 1, table + (done + readable) / this.perBlock);
      }
      if (bytes !== null && readable > 0)
        await this.batch(bytes, Math.min(wanted, readable), first + done, group, start);
      if (readable < wanted) return;
    }
  }

  /** Inodes `from` to `from + count` of a group, block by block: one that cannot be read must not hide the others. */
  private async singly(group: number, from: number, count: number): Promise<void> {
    const { geometry, volume, groups } = this.scan;
    const first = group * geometry.inodesPerGroup + 1;
    let failed = -1;
    const tell = (to: number) => {
      const block = groups.inodeTable[group]! + failed / this.perBlock;
      if (failed >= 0) reportUnreadable(this.scan, group, first + failed, first + to - 1, block);
      failed = -1;
    };
    for (let at = from; at < from + count; at += this.perBlock) {
      const start = (groups.inodeTable[group]! + at / this.perBlock) * geometry.blockSize;
      const bytes = await volume.read(start, geometry.blockSize, this.arena);
      if (bytes === null || bytes.length < geometry.blockSize) {
        if (failed < 0) failed = at;
        continue;
      }
      tell(at);
      await this.batch(bytes, Math.min(this.perBlock, from + count - at), first + at, group, start);
    }
    tell(from + count);
  }

  /** One batch: every inode by itself, then those that need other blocks, with those blocks read in disk order. */
  private async batch(bytes: Uint8Array, count: number, firstIno: number, group: number, start: number): Promise<void> {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let done = 0; done < count; done += this.perBlock) {
      const at = (done / this.perBlock) * this.scan.geometry.blockSize;
      const inBlock = Math.min(this.perBlock, count - done);
      if (!this.tableBlock(view, bytes, at, firstIno + done, inBlock, group, start)) continue;
      for (let next = 0; ; ) {
        next = this.inodes(view, at, firstIno + done, next, inBlock, group, start);
        if (next === inBlock) break;
        this.ahead = await this.systemData(this.n);
      }
    }
    if (this.deferred.length === 0) return;
    await this.prefetch.load();
    for (const { ino, at, good, outcome } of this.deferred) {
      this.n.load(view, at, ino, group, start, good);
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

  /** One block of an inode table as such; false when its inodes are not to be looked at. */
  private tableBlock(
    view: DataView,
    bytes: Uint8Array,
    at: number,
    firstIno: number,
    count: number,
    group: number,
    start: number,
  ): boolean {
    const { scan } = this;
    const { geometry, facts } = scan;
    const block = (start + at) / geometry.blockSize;
    if (this.badBlocks.has(block)) {
      facts.inodes.state.fill(inodeState.USED | inodeState.IN_BAD_BLOCK, firstIno, firstIno + count);
      if (firstIno === 1) reportListedItself(scan, block);
      return false;
    }
    if (isAllZero(bytes, at, at + geometry.blockSize)) {
      checkZeroBlock(scan, firstIno, count, group, block);
      // blank inodes are passed over: without checksums of groups most of what is read is blocks of them
      if (!hasReserved(geometry, firstIno, count)) return false;
    }
    this.garbage = judgeTableBlock(geometry, view, at, firstIno, count, this.checksumBad);
    return true;
  }

  /** Inodes of a block from `first` on. Returns where it stopped: at the end, or at one whose inline data must be read. */
  private inodes(
    view: DataView,
    at: number,
    firstIno: number,
    first: number,
    count: number,
    group: number,
    start: number,
  ): number {
    const { scan, n } = this;
    const { geometry } = scan;
    for (let i = first; i < count; i++) {
      const where = at + i * geometry.inodeSize;
      const ino = firstIno + i;
      const good = this.checksumBad[i] === 0;
      if (good && isBlank(view, where) && !isReservedInode(geometry, ino)) continue;
      n.load(view, where, ino, group, start, good);
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
        this.deferred.push({ ino, at: where, good, outcome });
      } else finishPlain(n, scan, this.tally);
    }
    return count;
  }
}

/** Scans every inode of the file system. What it learns is for the later passes to read, not to change. */
export async function scanInodes(
  volume: Volume,
  groups: Groups,
  disk: DiskBitmaps,
  report: Report,
  onProgress?: (done: number, total: number) => void,
): Promise<ScanFacts> {
  const { geometry } = volume;
  const facts = new ScanFacts(geometry, volume.source);
  const systemData = new SystemDataReader(volume, groups);
  const scan: InodeScan = { geometry, volume, groups, disk, facts, report, systemData };
  placeMetadata(geometry, groups, facts.blocks, report);
  const { features, sb } = geometry;
  if (features.mmp && volume.inRange(sb.s_mmp_block)) facts.blocks.claim(sb.s_mmp_block);
  const tables = new TableScan(scan);
  tables.badBlocks = await listedBadBlocks(volume, groups);
  for (let group = 0; group < groups.count; group++) {
    const count = inodesToScan(volume, groups, group);
    if (count > 0) await tables.group(group, count);
    onProgress?.(group + 1, groups.count);
  }
  finishInodes(scan);
  reportMissingLocations(groups, report);
  return facts;
}
