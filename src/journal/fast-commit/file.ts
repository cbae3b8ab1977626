/** An inode that fast commits change or need: a copy of its record, and its mapping. */
import { fileType, iBlockSize, inode, inodeFlags } from '../../layout/inode';
import { isFastSymlink } from '../../volume/inode-fields';
import type { ExtentList } from './extents';

interface Run {
  logical: number;
  physical: number;
  count: number;
}

export class FastFile {
  /** The original data blocks and nodes; empty for an inode that was not in use. */
  runs: Run[] = [];
  nodes: number[] = [];
  /** Null where the mapping does not use extents. */
  list: ExtentList | null = null;
  deleted = false;
  /** The record must be written. */
  changed = false;

  constructor(
    readonly ino: number,
    readonly view: DataView,
  ) {}

  get mode(): number {
    return inode.i_mode(this.view, 0);
  }
  get flags(): number {
    return inode.i_flags(this.view, 0);
  }
  get links(): number {
    return inode.i_links_count(this.view, 0);
  }
  set links(count: number) {
    this.changed = true;
    this.view.setUint16(inode.i_links_count.offset, count, true);
  }
  set size(bytes: number) {
    this.changed = true;
    this.view.setUint32(inode.i_size_lo.offset, bytes % 2 ** 32, true);
    this.view.setUint32(inode.i_size_high.offset, Math.floor(bytes / 2 ** 32), true);
  }
  get isDirectory(): boolean {
    return (this.mode & fileType.MASK) === fileType.DIRECTORY;
  }
  get hasExtents(): boolean {
    return (this.flags & inodeFlags.EXTENTS) !== 0;
  }
  get isInline(): boolean {
    return (this.flags & inodeFlags.INLINE_DATA) !== 0;
  }
  /** Whether its type can have blocks and `i_block` maps them. */
  get isMapped(): boolean {
    const type = this.mode & fileType.MASK;
    const can = type === fileType.REGULAR || type === fileType.DIRECTORY || type === fileType.SYMLINK;
    return can && !this.isInline && (this.hasExtents || !isFastSymlink(this.view, 0));
  }
  get root(): DataView {
    return new DataView(this.view.buffer, this.view.byteOffset + inode.i_block.offset, iBlockSize);
  }
}

/** A new block of a directory, which has no physical block yet. */
export interface Growth {
  file: FastFile;
  logical: number;
  id: number;
}
