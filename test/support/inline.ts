/** Inline data in inodes of 256 bytes, in the layout of mke2fs and debugfs: 32 bytes of extra fields. */
import { inode, oldInodeSize } from '../../src/layout/inode';
import { xattrEntry } from '../../src/layout/xattr';
import type { Recipe } from './e2fsprogs';
import type { TestImage } from './image';

/** Bytes of an inode before its attributes. */
const fields = oldInodeSize + 32;
/** Largest value of system.data after the magic word, its entry and the following word. */
export const inlineRoom = 256 - fields - 4 - 20 - 4;

/** A file 'a' (inode 12), a directory 'd' (13) with a file 'b' (14) in it, a symlink 's' (15), a device 'c' (16). */
export const inlineRecipe = (features = ''): Recipe => ({
  size: '1M',
  options: `-t ext4 -b 1024 -I 256 -N 32 -O inline_data,^has_journal${features}`,
  commands: [
    'write /dev/null a',
    'mkdir d',
    'cd d',
    'write /dev/null b',
    'cd /',
    `symlink s ${'t'.repeat(70)}`,
    'mknod c c 5 1',
  ],
  settle: true,
});
export const inlineTree = { file: 12, directory: 13, child: 14, symlink: 15, device: 16 };

/** Where the only attribute of an inode, system.data, has its entry. */
export const dataEntry = (image: TestImage, ino: number): number => image.inodeAt(ino) + fields + 4;

/** Gives an inode this inline data; what exceeds 60 bytes is at the end of the inode. */
export function setInlineData(image: TestImage, ino: number, data: Uint8Array, size = data.length): TestImage {
  const at = image.inodeAt(ino);
  const rest = data.subarray(60);
  image.fill(at + inode.i_block.offset, 60).fill(dataEntry(image, ino) + 24, 256 - fields - 28);
  image.bytes.set(data.subarray(0, 60), at + inode.i_block.offset);
  const padded = (rest.length + 3) & ~3;
  image.bytes.set(rest, at + 256 - padded);
  const entry = dataEntry(image, ino);
  image.poke(xattrEntry.e_value_size, entry, rest.length);
  image.poke(xattrEntry.e_value_offs, entry, rest.length === 0 ? 0 : 256 - padded - fields - 4);
  return image.setInode(ino, { i_size_lo: size });
}

/** One directory entry. */
export function direntBytes(ino: number, length: number, name: string, type: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, ino, true);
  view.setUint16(4, length, true);
  view.setUint8(6, name.length);
  view.setUint8(7, type);
  bytes.set(new TextEncoder().encode(name), 8);
  return bytes;
}

/** Inline data of a directory: the parent, then entries. */
export function inlineDirectory(parent: number, ...entries: readonly Uint8Array[]): Uint8Array {
  const head = new Uint8Array(4);
  new DataView(head.buffer).setUint32(0, parent, true);
  return Uint8Array.from([head, ...entries].flatMap((part) => [...part]));
}
