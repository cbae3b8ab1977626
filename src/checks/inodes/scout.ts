/**
 * Goes over inode tables from the last one on, beside the inode pass that comes from the first: a second processor's share
 * of it. It judges nothing. What is plain it writes into a log, in order; the rest it leaves to the pass, which plays the
 * log as if it had been there itself (scout-log.ts), so that no report depends on who was how fast.
 */
import { isAllZero } from '../../bytes/bitmap';
import { alignedBuffer } from '../../source/aligned';
import type { PromptSource } from '../../source/source';
import type { InodeJob, ScoutLog } from '../scouts';
import { PlainInodes } from './fast-path/inodes';
import { hasSpecial } from './reserved';
import { LogNotes } from './scout-log';
import { batchBytes } from './table-block';

const declined = (): boolean => false;

class InodeScout {
  private readonly arena = alignedBuffer(batchBytes);
  private readonly notes: LogNotes;
  private readonly plain: PlainInodes;
  private readonly perBlock: number;

  constructor(
    private readonly source: PromptSource,
    private readonly job: InodeJob,
  ) {
    const { geometry, state, links, tellDtimes } = job;
    this.notes = new LogNotes(state, links);
    // what needs another block, or has attributes, is left
    this.plain = new PlainInodes(geometry, this.notes, tellDtimes, this.arena, declined, declined);
    this.perBlock = geometry.blockSize / geometry.inodeSize;
  }

  /** Takes groups from the last one on until one is taken. */
  run(): ScoutLog {
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
    else if (this.plain.pass(at, firstIno, count) === count) this.notes.passBlock();
    else this.notes.leaveBlock(firstIno, count);
  }
}

/** Scouts until all groups are taken. */
export const scoutInodes = (source: PromptSource, job: InodeJob): ScoutLog => new InodeScout(source, job).run();
