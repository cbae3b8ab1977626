/** The directories that fast commits change: finds, adds and removes names, in blocks held in memory. */
import { crc32c } from '../../bytes/crc32c';
import { dirHash, isSupportedHash } from '../../bytes/dirhash';
import { dirent, direntHeaderSize, direntSize, direntTail, direntTailSize, recordLength } from '../../layout/dirent';
import { dxHash, dxRootInfo, dxRootInfoOffset } from '../../layout/htree';
import { direntType, inode, inodeFlags } from '../../layout/inode';
import { fsFlags } from '../../layout/superblock';
import { hasTail, leafChecksumGood } from '../../volume/dir-checksum';
import type { Geometry } from '../../volume/geometry';
import { inodeSeed } from '../../volume/inode-checksum';
import { inodeSizeOf } from '../../volume/inode-fields';
import { bytesOf } from '../../volume/volume';
import { type HeldBlocks, Unreplayable } from '../held-blocks';
import type { FastFile, Growth } from './file';
import { indexPath, insertEntry, splitLeaf } from './index-blocks';

/** Largest number of names and blocks of all changed directories. */
const maxNames = 2 ** 18;
const maxBlocks = 2 ** 16;
/** Largest number of bytes of entries that are scanned; each block that is searched for a gap counts as 64. */
const maxSearched = 2 ** 31;
const askedBytes = 64;

/** A name in a directory: its inode number, and the block that contains the entry. */
interface Place {
  ino: number;
  block: number;
}

class OpenDirectory {
  readonly names = new Map<string, Place>();
  /** Blocks by number in the file; those that hold entries, with the size of the largest gap in each. */
  readonly blocks: number[] = [];
  readonly leaves: number[] = [];
  readonly rooms = new Map<number, number>();
  /** Start value of the checksums of its blocks. */
  seed = 0;
  indexed = false;

  constructor(readonly file: FastFile) {}
}

/** Latin-1, so that each byte string has exactly one text. */
const keyOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

export class FastNames {
  private readonly directories = new Map<number, OpenDirectory>();
  readonly growths: Growth[] = [];
  private nameCount = 0;
  private blockCount = 0;
  private searched = 0;
  private readonly hashSeed: Uint32Array;

  constructor(
    private readonly geometry: Geometry,
    private readonly held: HeldBlocks,
  ) {
    const words = new DataView(geometry.sb.s_hash_seed.slice().buffer);
    this.hashSeed = Uint32Array.from([0, 4, 8, 12], (at) => words.getUint32(at, true));
  }

  /** End of the entries in a block; a checksum tail follows where there are checksums. */
  private entriesEnd(view: DataView): number {
    return this.geometry.features.metadata_csum ? view.byteLength - direntTailSize : view.byteLength;
  }

  private async open(file: FastFile): Promise<OpenDirectory> {
    const known = this.directories.get(file.ino);
    if (known !== undefined) return known;
    const { ino, flags } = file;
    if (!file.isDirectory || file.links === 0) throw new Unreplayable(`they name files in inode ${ino}, no directory`);
    if (file.isInline) throw new Unreplayable(`they change directory ${ino}, which is kept in its inode`);
    if ((flags & (inodeFlags.CASEFOLD | inodeFlags.ENCRYPT)) !== 0)
      throw new Unreplayable(`they change directory ${ino}, whose names are encrypted or of either case`);
    const directory = new OpenDirectory(file);
    directory.seed = inodeSeed(this.geometry, ino, inode.i_generation(file.view, 0));
    directory.indexed = this.geometry.features.dir_index && (flags & inodeFlags.INDEX) !== 0;
    const blocks = Math.ceil(inodeSizeOf(file.view, 0) / this.geometry.blockSize);
    this.blockCount += blocks;
    if (this.blockCount > maxBlocks) throw new Unreplayable('they change directories that are too large');
    for (const { logical, physical, count } of file.runs)
      for (let i = 0; i < count && logical + i < blocks; i++) directory.blocks[logical + i] = physical + i;
    for (let logical = 0; logical < blocks; logical++) await this.readBlock(directory, ino, logical);
    this.directories.set(ino, directory);
    return directory;
  }

