/** Walks all inodes in use once, in disk order, and adds the blocks that each of them uses. */
import type { Bits } from '../../bytes/bits';
import { firstIndex } from '../../bytes/first-index';
import { groupFlags } from '../../layout/group';
import { fileType, inode, inodeFlags, reservedInode } from '../../layout/inode';
import { alignedBuffer } from '../../source/aligned';
import { Turns } from '../../source/turns';
import { type Groups, isUninit } from '../../volume/groups';
import { isFastSymlink, xattrBlockOf } from '../../volume/inode-fields';
import { walkMapping } from '../../volume/mapping';
import type { Volume } from '../../volume/volume';
import { type DirectoryRun, indexBlocks } from './index-blocks';
import { type RunList, roleNumber } from './runs';

/** Bytes of inode tables that are read together. */
const windowBytes = 256 * 1024;
/** Most runs of a directory for which its hash tree is read. */
const maxDirectoryRuns = 65_536;
/** Blocks and pointers that are looked at, in addition to four for each block: valid mappings need far fewer. */
const spareSteps = 2 ** 26;

const roles = {
  attributes: roleNumber('attributes'),
  data: roleNumber('data'),
  directory: roleNumber('directory'),
  index: roleNumber('index'),
  journal: roleNumber('journal'),
  mapping: roleNumber('mapping'),
  reserved: roleNumber('reserved'),
};

class Walk {
  private steps: number;
  private readonly turns: Turns;

  constructor(
    private readonly volume: Volume,
    private readonly groups: Groups,
    private readonly used: Bits,
    private readonly list: RunList,
    signal: AbortSignal | undefined,
  ) {
    this.steps = Math.min(4 * volume.geometry.blocksCount, 2 ** 31) + spareSteps;
    this.turns = new Turns(signal);
  }

  /** Whether every mapping was followed. */
  get complete(): boolean {
    return this.steps > 0;
  }

  /** The number of inodes of a group whose records can be in use. */
  private inodesIn(group: number): number {
    const { geometry } = this.volume;
    if (isUninit(geometry, this.groups, group, groupFlags.INODE_UNINIT)) return 0;
    const trusted = geometry.features.groupChecksums && this.groups.checksumGood[group] === 1;
    return Math.max(0, geometry.inodesPerGroup - (trusted ? this.groups.itableUnused[group]! : 0));
  }

  async all(): Promise<void> {
    const { volume, groups } = this;
    const { blockSize, inodeSize, inodesPerGroup } = volume.geometry;
    const arena = alignedBuffer(windowBytes);
    const perWindow = Math.floor(windowBytes / inodeSize);
    for (let group = 0; group < groups.count && this.complete; group++) {
      const table = groups.inodeTable[group]!;
      const count = volume.inRange(table) ? this.inodesIn(group) : 0;
      for (let first = 0; first < count && this.complete; first += perWindow) {
        const wanted = Math.min(perWindow, count - first);
        const bytes = await volume.read(table * blockSize + first * inodeSize, wanted * inodeSize, arena, true);
        if (bytes === null) continue;
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
        for (let i = 0; (i + 1) * inodeSize <= bytes.length && this.complete; i++) {
          const walking = this.one(view, i * inodeSize, group * inodesPerGroup + first + i + 1);
          if (walking) await walking;
        }
        const due = this.turns.due();
        if (due !== undefined) await due;
      }
    }
  }

  private isUsed(view: DataView, at: number, ino: number): boolean {
    if (ino === reservedInode.BAD_BLOCKS || inode.i_links_count(view, at) > 0) return true;
    // deleted while it was open
    return inode.i_mode(view, at) !== 0 && this.used.test(ino - 1);
  }

  /** The role of the blocks of an inode; -1 for one that has none. */
  private roleOf(view: DataView, at: number, ino: number): number {
    const { features, sb } = this.volume.geometry;
    if (ino === reservedInode.BAD_BLOCKS || ino === reservedInode.RESIZE) return roles.reserved;
    const flags = inode.i_flags(view, at);
    if ((flags & inodeFlags.INLINE_DATA) !== 0) return -1;
    if (features.has_journal && ino === sb.s_journal_inum) return roles.journal;
    switch (inode.i_mode(view, at) & fileType.MASK) {
      case fileType.DIRECTORY:
        return roles.directory;
      case fileType.REGULAR:
        return (flags & inodeFlags.EA_INODE) !== 0 ? roles.attributes : roles.data;
      case fileType.SYMLINK:
        return isFastSymlink(view, at) ? -1 : roles.data;
      default:
        return -1;
    }
  }

  private one(view: DataView, at: number, ino: number): void | Promise<void> {
    if (!this.isUsed(view, at, ino)) return;
    const { volume, list } = this;
    const { geometry } = volume;
    const attributes = geometry.features.ext_attr ? xattrBlockOf(geometry, view, at) : 0;
    if (attributes !== 0 && volume.inRange(attributes)) list.add(attributes, 1, roles.attributes, ino);
    const role = this.roleOf(view, at, ino);
    if (role < 0) return;
    const hasIndex = role === roles.directory && (inode.i_flags(view, at) & inodeFlags.INDEX) !== 0;
    const runs: DirectoryRun[] = [];
    // all blocks that it maps are reserved ones, which have their places, and so are its other nodes
    const isResize = ino === reservedInode.RESIZE;
    let nodes = 0;
    const walking = walkMapping(volume, view, at, {
      node: (block) => {
        this.steps -= geometry.blockSize / 4;
        if (nodes++ === 0 || !isResize) list.add(block, 1, roles.mapping, ino);
      },
      run: (logical, physical, count) => {
        this.steps--;
        if (isResize) return false;
        if (hasIndex && runs.length < maxDirectoryRuns) runs.push({ logical, physical, count });
        else list.add(physical, count, role, ino);
        return this.steps > 0;
      },
    });
    if (!hasIndex) return walking;
    return this.directory(walking, runs, ino);
  }

  private async directory(walking: void | Promise<void>, runs: DirectoryRun[], ino: number): Promise<void> {
    await walking;
    const index = Float64Array.from(await indexBlocks(this.volume, runs)).sort();
    for (const { physical, count } of runs) {
      let from = physical;
      const start = firstIndex(0, index.length, (i) => index[i]! >= physical);
      for (let i = start; i < index.length && index[i]! < physical + count; i++) {
        this.list.add(from, index[i]! - from, roles.directory, ino);
        this.list.add(index[i]!, 1, roles.index, ino);
        from = index[i]! + 1;
      }
      this.list.add(from, physical + count - from, roles.directory, ino);
    }
  }
}

/** Adds the blocks of all inodes in use. Resolves with whether every mapping was followed. */
export async function addClaims(
  volume: Volume,
  groups: Groups,
  used: Bits,
  list: RunList,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const walk = new Walk(volume, groups, used, list, signal);
  await walk.all();
  return walk.complete;
}
