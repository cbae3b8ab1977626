/**
 * The helper thread's share of the inode tables: it goes over them from the last one, while the inode pass comes from the
 * first. It judges nothing. What the fast path accepts it writes into a log, in order; the rest it leaves to the pass, which
 * reads the log as if it had been there itself, so that no report depends on who was how fast.
 */
import { isAllZero } from '../bytes/bitmap';
import { InodeFastPath } from '../checks/inodes/fast-path/inodes';
import { hasSpecial } from '../checks/inodes/reserved';
import { batchBytes } from '../checks/inodes/table-block';
import { alignedBuffer } from '../source/aligned';
import type { SyncSource } from '../source/source';
import { LogWriter } from './inode-log';
import type { InodeJob, LogData } from './protocol';

const declined = (): boolean => false;

class InodeTableScan {
  private readonly arena = alignedBuffer(batchBytes);
  private readonly notes: LogWriter;
  private readonly fastPath: InodeFastPath;
  private readonly perBlock: number;

  constructor(
    private readonly source: SyncSource,
    private readonly job: InodeJob,
  ) {
    const { geometry, state, links, canDistinguishDtimes } = job;
    this.notes = new LogWriter(state, links);
    // what has attributes, or needs another block, is left
    this.fastPath = new InodeFastPath(geometry, this.notes, canDistinguishDtimes, this.arena, declined, declined);
    this.perBlock = geometry.blockSize / geometry.inodeSize;
  }

  /** Takes groups from the last one until one is taken. */
  run(): LogData {
    const { taken } = this.job;
    let first = taken.length;
    while (first > 0 && Atomics.compareExchange(taken, first - 1, 0, 1) === 0) {
      first--;
      this.notes.beginGroup();
      this.group(first);
    }
    return this.notes.finish(first, taken.length);
  }

  private group(group: number): void {
    const { geometry, counts, tables } = this.job;
    const count = counts[group]!;
    const perBatch = Math.max(1, Math.floor(batchBytes / geometry.blockSize)) * this.perBlock;
    for (let done = 0; done < count; done += perBatch) {
      const wanted = Math.min(perBatch, count - done);
      const table = tables[group]!;
      const at = (table + done / this.perBlock) * geometry.blockSize;
      const blocks = Math.ceil(wanted / this.perBlock);
      const readable = table === 0 ? 0 : this.read(at, blocks * geometry.blockSize);
      this.notes.beginBatch();
      for (let block = 0; block < blocks; block++) {
        const from = block * this.perBlock;
        const firstIno = group * geometry.inodesPerGroup + 1 + done + from;
        if (block < readable) this.block(block * geometry.blockSize, firstIno, Math.min(this.perBlock, wanted - from));
        else this.notes.leaveBlock(firstIno, 0);
      }
      this.notes.endBatch();
    }
  }

  /** How many whole blocks could be read. */
  private read(at: number, length: number): number {
    try {
      return Math.floor(this.source.read(at, this.arena.subarray(0, length)) / this.job.geometry.blockSize);
    } catch {
      return 0;
    }
  }

  private block(at: number, firstIno: number, count: number): void {
    const { geometry } = this.job;
    if (hasSpecial(geometry, firstIno, count)) this.notes.leaveBlock(firstIno, 0);
    else if (isAllZero(this.arena, at, at + geometry.blockSize)) this.notes.zeroBlock();
    else if (this.fastPath.accept(at, firstIno, count) === count) this.notes.acceptBlock();
    else this.notes.leaveBlock(firstIno, count);
  }
}

/** Scans until all groups are taken. */
export const scanInodeTables = (source: SyncSource, job: InodeJob): LogData => new InodeTableScan(source, job).run();
