/** The checksum of an inode — Documentation/filesystems/ext4, "Index Nodes", `i_checksum`. */
import { crc32cSigned, crc32cWord, crc32cWords } from '../bytes/crc32c';
import { inode, oldInodeSize } from '../layout/inode';
import { checksumWord, extraWord, generationWord } from '../layout/inode-words';
import type { Geometry } from './geometry';

/**
 * Start value of every checksum that belongs to an inode: of its directory blocks, extent nodes and the inode itself.
 */
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

/** The checksum that an inode must have, as a signed number with all 32 bits. Restores the bytes that it changes. */
function checksumOf(geometry: Geometry, view: DataView, at: number, ino: number, wide: boolean): number {
  const [low, high] = [at + inode.i_checksum_lo.offset, at + inode.i_checksum_hi.offset];
  const stored = view.getUint16(low, true);
  const storedHigh = wide ? view.getUint16(high, true) : 0;
  // the checksum field itself counts as zero
  view.setUint16(low, 0);
  if (wide) view.setUint16(high, 0);
  const start = crc32cWord(
    crc32cWord(geometry.checksumSeed | 0, ino),
    view.getInt32(at + inode.i_generation.offset, true),
  );
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, geometry.inodeSize);
  const crc = crc32cSigned(start, bytes, 0, bytes.length);
  view.setUint16(low, stored, true);
  if (wide) view.setUint16(high, storedHigh, true);
  return crc;
}

/** Whether the stored checksum is right. An inode whose first 128 bytes are zero was never used and passes. */
export function inodeChecksumGood(geometry: Geometry, view: DataView, at: number, ino: number): boolean {
  if (isBlank(view, at)) return true;
  const wide = hasHighHalf(geometry, view, at);
  const crc = checksumOf(geometry, view, at, ino, wide);
  if ((crc & 0xffff) !== inode.i_checksum_lo(view, at)) return false;
  return !wide || crc >>> 16 === inode.i_checksum_hi(view, at);
}

/**
 * The same for an inode of `count` words (more than 128 bytes) at word `at` that has both halves of its checksum;
 * `seed` is the file system's, signed. Both halves are zero during the computation, which is then one run over the
 * inode.
 */
export function wideChecksumGood(words: Int32Array, at: number, count: number, seed: number, ino: number): boolean {
  const low = words[at + checksumWord]!;
  const high = words[at + extraWord]!;
  words[at + checksumWord] = low & ~0xffff;
  words[at + extraWord] = high & 0xffff;
  const start = crc32cWord(crc32cWord(seed, ino), words[at + generationWord]!);
  const crc = crc32cWords(start, words, at, at + count);
  words[at + checksumWord] = low;
  words[at + extraWord] = high;
  return ((crc ^ low) & 0xffff) === 0 && (crc ^ high) >>> 16 === 0;
}

/** Corrects the checksum of an inode in memory. */
export function stampInodeChecksum(geometry: Geometry, view: DataView, at: number, ino: number): void {
  const wide = hasHighHalf(geometry, view, at);
  const crc = checksumOf(geometry, view, at, ino, wide);
  view.setUint16(at + inode.i_checksum_lo.offset, crc & 0xffff, true);
  if (wide) view.setUint16(at + inode.i_checksum_hi.offset, crc >>> 16, true);
}
