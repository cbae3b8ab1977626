/** Files whose attributes the kernel refuses: it does not execute them, and other users than the owner cannot open them. */
import { expect, test } from 'vitest';
import { inode, inodeFlags } from '../../../src/layout/inode';
import { xattrEntry, xattrHeader } from '../../../src/layout/xattr';
import { checkWhole } from '../../support/check-damages';
import { makeImage } from '../../support/e2fsprogs';
import { TestImage } from '../../support/image';
import { nativeDescribe, unitTest } from '../../support/project-tests';
import { restampXattrBlock, tree } from '../../support/tree';

const blockOf = (image: TestImage, ino: number): number => inode.i_file_acl_lo(image.view, image.inodeAt(ino));
const affected = async (image: TestImage) =>
  (await checkWhole(image)).affected.map(({ path, how }) => `${path} ${how}`).sort();

/** A change of an attribute block at byte `at`; its checksum is made right afterwards. */
type Change = (image: TestImage, at: number) => void;
const refused: [string, Change][] = [
  ['zeros', (image, at) => image.fill(at, image.made.blockSize)],
  ['no magic number', (image, at) => image.poke(xattrHeader.h_magic, at, 1)],
  ['two blocks', (image, at) => image.poke(xattrHeader.h_blocks, at, 2)],
  ['a name that leaves the block', (image, at) => image.fill(at + 32, image.made.blockSize - 32, 0xff)],
  ['a NUL in a name', (image, at) => image.fill(at + 32 + 16, 1)],
  ['a value that leaves the block', (image, at) => image.poke(xattrEntry.e_value_offs, at + 32, 0xfff0)],
  ['a value on top of the entries', (image, at) => image.poke(xattrEntry.e_value_offs, at + 32, 32)],
  ['a value in an inode without the feature', (image, at) => image.poke(xattrEntry.e_value_inum, at + 32, 12)],
];
const accepted: [string, Change][] = [
  ['a hash that does not fit', (image, at) => image.poke(xattrEntry.e_hash, at + 32, 1)],
  ['an unknown name space', (image, at) => image.poke(xattrEntry.e_name_index, at + 32, 99)],
  ['another reference count', (image, at) => image.poke(xattrHeader.h_refcount, at, 7)],
];

/** /etc/os-release has a block of its own, /etc/cos as well. */
const changed = (change: Change, ino: number): TestImage => {
  const image = TestImage.load('ext2-1k');
  change(image, image.blockAt(blockOf(image, ino)));
  return restampXattrBlock(image, blockOf(image, ino));
};

unitTest.each(refused)('a file and a directory cannot be read: an attribute block with %s', async (_name, change) => {
  expect(await affected(changed(change, tree.osRelease))).toContain('/etc/os-release unreadable');
  expect(await affected(changed(change, tree.cos))).toEqual(['/etc/cos unreadable']);
});

unitTest.each(accepted)('the kernel accepts an attribute block with %s', async (_name, change) => {
  expect(await affected(changed(change, tree.cos))).toEqual([]);
});

unitTest('a wrong checksum of an attribute block is refused', async () => {
  const image = TestImage.load('ext4-4k-csum');
  image.poke(xattrHeader.h_checksum, image.blockAt(blockOf(image, tree.cos)), 1);
  expect(await affected(image)).toEqual(['/etc/cos unreadable']);
});

unitTest('attributes in the inode that overlap are refused, and those of a different value are not', async () => {
  const entry = 128 + 32 + 4;
  const overlap = TestImage.load('ext4-4k-csum');
  overlap.poke(xattrEntry.e_value_offs, overlap.inodeAt(tree.passwd) + entry, 0).restampInode(tree.passwd);
  expect(await affected(overlap)).toEqual(['/etc/passwd unreadable']);
  const hash = TestImage.load('ext4-4k-csum');
  hash.poke(xattrEntry.e_hash, hash.inodeAt(tree.passwd) + entry, 1).restampInode(tree.passwd);
  expect(await affected(hash)).toEqual([]);
});

nativeDescribe('a block that several inodes share', () => {
  const shared = () =>
    makeImage({
      size: '1M',
      options: '-t ext2 -b 1024 -I 128 -N 32',
      commands: [
        'write /dev/null a',
        'ea_set a user.x 1',
        'write /dev/null b',
        'mkdir d',
        'symlink s target',
        'write /dev/null sound',
        'ea_set sound user.x 2',
      ],
      settle: true,
    });
  const share = (image: TestImage): TestImage => {
    const block = blockOf(image, 12);
    for (const ino of [13, 14, 15]) {
      const { i_blocks_lo } = inode;
      const blocks = i_blocks_lo(image.view, image.inodeAt(ino));
      image.setInode(ino, { i_file_acl_lo: block, i_blocks_lo: blocks + 2 });
    }
    return image.poke(xattrHeader.h_refcount, image.blockAt(block), 4);
  };

  test('is refused for all of them, except for a symlink', async () => {
    const image = share(shared());
    expect(await affected(image)).toEqual([]);
    image.poke(xattrHeader.h_magic, image.blockAt(blockOf(image, 12)), 0);
    expect(await affected(image)).toEqual(['/a unreadable', '/b unreadable', '/d unreadable']);
    expect(inode.i_flags(image.view, image.inodeAt(15)) & inodeFlags.EXTENTS).toBe(0);
  });
});
