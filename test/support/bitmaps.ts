/** Bitmaps of a test image, to be changed bit by bit with their checksums kept right. */
import { crc32c } from '../../src/bytes/crc32c';
import { groupDesc } from '../../src/layout/group';
import type { TestImage } from './image';

export type BitmapKind = 'block' | 'inode';

/** Byte offset of a group's bitmap. */
export function bitmapAt(image: TestImage, kind: BitmapKind, group: number): number {
  const field = kind === 'block' ? groupDesc.bg_block_bitmap_lo : groupDesc.bg_inode_bitmap_lo;
  return image.blockAt(field(image.view, image.groupAt(group)));
}

/** Makes the checksum of a bitmap right, and then that of its descriptor. */
export function restampBitmap(image: TestImage, kind: BitmapKind, group: number): TestImage {
  const { made } = image;
  if (!made.features.metadata_csum) return image;
  const at = bitmapAt(image, kind, group);
  const bits = kind === 'block' ? made.clustersPerGroup : made.inodesPerGroup;
  const crc = crc32c(made.checksumSeed, image.bytes, at, at + bits / 8);
  const low = crc & 0xffff;
  const high = crc >>> 16;
  const wide = made.descSize >= 64;
  if (kind === 'block')
    return image.setGroup(group, { bg_block_bitmap_csum_lo: low, ...(wide ? { bg_block_bitmap_csum_hi: high } : {}) });
  return image.setGroup(group, { bg_inode_bitmap_csum_lo: low, ...(wide ? { bg_inode_bitmap_csum_hi: high } : {}) });
}

function set(image: TestImage, kind: BitmapKind, group: number, bits: readonly number[], value: boolean): TestImage {
  const at = bitmapAt(image, kind, group);
  for (const bit of bits) {
    const byte = image.view.getUint8(at + (bit >> 3));
    image.view.setUint8(at + (bit >> 3), value ? byte | (1 << (bit & 7)) : byte & ~(1 << (bit & 7)));
  }
  return restampBitmap(image, kind, group);
}

/** Marks blocks, all of one group, as in use or free. */
export function markBlocks(image: TestImage, blocks: readonly number[], used: boolean): TestImage {
  const { firstDataBlock, blocksPerGroup } = image.made;
  const group = Math.floor((blocks[0]! - firstDataBlock) / blocksPerGroup);
  const start = firstDataBlock + group * blocksPerGroup;
  return set(
    image,
    'block',
    group,
    blocks.map((block) => block - start),
    used,
  );
}

/** Marks inodes, all of one group, as in use or free. */
export function markInodes(image: TestImage, inodes: readonly number[], used: boolean): TestImage {
  const { inodesPerGroup } = image.made;
  const group = Math.floor((inodes[0]! - 1) / inodesPerGroup);
  return set(
    image,
    'inode',
    group,
    inodes.map((ino) => (ino - 1) % inodesPerGroup),
    used,
  );
}

/** Clears one bit of the padding after the last block or inode of a group's bitmap. */
export function clearPadding(image: TestImage, kind: BitmapKind, group: number, bit: number): TestImage {
  return set(image, kind, group, [bit], false);
}