  private async readBlock(directory: OpenDirectory, ino: number, logical: number): Promise<void> {
    const block = directory.blocks[logical];
    const damaged = () => new Unreplayable(`directory ${ino}, which they change, is damaged`);
    if (block === undefined) throw damaged();
    const view = await this.held.peek(block);
    const whole = recordLength(dirent.rec_len(view, 0), view.byteLength) === view.byteLength;
    if (directory.indexed && (logical === 0 || (dirent.inode(view, 0) === 0 && whole))) return;
    if (
      this.geometry.features.metadata_csum &&
      !(hasTail(view) && leafChecksumGood(directory.seed, bytesOf(view), view))
    )
      throw damaged();
    const sound = this.eachRecord(view, (at, length, used) => {
      if (used === 0) return;
      const start = at + direntHeaderSize;
      const name = keyOf(bytesOf(view).subarray(start, start + dirent.name_len(view, at)));
      if (++this.nameCount > maxNames) throw new Unreplayable('they change directories that are too large');
      if (length < used || directory.names.has(name)) throw damaged();
      directory.names.set(name, { ino: dirent.inode(view, at), block });
    });
    if (!sound) throw damaged();
    directory.leaves.push(block);
    directory.rooms.set(block, this.roomIn(view));
  }

  private search(bytes: number): void {
    this.searched += bytes;
    if (this.searched > maxSearched) throw new Unreplayable('they change too many names');
  }

  /** Calls `visit` with each record, its length and its bytes in use; returns whether all records are valid. */
  private eachRecord(view: DataView, visit: (at: number, length: number, used: number) => boolean | void): boolean {
    const end = this.entriesEnd(view);
    this.search(end);
    for (let at = 0; at < end; ) {
      if (at + direntHeaderSize > end) return false;
      const length = recordLength(dirent.rec_len(view, at), view.byteLength);
      const used = dirent.inode(view, at) === 0 ? 0 : direntSize(dirent.name_len(view, at));
      if (length % 4 !== 0 || length < Math.max(used, direntHeaderSize + 4) || at + length > end) return false;
      if (visit(at, length, used) === false) return true;
      at += length;
    }
    return true;
  }

  private roomIn(view: DataView): number {
    let room = 0;
    this.eachRecord(view, (_at, length, used) => {
      room = Math.max(room, length - used);
    });
    return room;
  }

  private setLength(view: DataView, at: number, length: number): void {
    view.setUint16(at + dirent.rec_len.offset, length === 65536 ? 65535 : length, true);
  }

  private stamp(directory: OpenDirectory, view: DataView): void {
    if (!this.geometry.features.metadata_csum) return;
    const at = view.byteLength - direntTailSize;
    view.setUint32(at + direntTail.det_checksum.offset, crc32c(directory.seed, bytesOf(view), 0, at), true);
  }

  /** The inode number of `name` in `file`; 0 when the name does not exist. */
  async find(file: FastFile, name: Uint8Array): Promise<number> {
    return (await this.open(file)).names.get(keyOf(name))?.ino ?? 0;
  }

  async remove(file: FastFile, name: Uint8Array): Promise<void> {
    const directory = await this.open(file);
    const key = keyOf(name);
    const place = directory.names.get(key);
    if (place === undefined) return;
    const view = await this.held.edit(place.block);
    let previous = -1;
    this.eachRecord(view, (at, length, used) => {
      const start = at + direntHeaderSize;
      if (
        used > 0 &&
        dirent.name_len(view, at) === name.length &&
        name.every((byte, i) => view.getUint8(start + i) === byte)
      ) {
        if (previous < 0) view.setUint32(at + dirent.inode.offset, 0, true);
        else this.setLength(view, previous, at + length - previous);
        return false;
      }
      previous = at;
      return true;
    });
    directory.names.delete(key);
    directory.rooms.set(place.block, this.roomIn(view));
    this.stamp(directory, view);
  }

  /** Adds a name that does not exist yet, for an inode of `mode`. */
  async add(file: FastFile, name: Uint8Array, ino: number, mode: number): Promise<void> {
    const directory = await this.open(file);
    const needed = direntSize(name.length);
    const block = directory.indexed
      ? await this.leafWithRoom(directory, name, needed)
      : this.blockWithRoom(directory, needed);
    const view = await this.held.edit(block);
    this.eachRecord(view, (at, length, used) => {
      if (length - used < needed) return true;
      if (used > 0) this.setLength(view, at, used);
      const place = at + used;
      view.setUint32(place + dirent.inode.offset, ino, true);
      this.setLength(view, place, length - used);
      view.setUint8(place + dirent.name_len.offset, name.length);
      view.setUint8(place + dirent.file_type.offset, this.geometry.features.filetype ? direntType(mode) : 0);
      bytesOf(view).set(name, place + direntHeaderSize);
      return false;
    });
    if (++this.nameCount > maxNames) throw new Unreplayable('they change directories that are too large');
    directory.names.set(keyOf(name), { ino, block });
    directory.rooms.set(block, this.roomIn(view));
    this.stamp(directory, view);
  }

