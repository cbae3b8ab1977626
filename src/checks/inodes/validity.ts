/** Invalid fields that are not reported when inodes are read, but where a name refers to the inode: the "bad" mark. */

import { join32 } from '../../bytes/field';
import { extentHeader, extentLeaf } from '../../layout/extent';
import { fileType, hurdFragmentOffset, iBlockSize, inode, inodeFlags } from '../../layout/inode';
import { isExtentHeader } from '../../volume/extent-header';
import { isHurd, isLinux } from '../../volume/inode-fields';
import type { Volume } from '../../volume/volume';
import type { CurrentInode } from './current';

/** Whether a device, pipe or socket is valid: nothing in it may look like data. */
export function isValidSpecial(n: CurrentInode): boolean {
  if (n.has(inodeFlags.INDEX) || n.has(inodeFlags.EXTENTS)) return false;
  if (!n.has(inodeFlags.IMMUTABLE) && !n.has(inodeFlags.APPEND)) return true;
  for (let i = 4; i < 15; i++) if (n.word(i) !== 0) return false;
  return true;
}

/** A nonzero high half of the block count. It marks the inode as well, but its type stays certain. */
export const hasBadBlocksHigh = (n: CurrentInode): boolean =>
  isLinux(n.geometry) && !n.geometry.features.huge_file && inode.i_blocks_high(n.view, n.at) !== 0;

/** Whether another field is not zero that must be zero in this file system. */
export function hasBadFields(n: CurrentInode): boolean {
  const { features } = n.geometry;
  const hurd = isHurd(n.geometry);
  const linux = isLinux(n.geometry);
  if (inode.i_faddr(n.view, n.at) !== 0) return true;
  if (hurd && n.view.getUint16(n.at + hurdFragmentOffset, true) !== 0) return true;
  if (n.isDirectory && n.sizeHigh !== 0 && !features.large_dir) return true;
  return linux && !features['64bit'] && inode.i_file_acl_high(n.view, n.at) !== 0;
}

export function hasBadXattrBlock(n: CurrentInode, volume: Volume): boolean {
  return n.xattrBlock !== 0 && (!n.geometry.features.ext_attr || !volume.inRange(n.xattrBlock));
}

/** The only block of a long symlink; -1 if its mapping is anything else. */
export function symlinkBlock(n: CurrentInode): number {
  if (n.has(inodeFlags.EXTENTS)) {
    const root = n.at + inode.i_block.offset;
    const leaf = root + 12;
    if (
      !isExtentHeader(n.view, root, iBlockSize) ||
      extentHeader.eh_entries(n.view, root) !== 1 ||
      extentHeader.eh_depth(n.view, root) !== 0
    )
      return -1;
    if (extentLeaf.ee_block(n.view, leaf) !== 0 || extentLeaf.ee_len(n.view, leaf) !== 1) return -1;
    return join32(extentLeaf.ee_start_lo(n.view, leaf), extentLeaf.ee_start_hi(n.view, leaf));
  }
  for (let i = 1; i < 15; i++) if (n.word(i) !== 0) return -1;
  return n.word(0);
}

function targetLength(view: DataView, at: number, limit: number, encrypted: boolean): number {
  if (encrypted) return view.getUint16(at, true) + 2;
  let length = 0;
  while (length < limit && view.getUint8(at + length) !== 0) length++;
  return length;
}

/** Whether a symlink with its target in the inode is valid. */
export function isValidShortSymlink(n: CurrentInode): boolean {
  if (n.sizeHigh !== 0 || n.size === 0 || n.has(inodeFlags.INDEX)) return false;
  if (n.has(inodeFlags.EXTENTS)) return false;
  if (n.has(inodeFlags.INLINE_DATA)) return n.inlineSize === n.size;
  const length = targetLength(n.view, n.at + inode.i_block.offset, 60, n.has(inodeFlags.ENCRYPT));
  return length < 60 && length === n.size;
}

/** Whether a long symlink is valid; `target` is its block, or null if it cannot be read. */
export function isValidLongSymlink(n: CurrentInode, target: DataView | null): boolean {
  if (n.sizeHigh !== 0 || n.size === 0 || n.has(inodeFlags.INDEX) || target === null) return false;
  const length = targetLength(target, 0, target.byteLength, n.has(inodeFlags.ENCRYPT));
  return length < target.byteLength && length === n.size;
}

export const isSpecialType = (type: number): boolean =>
  type === fileType.CHAR || type === fileType.BLOCK || type === fileType.FIFO || type === fileType.SOCKET;
