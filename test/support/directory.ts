/** Directories of a test image: their blocks and entries by path, to be rewritten with checksums kept right. */
import { crc32c } from '../../src/bytes/crc32c';
import type { Field } from '../../src/bytes/field';
import { dirent, direntHeaderSize, direntSize, direntTail, direntTailSize } from '../../src/layout/dirent';
import { dxCountLimit, dxEntry, dxEntrySize, dxRootInfo, dxRootInfoOffset, dxTail } from '../../src/layout/htree';
import { inode, inodeFlags } from '../../src/layout/inode';
import { superblockOffset } from '../../src/layout/superblock';
import { readGeometry } from '../../src/volume/geometry';
import { inodeSeed } from '../../src/volume/inode-checksum';
import type { TestImage, Values } from './image';

/** The file's blocks by logical number, holes left out. For sound inodes only. */
export function blocksOf(image: TestImage, ino: number): Map<number, number> {
  const { view, made } = image;
  const blocks = new Map<number, number>();
  const perBlock = made.blockSize / 4;
  const extents = (at: number) => {
    const depth = view.getUint16(at + 6, true);
    for (let entry = at + 12; entry <= at + 12 * view.getUint16(at + 2, true); entry += 12) {
      if (depth > 0) extents(image.blockAt(view.getUint32(entry + 4, true)));
      else
        for (let i = 0; i < view.getUint16(entry + 4, true); i++)
          blocks.set(view.getUint32(entry, true) + i, view.getUint32(entry + 8, true) + i);
    }
  };
  const pointers = (at: number, count: number, level: number, logical: number) => {
    for (let i = 0; i < count; i++) {
      const block = view.getUint32(at + i * 4, true);
      if (block === 0) continue;
      if (level === 0) blocks.set(logical + i, block);
      else pointers(image.blockAt(block), perBlock, level - 1, logical + i * perBlock ** level);
    }
  };
  const root = image.inodeAt(ino) + inode.i_block.offset;
  if ((inode.i_flags(view, image.inodeAt(ino)) & inodeFlags.EXTENTS) !== 0) extents(root);
  else {
    pointers(root, 12, 0, 0);
    pointers(root + 48, 1, 1, 12);
    pointers(root + 52, 1, 2, 12 + perBlock);
  }
  return blocks;
}

export class TestDirectory {
  private readonly blocks: Map<number, number>;

  /** The directory with its current mapping; later changes to its mapping are not seen. */
  constructor(
    readonly image: TestImage,
    readonly ino: number,
  ) {
    this.blocks = blocksOf(image, ino);
  }

  /** The directory at an absolute path. */
  static at(image: TestImage, path: string): TestDirectory {
    return new TestDirectory(image, inodeOf(image, path));
  }

  /** Logical block numbers, in order. */
  get logicals(): number[] {
    return [...this.blocks.keys()].sort((a, b) => a - b);
  }

  /** Number on disk of logical block `logical`. */
  block(logical = 0): number {
    const block = this.blocks.get(logical);
    if (block === undefined) throw new RangeError(`directory ${this.ino} has no block ${logical}`);
    return block;
  }

  /** Byte offset of logical block `logical`. */
  blockAt(logical = 0): number {
    return this.image.blockAt(this.block(logical));
  }

  /** Byte offsets of the records of one block, free ones and the checksum tail among them. */
  records(logical = 0): number[] {
    const start = this.blockAt(logical);
    const offsets: number[] = [];
    for (let at = start; at < start + this.image.made.blockSize; at += dirent.rec_len(this.image.view, at))
      offsets.push(at);
    return offsets;
  }

  /** The name of the record at byte offset `at`. */
  nameAt(at: number): string {
    const start = at + direntHeaderSize;
    return String.fromCharCode(...this.image.bytes.subarray(start, start + dirent.name_len(this.image.view, at)));
  }

  /** The place of the entry in use of that name: logical block and byte offset. */
  find(name: string): { logical: number; at: number } | null {
    for (const logical of this.logicals)
      for (const at of this.records(logical))
        if (dirent.inode(this.image.view, at) !== 0 && this.nameAt(at) === name) return { logical, at };
    return null;
  }

  /** Byte offset of the entry of that name. */
  entryAt(name: string): number {
    const found = this.find(name);
    if (!found) throw new RangeError(`no entry ${name} in directory ${this.ino}`);
    return found.at;
  }

  /** Sets fields of the entry of that name, and another name of any length for it; the checksum is made right. */
  set(name: string, values: Values<typeof dirent>, newName?: string): this {
    const found = this.find(name);
    if (!found) throw new RangeError(`no entry ${name} in directory ${this.ino}`);
    if (newName !== undefined) this.write(found.at, newName);
    for (const [field, value] of Object.entries(values))
      this.image.poke(dirent[field as keyof typeof dirent], found.at, value);
    return this.restamp(found.logical);
  }

