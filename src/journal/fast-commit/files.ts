/** The inodes that fast commits change, in memory: their records, their mappings, and the blocks they use or free. */
import { extentHeader, extentMagic } from '../../layout/extent';
import { groupFlags } from '../../layout/group';
import { fileType, iBlockSize, inode, inodeFlags, oldInodeSize } from '../../layout/inode';
import { groupOfInode } from '../../volume/geometry';
import { inodeOffset } from '../../volume/inode-at';
import { inodeChecksumGood, inodeSeed, stampInodeChecksum } from '../../volume/inode-checksum';
import { inodeSizeOf, xattrBlockOf } from '../../volume/inode-fields';
import { type MappingVisitor, walkMapping } from '../../volume/mapping';
import type { Opening } from '../../volume/open';
import { bytesOf } from '../../volume/volume';
import { type HeldBlocks, Unreplayable } from '../held-blocks';
import { type Effort, ExtentList, writeTree } from './extents';
import { FastFile, type Growth } from './file';
import type { Space } from './space';

/** Largest number of inodes, and of runs and nodes of all of them. */
const maxFiles = 2 ** 16;
const maxPieces = 2 ** 18;

export class FastFiles {
  private readonly files = new Map<number, FastFile>();
  private readonly effort: Effort = { moves: 0 };
  private pieces = 0;

  constructor(
    private readonly opening: Opening,
    private readonly held: HeldBlocks,
    private readonly space: Space,
    /** Seconds since 1970, for inodes that are deleted. */
    private readonly now: number,
  ) {}

  async get(ino: number): Promise<FastFile> {
    const known = this.files.get(ino);
    if (known !== undefined) return known;
    if (this.files.size >= maxFiles) throw new Unreplayable('they change too many files');
    const { volume, groups } = this.opening;
    const { geometry } = volume;
    const offset = inodeOffset(volume, groups, ino);
    if (offset < 0) throw new Unreplayable(`they change inode ${ino}, which does not exist`);
    const block = await this.held.peek(Math.floor(offset / geometry.blockSize));
    const at = offset % geometry.blockSize;
    const bytes = this.isUninit(ino)
      ? new Uint8Array(geometry.inodeSize)
      : bytesOf(block).slice(at, at + geometry.inodeSize);
    const file = new FastFile(ino, new DataView(bytes.buffer));
    if (geometry.features.metadata_csum && !inodeChecksumGood(geometry, file.view, 0, ino))
      throw new Unreplayable(`inode ${ino}, which they change or need, has a wrong checksum`);
    if (file.links > 0 && file.isMapped) await this.readMapping(file);
    this.files.set(ino, file);
    return file;
  }

  /** Whether the inode is in a part of its table that was never used, which may contain anything. */
  private isUninit(ino: number): boolean {
    const { volume, groups } = this.opening;
    const { geometry } = volume;
    const group = groupOfInode(geometry, ino);
    if (!geometry.features.groupChecksums || groups.checksumGood[group] !== 1) return false;
    if ((groups.flags[group]! & groupFlags.INODE_UNINIT) !== 0) return true;
    return (ino - 1) % geometry.inodesPerGroup >= geometry.inodesPerGroup - groups.itableUnused[group]!;
  }

  private async readMapping(file: FastFile): Promise<void> {
    const list = file.hasExtents ? new ExtentList(this.effort) : null;
    let end = 0;
    const damaged = () => {
      throw new Unreplayable(`the mapping of inode ${file.ino}, which they change or need, is damaged`);
    };
    const visitor: MappingVisitor = {
      run: (logical, physical, count, unwritten) => {
        if (++this.pieces > maxPieces) throw new Unreplayable('they change files of too many pieces');
        if (logical < end || count === 0) damaged();
        end = logical + count;
        file.runs.push({ logical, physical, count });
        list?.extents.push({ logical, physical, length: count, unwritten, fresh: false });
      },
      node: (block) => {
        if (++this.pieces > maxPieces) throw new Unreplayable('they change files of too many pieces');
        file.nodes.push(block);
      },
      defect: damaged,
    };
    await walkMapping(this.opening.volume, file.view, 0, visitor);
    file.list = list;
  }

  /**
   * Replaces the first bytes of inode `ino` with bytes `at` to `end` of `view`. This does not change the mapping,
   * except for inline data, which is part of the bytes.
   */
  async replace(ino: number, view: DataView, at: number, end: number): Promise<void> {
    const { geometry } = this.opening.volume;
    const file = await this.get(ino);
    const old = {
      inUse: file.links > 0,
      mapped: file.isMapped,
      hadExtents: file.hasExtents,
      type: file.mode & fileType.MASK,
    };
    const acl = xattrBlockOf(geometry, file.view, 0);
    const size = inodeSizeOf(file.view, 0);
    const from = bytesOf(view).subarray(at, end);
    const bytes = bytesOf(file.view);
    if (geometry.inodeSize > oldInodeSize && end - at > oldInodeSize) {
      const extra = view.getUint16(at + inode.i_extra_isize.offset, true);
      if (extra % 4 !== 0 || extra > geometry.inodeSize - oldInodeSize)
        throw new Unreplayable(`they give inode ${ino} an impossible size`);
    }
    bytes.set(from.subarray(0, inode.i_block.offset), 0);
    bytes.set(from.subarray(inode.i_generation.offset), inode.i_generation.offset);
    file.changed = true;
    file.deleted = false;
    if (file.links === 0) throw new Unreplayable(`they keep inode ${ino} open without a name`);
    if (xattrBlockOf(geometry, file.view, 0) !== (old.inUse ? acl : 0))
      throw new Unreplayable(`they change the extended attributes of inode ${ino}`);
    if (old.inUse && old.type !== (file.mode & fileType.MASK))
      throw new Unreplayable(`they change inode ${ino} into a file of another type`);
    if (file.isDirectory && size !== inodeSizeOf(file.view, 0))
      throw new Unreplayable(`they change the size of directory ${ino}`);
    if (old.inUse && old.mapped && old.hadExtents !== file.hasExtents)
      throw new Unreplayable(`they change how inode ${ino} is mapped`);
    if (file.isInline) bytesOf(file.root).set(from.subarray(inode.i_block.offset, inode.i_block.offset + iBlockSize));
    else if (file.hasExtents && file.list === null) this.begin(file);
    await this.space.markInode(ino, true);
  }

