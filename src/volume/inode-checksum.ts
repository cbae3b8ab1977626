/** The checksum of an inode — Documentation/filesystems/ext4, "Index Nodes", `i_checksum`. */
import { crc32cSigned, crc32cWord } from '../bytes/crc32c';
import { inode, oldInodeSize } from '../layout/inode';
import type { Geometry } from './geometry';

/** Start value of every checksum that belongs to one inode: its blocks of directory entries, extent nodes and itself. */
export function inodeSeed(geometry: Geometry, ino: number, generation: number): number {
  return crc32cWord(crc32cWord(geometry.checksumSeed | 0, ino), generation | 0) >>> 0;
}

/** Whether the inode carries the high half of its checksum. */
function hasHighHalf(geometry: Geometry, view: DataView, at: number): boolean {
  const end = inode.i_checksum_hi.offset + inode.i_checksum_hi.bytes;
  return geometry.inodeSize > oldInodeSize && inode.i_extra_isize(view, at) >= end - oldInodeSize;
}

function isBlank(view: DataView, at: number): boolean {
  for (let i = 0; i < oldInodeSize; i += 4) if (view.getUint32(at + i, true) !== 0) return false;
  return true;
}

let lastView: DataView | null = null;
let lastBytes: Uint8Array = new Uint8Array(0);

/** The bytes behind the view that was asked for last are kept: one view serves a thousand inodes. */
function bytesBehind(view: DataView): Uint8Array {
  if (view !== lastView) {
    lastBytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    lastView = view;
  }
  return lastBytes;
}

/** The checksum that an inode should carry, as a signed number; all 32 bits of it. */
function checksumOf(geometry: Geometry, view: DataView, at: number, ino: number, wide: boolean): number {
  const bytes = bytesBehind(view);
  const low = inode.i_checksum_lo.offset;
  const behindLow = low + 4;
  let crc = crc32cWord(crc32cWord(geometry.checksumSeed | 0, ino), view.getInt32(at + inode.i_generation.offset, true));
  crc = crc32cSigned(crc, bytes, at, at + low);
  // the checksum itself counts as zero; it shares a word with i_reserved, and its high half one with i_extra_isize
  crc = crc32cWord(crc, view.getInt32(at + low, true) & ~0xffff);
  if (geometry.inodeSize === oldInodeSize) return crc;
  const extra = view.getInt32(at + behindLow, true);
  crc = crc32cWord(crc, wide ? extra & 0xffff : extra);
  return crc32cSigned(crc, bytes, at + behindLow + 4, at + geometry.inodeSize);
}

/** Whether the stored checksum is right. An inode whose first 128 bytes are all zero was never used and passes. */
export function inodeChecksumGood(geometry: Geometry, view: DataView, at: number, ino: number): boolean {
  if (isBlank(view, at)) return true;
  const wide = hasHighHalf(geometry, view, at);
  const crc = checksumOf(geometry, view, at, ino, wide);
  if ((crc & 0xffff) !== inode.i_checksum_lo(view, at)) return false;
  return !wide || crc >>> 16 === inode.i_checksum_hi(view, at);
}

/** Makes the checksum of an inode in memory right. */
export function stampInodeChecksum(geometry: Geometry, view: DataView, at: number, ino: number): void {
  const wide = hasHighHalf(geometry, view, at);
  const crc = checksumOf(geometry, view, at, ino, wide);
  view.setUint16(at + inode.i_checksum_lo.offset, crc & 0xffff, true);
  if (wide) view.setUint16(at + inode.i_checksum_hi.offset, crc >>> 16, true);
}