  private write(at: number, name: string): void {
    this.image.poke(dirent.name_len, at, name.length);
    this.image.bytes.set(
      Uint8Array.from(name, (unit) => unit.charCodeAt(0)),
      at + direntHeaderSize,
    );
  }

  /** Adds an entry in the space after the last one of a block, and corrects the checksum. */
  add(name: string, values: { inode: number; file_type: number }, logical = 0): this {
    const { image } = this;
    const tailed = image.made.features.metadata_csum ? 1 : 0;
    const last = this.records(logical).at(-1 - tailed)!;
    const room = dirent.rec_len(image.view, last);
    const used = dirent.inode(image.view, last) === 0 ? 0 : direntSize(dirent.name_len(image.view, last));
    if (room - used < direntSize(name.length)) throw new RangeError('the block is full');
    if (used > 0) image.poke(dirent.rec_len, last, used);
    image.poke(dirent.rec_len, last + used, room - used);
    image.poke(dirent.inode, last + used, values.inode).poke(dirent.file_type, last + used, values.file_type);
    this.write(last + used, name);
    return this.restamp(logical);
  }

  /** Frees an entry as a deletion does that leaves the record in place. */
  remove(name: string): this {
    return this.set(name, { inode: 0 });
  }

  /** Makes the checksum of a block of entries right. */
  restamp(logical = 0): this {
    const { image } = this;
    if (!image.made.features.metadata_csum || this.isIndex(logical)) return this;
    const start = this.blockAt(logical);
    const tail = start + image.made.blockSize - direntTailSize;
    image.poke(direntTail.det_checksum, tail, crc32c(this.seed, image.bytes, start, tail));
    return this;
  }

  /** Offset of limit and count in a root (logical block 0) or node of the hash index. */
  indexAt(logical = 0): number {
    const start = this.blockAt(logical);
    if (logical > 0) return start + direntHeaderSize;
    return start + dxRootInfoOffset + dxRootInfo.info_length(this.image.view, start + dxRootInfoOffset);
  }

  /** Byte offset of entry `index` of a root or node. */
  indexEntryAt(index: number, logical = 0): number {
    return this.indexAt(logical) + index * dxEntrySize;
  }

  /** Sets a field of an entry of a root or node and makes the checksum right. */
  setIndexEntry(index: number, values: Values<typeof dxEntry>, logical = 0): this {
    for (const [field, value] of Object.entries(values))
      this.image.poke(dxEntry[field as keyof typeof dxEntry], this.indexEntryAt(index, logical), value);
    return this.restampIndex(logical);
  }

  /** Sets a field of dx_root_info and makes the checksum right. */
  setRoot(values: Values<typeof dxRootInfo>): this {
    for (const [field, value] of Object.entries(values))
      this.image.poke(dxRootInfo[field as keyof typeof dxRootInfo], this.blockAt() + dxRootInfoOffset, value);
    return this.restampIndex();
  }

  /** Sets limit or count of a root or node and makes the checksum right. */
  setCount(values: Values<typeof dxCountLimit>, logical = 0): this {
    for (const [field, value] of Object.entries(values))
      this.image.poke(dxCountLimit[field as keyof typeof dxCountLimit], this.indexAt(logical), value);
    return this.restampIndex(logical);
  }

  /** Makes the checksum of a root or node of the hash index right, as far as limit and count still leave it a place. */
  restampIndex(logical = 0): this {
    const { image } = this;
    if (!image.made.features.metadata_csum) return this;
    const start = this.blockAt(logical);
    const at = this.indexAt(logical);
    const tail = at + dxCountLimit.limit(image.view, at) * dxEntrySize;
    const filled = at + dxCountLimit.count(image.view, at) * dxEntrySize;
    if (filled > tail || tail + 8 > start + image.made.blockSize) return this;
    let crc = crc32c(this.seed, image.bytes, start, filled);
    crc = crc32c(crc, image.bytes, tail, tail + dxTail.dt_checksum.offset);
    image.poke(dxTail.dt_checksum, tail, crc32c(crc, new Uint8Array(4)));
    return this;
  }

  private isIndex(logical: number): boolean {
    const flags = inode.i_flags(this.image.view, this.image.inodeAt(this.ino));
    if ((flags & inodeFlags.INDEX) === 0) return false;
    return logical === 0 || dirent.rec_len(this.image.view, this.blockAt(logical)) === this.image.made.blockSize;
  }

  private get seed(): number {
    const { image, ino } = this;
    const generation: Field = inode.i_generation;
    return inodeSeed(readGeometry(image.view, superblockOffset), ino, generation(image.view, image.inodeAt(ino)));
  }
}

/** The inode at an absolute path without symlinks. */
export function inodeOf(image: TestImage, path: string): number {
  let ino = 2;
  for (const name of path.split('/').filter((part) => part !== ''))
    ino = dirent.inode(image.view, new TestDirectory(image, ino).entryAt(name));
  return ino;
}
