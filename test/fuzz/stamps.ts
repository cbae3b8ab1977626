/** Corrects the checksum of one record after a change, so that the check sees the change itself. */
import { crc32c } from '../../src/bytes/crc32c';
import { direntTail, direntTailSize } from '../../src/layout/dirent';
import { extentHeader, extentTailOffset } from '../../src/layout/extent';
import { groupDesc } from '../../src/layout/group';
import { dxCountLimit, dxEntrySize, dxTail } from '../../src/layout/htree';
import { inode, oldInodeSize } from '../../src/layout/inode';
import { journalSuperblock, journalSuperblockSize } from '../../src/layout/journal';
import { mmpBlock } from '../../src/layout/mmp';
import { orphanTail, orphanTailSize } from '../../src/layout/orphan';
import { superblock } from '../../src/layout/superblock';
import { xattrHeader } from '../../src/layout/xattr';
import { countLimitOffset } from '../../src/volume/dir-checksum';
import { descriptorChecksum } from '../../src/volume/groups';
import { inodeSeed } from '../../src/volume/inode-checksum';
import type { BitmapKind } from '../support/bitmaps';
import type { TestImage } from '../support/image';

/**
 * Which checksum, and where in the sound image: damaged descriptors must not move it. `at` is the byte offset of the
 * record, `inodeAt` of the inode whose number and generation are part of the checksum.
 */
export type Stamp =
  | { of: 'superblock'; at: number }
  | { of: 'descriptor'; group: number }
  | { of: 'bitmap'; kind: BitmapKind; group: number; at: number }
  | { of: 'inode'; ino: number; at: number }
  | { of: 'extent node' | 'directory block' | 'orphan block'; ino: number; inodeAt: number; block: number }
  | { of: 'attribute block'; block: number }
  | { of: 'journal' | 'mmp'; at: number };

/** Eight bytes: a block number as checksums take it in. */
function blockNumber(block: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setUint32(0, block, true);
  return bytes;
}

const seedOf = (image: TestImage, ino: number, at: number): number =>
  inodeSeed(image.made, ino, inode.i_generation(image.view, at));

function stampDescriptor(image: TestImage, group: number): void {
  if (!image.made.features.groupChecksums) return;
  const at = image.groupAt(group);
  const record = image.bytes.subarray(at, at + image.made.descSize);
  image.poke(groupDesc.bg_checksum, at, descriptorChecksum(image.made, group, record));
}

function stampBitmap(image: TestImage, { kind, group, at }: Extract<Stamp, { of: 'bitmap' }>): void {
  const { made } = image;
  const bits = kind === 'block' ? made.clustersPerGroup : made.inodesPerGroup;
  const crc = crc32c(made.checksumSeed, image.bytes, at, at + bits / 8);
  const desc = image.groupAt(group);
  image.poke(groupDesc[`bg_${kind}_bitmap_csum_lo`], desc, crc & 0xffff);
  if (made.descSize >= 64) image.poke(groupDesc[`bg_${kind}_bitmap_csum_hi`], desc, crc >>> 16);
  stampDescriptor(image, group);
}

function stampInode(image: TestImage, ino: number, at: number): void {
  const { i_checksum_lo: low, i_checksum_hi: high, i_extra_isize } = inode;
  const size = image.made.inodeSize;
  const wide = size > oldInodeSize && i_extra_isize(image.view, at) >= high.offset + 2 - oldInodeSize;
  image.poke(low, at, 0);
  if (wide) image.poke(high, at, 0);
  const crc = crc32c(seedOf(image, ino, at), image.bytes, at, at + size);
  if (wide) image.poke(high, at, crc >>> 16);
  image.poke(low, at, crc & 0xffff);
}

function stampDirectoryBlock(image: TestImage, seed: number, block: number): void {
  const start = image.blockAt(block);
  const { blockSize } = image.made;
  const view = new DataView(image.bytes.buffer, image.bytes.byteOffset + start, blockSize);
  const offset = countLimitOffset(view);
  if (offset < 0) {
    const tail = start + blockSize - direntTailSize;
    image.poke(direntTail.det_checksum, tail, crc32c(seed, image.bytes, start, tail));
    return;
  }
  const tail = offset + dxCountLimit.limit(view, offset) * dxEntrySize;
  const filled = offset + dxCountLimit.count(view, offset) * dxEntrySize;
  if (filled > tail || tail + 8 > blockSize) return; // there is no place for a checksum
  let crc = crc32c(seed, image.bytes, start, start + filled);
  crc = crc32c(crc, image.bytes, start + tail, start + tail + dxTail.dt_checksum.offset);
  image.poke(dxTail.dt_checksum, start + tail, crc32c(crc, new Uint8Array(4)));
}

function stampBlock(image: TestImage, stamp: Extract<Stamp, { block: number }>): void {
  const start = image.blockAt(stamp.block);
  const end = start + image.made.blockSize;
  const seed = 'ino' in stamp ? seedOf(image, stamp.ino, stamp.inodeAt) : image.made.checksumSeed;
  if (stamp.of === 'directory block') stampDirectoryBlock(image, seed, stamp.block);
  else if (stamp.of === 'extent node') {
    const tail = start + extentTailOffset(extentHeader.eh_max(image.view, start));
    if (tail + 4 <= end) image.view.setUint32(tail, crc32c(seed, image.bytes, start, tail), true);
  } else if (stamp.of === 'orphan block') {
    const tail = end - orphanTailSize;
    const crc = crc32c(seed, blockNumber(stamp.block));
    image.poke(orphanTail.ob_checksum, tail, crc32c(crc, image.bytes, start, tail));
  } else {
    image.poke(xattrHeader.h_checksum, start, 0);
    const crc = crc32c(seed, blockNumber(stamp.block));
    image.poke(xattrHeader.h_checksum, start, crc32c(crc, image.bytes, start, end));
  }
}

/** Writes the checksum that the record has now, as far as the format of the undamaged image has one. */
export function restamp(image: TestImage, stamp: Stamp): void {
  const { features, checksumSeed } = image.made;
  if (stamp.of === 'descriptor') stampDescriptor(image, stamp.group);
  else if (stamp.of === 'journal') {
    // type 4 is crc32c; journals without checksums keep zeros here
    if (journalSuperblock.s_checksum_type(image.view, stamp.at) !== 4) return;
    image.poke(journalSuperblock.s_checksum, stamp.at, 0);
    const crc = crc32c(0xffffffff, image.bytes, stamp.at, stamp.at + journalSuperblockSize);
    image.poke(journalSuperblock.s_checksum, stamp.at, crc);
  } else if (!features.metadata_csum) return;
  else if (stamp.of === 'superblock') {
    const { s_checksum } = superblock;
    image.poke(s_checksum, stamp.at, crc32c(0xffffffff, image.bytes, stamp.at, stamp.at + s_checksum.offset));
  } else if (stamp.of === 'bitmap') stampBitmap(image, stamp);
  else if (stamp.of === 'inode') stampInode(image, stamp.ino, stamp.at);
  else if ('block' in stamp) stampBlock(image, stamp);
  else {
    const { mmp_checksum } = mmpBlock;
    image.poke(mmp_checksum, stamp.at, crc32c(checksumSeed, image.bytes, stamp.at, stamp.at + mmp_checksum.offset));
  }
}
