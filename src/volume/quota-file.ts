/** Reads the usage of each id in a quota file. Always ends, and reports what it cannot read. */

import { isAllZero } from '../bytes/bitmap';
import { firstIndex } from '../bytes/first-index';
import { inode, inodeFlags } from '../layout/inode';
import {
  quotaBlockSize,
  quotaDepth,
  quotaEntry,
  quotaEntryNarrow,
  quotaEntryNarrowSize,
  quotaEntrySize,
  quotaHeader,
  quotaHeaderSize,
  quotaLeafHeaderSize,
  quotaRoot,
} from '../layout/quota';
import type { Groups } from './groups';
import { readInode } from './inode-at';
import { inodeChecksumGood } from './inode-checksum';
import { inodeSizeOf } from './inode-fields';
import { walkMapping } from './mapping';
import { bytesOf, type Volume } from './volume';

export interface QuotaFile {
  /** `dqh_magic` as stored. */
  magic: number;
  /** Stored usage by id: bytes and inodes. */
  entries: Map<number, { bytes: number; inodes: number }>;
  /** Further entries of the same ids, in the order of the tree. */
  repeats: { id: number; bytes: number; inodes: number }[];
  /** Why the rest of the tree could not be read, or null. */
  fault: string | null;
}

/** e2fsck refuses larger quota files too. */
const maxFileSize = 2 ** 31;

interface Run {
  logical: number;
  physical: number;
  count: number;
}

class Reader {
  readonly file: QuotaFile = { magic: 0, entries: new Map(), repeats: [], fault: null };
  /** Visited blocks, one set for each level: a damaged tree may use one block on several levels. */
  private readonly seen = Array.from({ length: quotaDepth + 1 }, () => new Set<number>());
  private blocks = 0;
  private narrow = false;

  constructor(
    private readonly volume: Volume,
    private readonly runs: readonly Run[],
    private readonly size: number,
  ) {}

  /** Block `index` of the file, in units of 1 KiB; zeros for a hole; null when it cannot be read. */
  private async block(index: number): Promise<Uint8Array | null> {
    const perBlock = this.volume.geometry.blockSize / quotaBlockSize;
    const logical = Math.floor(index / perBlock);
    const run = this.runs[this.lastRunUpTo(logical)];
    if (run === undefined || logical >= run.logical + run.count) return new Uint8Array(quotaBlockSize);
    const view = await this.volume.block(run.physical + logical - run.logical);
    if (view === null) return null;
    const start = (index % perBlock) * quotaBlockSize;
    return bytesOf(view).subarray(start, start + quotaBlockSize);
  }

  /** Index of the last run that starts at or before `logical`; -1 when there is none. */
  private lastRunUpTo(logical: number): number {
    return firstIndex(0, this.runs.length, (i) => this.runs[i]!.logical > logical) - 1;
  }

  async read(): Promise<QuotaFile | string> {
    const bytes = await this.block(0);
    if (bytes === null) return 'its first block cannot be read';
    if (this.size > maxFileSize) return `its size is ${this.size}, should be at most ${maxFileSize}`;
    if (this.size < quotaHeaderSize) return `its size is ${this.size}, should be at least ${quotaHeaderSize}`;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const version = quotaHeader.dqh_version(view, 0);
    if (version > 1) return `dqh_version is ${version}, should be 0 or 1`;
    this.narrow = version === 0;
    this.file.magic = quotaHeader.dqh_magic(view, 0);
    this.blocks = quotaHeader.dqi_blocks(view, 0);
    const most = Math.ceil(this.size / quotaBlockSize);
    if (this.blocks > most) return `dqi_blocks is ${this.blocks}, but the file has ${most} blocks`;
    for (const field of ['dqi_free_blk', 'dqi_free_entry'] as const) {
      const stored = quotaHeader[field](view, 0);
      if (stored >= this.blocks) return `${field} is ${stored}, but the tree has ${this.blocks} blocks`;
    }
    await this.tree(quotaRoot, 0);
    return this.file;
  }

  /** A block of references at level `depth`; each block of the tree is visited once on each level. */
  private async tree(index: number, depth: number): Promise<void> {
    const bytes = await this.block(index);
    if (bytes === null) {
      this.file.fault = `block ${index} of the tree cannot be read`;
      return;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at < quotaBlockSize && this.file.fault === null; at += 4) {
      const next = view.getUint32(at, true);
      if (next === 0) continue;
      if (next >= this.blocks) {
        this.file.fault = `block ${index} of the tree names block ${next}, but there are ${this.blocks}`;
        return;
      }
      const seen = this.seen[depth + 1]!;
      if (seen.has(next)) continue;
      seen.add(next);
      if (depth + 1 < quotaDepth) await this.tree(next, depth + 1);
      else await this.leaf(next);
    }
  }

  private async leaf(index: number): Promise<void> {
    const bytes = await this.block(index);
    if (bytes === null) {
      this.file.fault = `block ${index} of the tree cannot be read`;
      return;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const [entry, size] = this.narrow ? [quotaEntryNarrow, quotaEntryNarrowSize] : [quotaEntry, quotaEntrySize];
    for (let at = quotaLeafHeaderSize; at + size <= quotaBlockSize; at += size) {
      if (isAllZero(bytes, at, at + size)) continue;
      const amount = { bytes: entry.dqb_curspace(view, at), inodes: entry.dqb_curinodes(view, at) };
      const id = entry.dqb_id(view, at);
      if (this.file.entries.has(id)) this.file.repeats.push({ id, ...amount });
      else this.file.entries.set(id, amount);
    }
  }
}

/** The quota file in inode `ino`; a text with the reason when it cannot be read at all. */
export async function readQuotaFile(volume: Volume, groups: Groups, ino: number): Promise<QuotaFile | string> {
  const { geometry } = volume;
  const view = await readInode(volume, groups, ino);
  if (view === null) return `inode ${ino} cannot be read`;
  if (geometry.features.metadata_csum && !inodeChecksumGood(geometry, view, 0, ino))
    return `the checksum of inode ${ino} is wrong`;
  if ((inode.i_flags(view, 0) & inodeFlags.INLINE_DATA) !== 0) return `inode ${ino} keeps its data inline`;
  const runs: Run[] = [];
  await walkMapping(volume, view, 0, {
    run(logical, physical, count) {
      runs.push({ logical, physical, count });
    },
  });
  runs.sort((a, b) => a.logical - b.logical);
  return new Reader(volume, runs, inodeSizeOf(view, 0)).read();
}