  private blockWithRoom(directory: OpenDirectory, needed: number): number {
    for (const block of directory.leaves) {
      this.search(askedBytes);
      if (directory.rooms.get(block)! >= needed) return block;
    }
    const block = this.grow(directory);
    const view = this.held.fresh(block);
    const end = this.entriesEnd(view);
    this.setLength(view, 0, end);
    if (end < view.byteLength) {
      view.setUint16(end + direntTail.det_rec_len.offset, direntTailSize, true);
      view.setUint8(end + direntTail.det_reserved_ft.offset, 0xde);
    }
    directory.rooms.set(block, this.roomIn(view));
    return block;
  }

  /** Makes a directory one block longer; returns the id of the new block. */
  private grow(directory: OpenDirectory): number {
    const { file, blocks, leaves } = directory;
    const size = (blocks.length + 1) * this.geometry.blockSize;
    if (file.list === null || ++this.blockCount > maxBlocks || size >= 2 ** 31)
      throw new Unreplayable(`directory ${file.ino} would have to grow for them`);
    const id = this.held.reserve();
    this.growths.push({ file, logical: blocks.length, id });
    blocks.push(id);
    leaves.push(id);
    file.size = size;
    return id;
  }

  /** The leaf for a name in the index; splits the leaf when it is full. */
  private async leafWithRoom(directory: OpenDirectory, name: Uint8Array, needed: number): Promise<number> {
    const { file, blocks, rooms, seed } = directory;
    const version = await this.hashVersion(directory);
    const hashOf = (bytes: Uint8Array) => dirHash(version, bytes, 0, bytes.length, this.hashSeed);
    const path = await indexPath(this.held, blocks, hashOf(name));
    if (path === null) throw this.badIndex(file);
    const block = blocks[path.leaf]!;
    const room = rooms.get(block);
    if (room === undefined) throw this.badIndex(file);
    if (room >= needed) return block;
    const full = () => new Unreplayable(`directory ${file.ino} would have to grow for them`);
    const view = await this.held.edit(block);
    const node = await this.held.edit(path.node);
    const logical = blocks.length;
    const above = this.grow(directory);
    const upper = this.held.fresh(above);
    const ats: number[] = [];
    this.eachRecord(view, (at, _length, used) => {
      if (used > 0) ats.push(at);
    });
    const summed = this.geometry.features.metadata_csum;
    const least = splitLeaf(view, upper, ats, hashOf, summed);
    if (least < 0 || !insertEntry(node, path.at, path.entry, least, logical, summed ? seed : null)) throw full();
    this.eachRecord(upper, (at) => {
      const start = at + direntHeaderSize;
      const key = keyOf(bytesOf(upper).subarray(start, start + dirent.name_len(upper, at)));
      directory.names.set(key, { ino: dirent.inode(upper, at), block: above });
    });
    this.stamp(directory, view);
    this.stamp(directory, upper);
    rooms.set(block, this.roomIn(view));
    rooms.set(above, this.roomIn(upper));
    const chosen = hashOf(name) >= least ? above : block;
    if (rooms.get(chosen)! < needed) throw full();
    return chosen;
  }

  private badIndex = (file: FastFile) =>
    new Unreplayable(`the index of directory ${file.ino}, which they change, is damaged`);

  private async hashVersion({ file, blocks }: OpenDirectory): Promise<number> {
    const view = await this.held.peek(blocks[0]!);
    const stored = dxRootInfo.hash_version(view, dxRootInfoOffset);
    const unsigned = stored <= dxHash.TEA && (this.geometry.sb.s_flags & fsFlags.UNSIGNED_HASH) !== 0;
    const version = unsigned ? stored + 3 : stored;
    if (!isSupportedHash(version)) throw this.badIndex(file);
    return version;
  }
}
