/** The tree of all clean fixtures, and ways to damage the mappings of its inodes with right checksums. */
import { crc32c } from '../../src/bytes/crc32c';
import type { Field } from '../../src/bytes/field';
import { extentEntrySize, extentHeader, extentTailOffset } from '../../src/layout/extent';
import { inode } from '../../src/layout/inode';
import { xattrHeader } from '../../src/layout/xattr';
import { inodeSeed } from '../../src/volume/inode-checksum';
import type { TestImage } from './image';

/** Inode numbers, the same in every clean fixture. */
export const tree = {
  etc: 15,
  /** /etc/cos: a directory with an attribute block. */
  cos: 16,
  home: 18,
  /** /usr/share/many: a directory with a hash index. */
  many: 33,
  /** /boot/initrd-6.4.0: 14 blocks, so one indirect block in a block map. */
  initrd: 39,
  /** /etc/os-release: attributes in the inode (except for 128-byte inodes) and in a block. */
  osRelease: 42,
  /** /etc/passwd: an attribute in the inode. */
  passwd: 43,
  fstab: 44,
  /** /etc/fast-59, /etc/slow-60: symlinks with the target in the inode, and in a block. */
  fast: 57,
  slow: 58,
  /** /dev/vda, a block device, and /run/initctl, a pipe. */
  vda: 62,
  pipe: 64,
  empty: 52,
  holesDouble: 66,
  holesTriple: 67,
  /** /var/lib/hole-only: 50 blocks, none mapped. */
  holeOnly: 68,
  /** /var/lib/forks: extents in a tree with separate nodes, in ext4-1k-csum-tree and ext4-nojournal only. */
  forks: 69,
} as const;

/** Byte offset of `i_block`. */
export const iBlockAt = (image: TestImage, ino: number): number => image.inodeAt(ino) + inode.i_block.offset;

/** Word `i` of `i_block`. */
export const blockWord = (image: TestImage, ino: number, i: number): number =>
  image.view.getUint32(iBlockAt(image, ino) + i * 4, true);

/** Sets flags on top of those that are there. */
export const addFlags = (image: TestImage, ino: number, flags: number): TestImage =>
  image.setInode(ino, { i_flags: (inode.i_flags(image.view, image.inodeAt(ino)) | flags) >>> 0 });

/** Fills the whole of `i_block` with these words and zeros. */
export function setBlockWords(image: TestImage, ino: number, ...words: number[]): TestImage {
  image.fill(iBlockAt(image, ino), 60);
  for (const [i, word] of words.entries()) image.view.setUint32(iBlockAt(image, ino) + i * 4, word, true);
  return image.restampInode(ino);
}

/** Sets a field of the header (entry 0) or of an entry (from 1) of the extent root in the inode. */
export const setRoot = (image: TestImage, ino: number, entry: number, field: Field, value: number): TestImage =>
  image.poke(field, iBlockAt(image, ino) + entry * extentEntrySize, value).restampInode(ino);

/** The same for a node in a separate block. */
export function setNode(
  image: TestImage,
  ino: number,
  block: number,
  entry: number,
  field: Field,
  value: number,
): TestImage {
  const at = image.blockAt(block);
  // the checksum stays where the maximum put it before the change
  const tail = extentTailOffset(extentHeader.eh_max(image.view, at));
  image.poke(field, at + entry * extentEntrySize, value);
  const seed = inodeSeed(image.made, ino, inode.i_generation(image.view, image.inodeAt(ino)));
  image.view.setUint32(at + tail, crc32c(seed, image.bytes, at, at + tail), true);
  return image;
}

/** Makes the checksum of an attribute block right. */
export function restampXattrBlock(image: TestImage, block: number): TestImage {
  if (!image.geometry.features.metadata_csum) return image;
  const at = image.blockAt(block);
  const number = new Uint8Array(8);
  new DataView(number.buffer).setBigUint64(0, BigInt(block), true);
  image.poke(xattrHeader.h_checksum, at, 0);
  const crc = crc32c(crc32c(image.made.checksumSeed, number), image.bytes, at, at + image.made.blockSize);
  return image.poke(xattrHeader.h_checksum, at, crc);
}
