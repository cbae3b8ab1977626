/** The checksum of an inode — Documentation/filesystems/ext4, "Index Nodes", `i_checksum`. */
import { crc32c } from '../bytes/crc32c';
import { inode, oldInodeSize } from '../layout/inode';
import type { Geometry } from './geometry';

const word = new Uint8Array(4);
const wordView = new DataView(word.buffer);
const zeros = new Uint8Array(2);

/** Start value of every checksum that belongs to one inode: its blocks of directory entries, extent nodes and itself. */
export function inodeSeed(geometry: Geometry, ino: number, generation: number): number {
  wordView.setUint32(0, ino, true);
  const crc = crc32c(geometry.checksumSeed, word);
  wordView.setUint32(0, generation, true);
  return crc32c(crc, word);
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

/** The checksum that an inode should carry; all 32 bits of it. */
function checksumOf(geometry: Geometry, view: DataView, at: number, ino: number, wide: boolean): number {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, geometry.inodeSize);
  const low = inode.i_checksum_lo.offset;
  const high = inode.i_checksum_hi.offset;
  let crc = inodeSeed(geometry, ino, inode.i_generation(view, at));
  crc = crc32c(crc, bytes, 0, low);
  crc = crc32c(crc, zeros);
  if (geometry.inodeSize === oldInodeSize) return crc32c(crc, bytes, low + 2, oldInodeSize);
  crc = crc32c(crc, bytes, low + 2, high);
  return wide
    ? crc32c(crc32c(crc, zeros), bytes, high + 2, geometry.inodeSize)
    : crc32c(crc, bytes, high, geometry.inodeSize);
}

/** Whether the stored checksum is right. An inode whose first 128 bytes are all zero was never used and passes. */
export function inodeChecksumGood(geometry: Geometry, view: DataView, at: number, ino: number): boolean {
  const wide = hasHighHalf(geometry, view, at);
  const crc = checksumOf(geometry, view, at, ino, wide);
  const stored = inode.i_checksum_lo(view, at);
  if (wide ? crc === inode.i_checksum_hi(view, at) * 65536 + stored : (crc & 0xffff) === stored) return true;
  return isBlank(view, at);
}

/** Makes the checksum of an inode in memory right. */
export function stampInodeChecksum(geometry: Geometry, view: DataView, at: number, ino: number): void {
  const wide = hasHighHalf(geometry, view, at);
  const crc = checksumOf(geometry, view, at, ino, wide);
  view.setUint16(at + inode.i_checksum_lo.offset, crc & 0xffff, true);
  if (wide) view.setUint16(at + inode.i_checksum_hi.offset, crc >>> 16, true);
}
