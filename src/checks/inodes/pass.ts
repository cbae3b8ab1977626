/** Pass 1: reads all inode tables in disk order and gathers facts, claims and link counts of all inodes. */
import type { DiskBitmaps } from '../../facts/scan';
import { ScanFacts } from '../../facts/scan';
import { groupFlags } from '../../layout/group';
import { inode, inodeFlags } from '../../layout/inode';
import type { ReportFinding } from '../../problem/collector';
import { alignedBuffer } from '../../source/aligned';
import type { Groups } from '../../volume/groups';
import { readInode } from '../../volume/inode-at';
import { inodeChecksumGood } from '../../volume/inode-checksum';
import { walkMapping } from '../../volume/mapping';
import { SystemDataReader } from '../../volume/system-data';
import type { Volume } from '../../volume/volume';
import { placeMetadata, reportMissingLocations } from '../groups/layout';
import type { HelperThread } from '../helper-thread';
import { Batch } from './batch';
import type { InodeScan } from './context';
import { finishInodes } from './finish';
import { batchBytes, reportUnreadable } from './table-block';

/** A list with more bad blocks is garbage. */
const maxListed = 100_000;

/** The inodes of a group to read: all, or fewer if the descriptor marks the end of the table as unused. */
function inodesToScan(volume: Volume, groups: Groups, group: number): number {
  const { geometry } = volume;
  if (!geometry.features.groupChecksums) return geometry.inodesPerGroup;
  if ((groups.flags[group]! & groupFlags.INODE_UNINIT) !== 0) return 0;
  return Math.max(0, geometry.inodesPerGroup - groups.itableUnused[group]!);
}

/** The blocks in inode 1, whatever its other fields; inode-table blocks among them are not read. */
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

/** Reads inode tables, a batch of blocks at a time. */
class Tables {
  private readonly arena = alignedBuffer(batchBytes);
  readonly batch: Batch;
  private readonly perBlock: number;

  constructor(
    private readonly scan: InodeScan,
    badBlocks: ReadonlySet<number>,
  ) {
    this.batch = new Batch(scan, badBlocks, this.arena);
    this.perBlock = scan.geometry.blockSize / scan.geometry.inodeSize;
  }

  async group(group: number, count: number): Promise<void> {
    const { geometry, volume, groups } = this.scan;
    const table = groups.inodeTable[group]!;
    const first = group * geometry.inodesPerGroup + 1;
    const perBatch = Math.max(1, Math.floor(batchBytes / geometry.blockSize)) * this.perBlock;
    this.batch.enterGroup(group);
    for (let done = 0; done < count; done += perBatch) {
      const wanted = Math.min(perBatch, count - done);
      const start = (table + done / this.perBlock) * geometry.blockSize;
      const wholeBlocks = Math.ceil(wanted / this.perBlock) * geometry.blockSize;
      if (this.batch.followWhole(wanted, first + done, group, start)) {
        volume.countRead(wholeBlocks);
        continue;
      }
      const bytes = table === 0 ? null : await volume.read(start, wholeBlocks, this.arena, true);
      if (bytes === null || bytes.length < wholeBlocks) this.batch.forget(wanted, first + done);
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
        await this.batch.check(bytes, Math.min(wanted, readable), first + done, group, start);
      if (readable < wanted) return;
    }
  }

  /** Inodes `from` to `from + count` of a group, block by block: a bad block must not hide the others. */
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
      await this.batch.check(bytes, Math.min(this.perBlock, from + count - at), first + at, group, start);
    }
    tell(from + count);
  }
}

export interface ScanOptions {
  onProgress?: ((done: number, total: number) => void) | undefined;
  /** Whether ordinary inodes may take the fast path; tests compare it with the general path. */
  fastPath?: boolean;
  /** Scans the tables from the last one. */
  helper?: HelperThread | null;
  /** Called when the helper thread is done, before the end of the pass. */
  onHelperFree?: (facts: ScanFacts) => void;
}

/** Scans every inode of the file system. Later passes read the facts but do not change them. */
export async function scanInodes(
  volume: Volume,
  groups: Groups,
  disk: DiskBitmaps,
  report: ReportFinding,
  { onProgress, fastPath = true, helper = null, onHelperFree }: ScanOptions = {},
): Promise<ScanFacts> {
  const { geometry } = volume;
  const helps = fastPath && helper !== null;
  const facts = new ScanFacts(geometry, volume.source, helps);
  const systemData = new SystemDataReader(volume, groups);
  const valueReferences = facts.xattrInodes;
  const scan: InodeScan = { geometry, volume, groups, disk, facts, valueReferences, report, systemData, fastPath };
  placeMetadata(geometry, groups, facts.blocks, report);
  const { features, sb } = geometry;
  if (features.mmp && volume.inRange(sb.s_mmp_block)) facts.blocks.claim(sb.s_mmp_block);
  const badBlocks = await listedBadBlocks(volume, groups);
  const tables = new Tables(scan, badBlocks);
  const counts = () => Uint32Array.from({ length: groups.count }, (_, group) => inodesToScan(volume, groups, group));
  let share = helps && badBlocks.size === 0 ? helper.shareInodes(scan, counts()) : null;
  for (let group = 0; group < groups.count; group++) {
    if (share && !share.take(group)) {
      // all groups from here were given to the thread
      const log = await share.log;
      if (log) {
        onHelperFree?.(facts);
        tables.batch.follow(log);
      } else facts.inodes.forget(group * geometry.inodesPerGroup + 1);
      share = null;
    }
    const count = inodesToScan(volume, groups, group);
    if (count > 0) await tables.group(group, count);
    onProgress?.(group + 1, groups.count);
  }
  finishInodes(scan);
  reportMissingLocations(groups, report);
  return facts;
}