  private begin(file: FastFile): void {
    const isTree = extentHeader.eh_magic(file.root, 0) === extentMagic;
    if (isTree && extentHeader.eh_entries(file.root, 0) > 0)
      throw new Unreplayable(`inode ${file.ino}, which they make, has a mapping already`);
    file.list = new ExtentList(this.effort);
    file.list.changed = true;
  }

  async extentsOf(ino: number): Promise<ExtentList> {
    const file = await this.get(ino);
    if (file.links === 0) throw new Unreplayable(`they map blocks of inode ${ino}, which is not in use`);
    if (file.list === null || !file.hasExtents || file.isDirectory)
      throw new Unreplayable(`they change the mapping of inode ${ino}, which has no extents or is a directory`);
    return file.list;
  }

  /** Deletes an inode that has lost its last name, as the kernel would when the last user closes it. */
  async delete(file: FastFile): Promise<void> {
    const { geometry } = this.opening.volume;
    const { view } = file;
    if (xattrBlockOf(geometry, view, 0) !== 0 || geometry.features.ea_inode)
      throw new Unreplayable(`they delete inode ${file.ino}, which has extended attributes of its own`);
    file.deleted = true;
    if (file.list !== null) {
      file.list.remove(0, 2 ** 32);
      file.list.changed = true;
    } else if (file.isMapped) bytesOf(file.root).fill(0);
    file.links = 0;
    file.size = 0;
    view.setUint32(inode.i_dtime.offset, this.now, true);
    await this.space.markInode(file.ino, false);
  }

  private setBlockCount(file: FastFile): void {
    const { blockSize, features } = this.opening.volume.geometry;
    let blocks = xattrBlockOf(this.opening.volume.geometry, file.view, 0) === 0 ? 0 : 1;
    for (const { length } of file.list?.extents ?? []) blocks += length;
    blocks += file.nodes.length;
    const huge = features.huge_file && (file.flags & inodeFlags.HUGE_FILE) !== 0;
    const count = huge ? blocks : blocks * (blockSize / 512);
    file.view.setUint32(inode.i_blocks_lo.offset, count % 2 ** 32, true);
    if (features.huge_file) file.view.setUint16(inode.i_blocks_high.offset, Math.floor(count / 2 ** 32), true);
  }

  /** Writes every mapping that changed, and all records. */
  async finish(growths: readonly Growth[]): Promise<void> {
    const { geometry } = this.opening.volume;
    // free blocks first: they may be in use again
    for (const file of this.files.values()) {
      for (const { physical, length } of file.list?.freed ?? []) await this.space.mark(physical, length, false);
      if (file.list === null && file.deleted)
        for (const { physical, count } of file.runs) await this.space.mark(physical, count, false);
      if (file.list?.changed || file.deleted) for (const block of file.nodes) await this.space.mark(block, 1, false);
    }
    for (const file of this.files.values())
      for (const { physical, length, fresh } of file.list?.extents ?? [])
        if (fresh) await this.space.mark(physical, length, true);
    for (const { file, logical, id } of growths) {
      const last = file.list?.extents.at(-1);
      const physical = await this.space.take(last ? last.physical + last.length - 1 : geometry.firstDataBlock);
      this.held.settle(id, physical);
      file.list?.add({ logical, physical, length: 1, unwritten: false, fresh: true });
    }
    for (const file of this.files.values()) {
      if (file.list?.changed) file.changed = true;
      if (!file.changed) continue;
      if (file.list?.changed) await this.writeMapping(file);
      this.settle(file);
      await this.write(file);
    }
  }

  /** Recounts an inode's blocks; a kernel does not count the new block of a directory that grows. */
  private settle(file: FastFile): void {
    if (file.deleted) {
      file.nodes = [];
      file.view.setUint32(inode.i_blocks_lo.offset, 0, true);
      file.view.setUint16(inode.i_blocks_high.offset, 0, true);
    } else if (file.list !== null && !file.isDirectory) this.setBlockCount(file);
  }

  private async writeMapping(file: FastFile): Promise<void> {
    const { geometry } = this.opening.volume;
    const { extents } = file.list!;
    const old = file.nodes;
    file.nodes = [];
    const wanted = file.list!.nodesFor(geometry.blockSize);
    let hint = extents[0]?.physical ?? geometry.firstDataBlock;
    for (let i = 0; i < wanted; i++) {
      hint = await this.space.take(old[i] ?? hint);
      file.nodes.push(hint);
    }
    const seed = geometry.features.metadata_csum
      ? inodeSeed(geometry, file.ino, inode.i_generation(file.view, 0))
      : null;
    writeTree(file.root, extents, file.nodes, (block) => this.held.fresh(block), seed);
  }

  private async write(file: FastFile): Promise<void> {
    const { volume, groups } = this.opening;
    const { blockSize, features } = volume.geometry;
    if (features.metadata_csum) stampInodeChecksum(volume.geometry, file.view, 0, file.ino);
    const offset = inodeOffset(volume, groups, file.ino);
    const block = Math.floor(offset / blockSize);
    bytesOf(await this.held.edit(block)).set(bytesOf(file.view), offset % blockSize);
  }
}
