/** The inode that is checked: one record, filled again for each inode, so no theme may keep it. */
import { fileType, iBlockSize, inode, inodeFlags } from '../../layout/inode';
import type { Where } from '../../problem/finding';
import type { Geometry } from '../../volume/geometry';
import { blockCountOf, inodeSizeOf, xattrBlockOf } from '../../volume/inode-fields';
import { noSystemData, type SystemData } from '../../volume/system-data';

export class CurrentInode {
  ino = 0;
  group = 0;
  view: DataView = new DataView(new ArrayBuffer(0));
  /** Offset of the inode in `view`. */
  at = 0;
  /** Offset of `view` in the file system, in bytes. */
  base = 0;
  mode = 0;
  type = 0;
  flags = 0;
  links = 0;
  size = 0;
  sizeHigh = 0;
  blockCount = 0;
  xattrBlock = 0;
  checksumGood = true;
  /** The part of inline data outside `i_block`; set only for inodes with the flag for it. */
  systemData: SystemData = noSystemData;

  constructor(readonly geometry: Geometry) {}

  load(view: DataView, at: number, ino: number, group: number, base: number, checksumGood: boolean): void {
    this.view = view;
    this.at = at;
    this.ino = ino;
    this.group = group;
    this.base = base;
    this.mode = inode.i_mode(view, at);
    this.type = this.mode & fileType.MASK;
    this.flags = inode.i_flags(view, at);
    this.links = inode.i_links_count(view, at);
    this.size = inodeSizeOf(view, at);
    this.sizeHigh = inode.i_size_high(view, at);
    this.blockCount = blockCountOf(this.geometry, view, at);
    this.xattrBlock = xattrBlockOf(this.geometry, view, at);
    this.checksumGood = checksumGood;
    this.systemData = noSystemData;
  }

  has(flag: number): boolean {
    return (this.flags & flag) !== 0;
  }

  /** Bytes of inline data; -1 if unknown. */
  get inlineSize(): number {
    return this.systemData.state === 'damaged' ? -1 : iBlockSize + this.systemData.size;
  }

  /** Word `i` of `i_block`, 0 to 14. */
  word(i: number): number {
    return this.view.getUint32(this.at + inode.i_block.offset + i * 4, true);
  }

  get isDirectory(): boolean {
    return this.type === fileType.DIRECTORY;
  }

  get isRegular(): boolean {
    return this.type === fileType.REGULAR;
  }

  get isSymlink(): boolean {
    return this.type === fileType.SYMLINK;
  }

  get isFastSymlink(): boolean {
    return this.isSymlink && this.size > 0 && this.size < 60;
  }

  /** Mapped by an extent tree, in a file system with the feature. */
  get hasExtents(): boolean {
    return this.has(inodeFlags.EXTENTS) && this.geometry.features.extent;
  }

  /** Whether `i_block` describes blocks. */
  get hasMapping(): boolean {
    if (this.has(inodeFlags.INLINE_DATA)) return false;
    return this.isDirectory || this.isRegular || (this.isSymlink && this.symlinkHasBlocks);
  }

  /**
   * Whether the target of a symlink is in a block. The size is not reliable: without an attribute block the count of
   * blocks decides. With ea_inode that count includes inodes with values of attributes, and the kernel goes by the size.
   */
  get symlinkHasBlocks(): boolean {
    if (this.geometry.features.ea_inode) return !this.isFastSymlink;
    if (this.xattrBlock === 0) return inode.i_blocks_lo(this.view, this.at) !== 0;
    return this.size >= 60 || (this.size > 4 && this.word(1) === 0);
  }

  /** The location for a finding about this inode, with the bytes of `field` if given. */
  where(field?: { readonly offset: number; readonly bytes: number }): Where {
    if (!field) return { inode: this.ino };
    return { inode: this.ino, bytes: { at: this.base + this.at + field.offset, length: field.bytes } };
  }
}
