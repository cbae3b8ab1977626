import { expect, test } from 'vitest';
import { bitmapAt } from '../support/bitmaps';
import { checkWhole } from '../support/check-damages';
import { TestDirectory } from '../support/directory';
import { TestImage } from '../support/image';
import { tree } from '../support/tree';

const load = () => TestImage.load('ext2-1k');
const damaged = (name: string) => TestImage.unpack(new URL(`../../fixtures/damaged/${name}.img.gz`, import.meta.url));
const said = async (image: TestImage): Promise<string[]> => (await checkWhole(image)).diagnosis;
const blockOf = (image: TestImage, ino: number) => Math.floor(image.inodeAt(ino) / image.made.blockSize);
const zero = (image: TestImage, block: number) => image.fill(image.blockAt(block), image.made.blockSize);

const lostWritesCheck =
  'Writes were lost while the image was made, most likely because the file system or partition that holds it was full.';

test('an intact image has no diagnosis', async () => {
  expect(await said(load())).toEqual([]);
});

test('blocks of zeros: how many, of what kinds, in which groups', async () => {
  const image = load();
  zero(image, blockOf(image, tree.fstab));
  zero(image, blockOf(image, 17));
  zero(image, TestDirectory.at(image, '/usr/sbin').block());
  image.fill(bitmapAt(image, 'block', 1), image.made.blockSize).fill(bitmapAt(image, 'block', 2), image.made.blockSize);
  const [first] = await said(image);
  expect(first).toBe(
    `5 blocks in use contain only zeros, including inode tables of groups 0 and 1, 1 directory block, 2 bitmaps. ${lostWritesCheck}`,
  );
});

test('one block of zeros', async () => {
  const image = load();
  zero(image, TestDirectory.at(image, '/usr/sbin').block());
  expect(await said(image)).toEqual([
    `1 block in use contains only zeros, including 1 directory block. ${lostWritesCheck}`,
    '1 directory block is destroyed; the files and directories in it cannot be reached. The kernel reports "Structure needs cleaning".',
  ]);
});

test('a real image of lost writes', async () => {
  const [first] = await said(damaged('harvester-lost-writes'));
  expect(first).toMatch(/^\d+ blocks in use contain only zeros, including inode tables of groups? [\d, and]+/);
  expect(first).toContain(lostWritesCheck);
});

test('a truncated image', async () => {
  const image = load().resized(3_000_000);
  const [first] = await said(image);
  expect(first).toBe(
    'The image is truncated: it has 3000000 bytes, but its file system needs 4194304. It was not copied or downloaded completely.',
  );
});

test('a backup superblock', async () => {
  const [first] = await said(damaged('primary-superblock-destroyed'));
  expect(first).toBe(
    'The start of the file system is destroyed, so a backup of the superblock was used. The kernel does not mount this image.',
  );
});

test('names without inodes', async () => {
  const image = load().setInode(tree.fstab, { i_links_count: 0, i_dtime: 1 }).setInode(tree.home, { i_links_count: 0 });
  expect(await said(image)).toEqual([
    '2 names in directories refer to deleted or unused inodes: directories and inode tables were not written together.',
  ]);
});

test('shared blocks', async () => {
  const image = load();
  const block = TestDirectory.at(image, '/').block();
  image.setBlockWord(tree.fstab, 0, block);
  expect(await said(image)).toEqual([
    '2 files claim blocks that also belong to other files or to metadata; their content cannot be trusted.',
  ]);
});

test('other errors', async () => {
  expect(await said(load().setInode(tree.fstab, { i_mode: 0o644 }))).toEqual([
    'The image is damaged. Nothing indicates lost writes; it may have been changed or overwritten after it was made.',
  ]);
});

test('warnings only', async () => {
  expect(await said(load().setInode(tree.fstab, { i_links_count: 2 }))).toEqual([
    'All files and directories can be read, but parts of the bookkeeping are wrong. This is often a sign of lost writes.',
  ]);
});

test('bookkeeping only', async () => {
  expect(await said(load().setSuper({ s_free_inodes_count: 3 }))).toEqual([
    'Only bookkeeping is out of date, as after an unclean shutdown. All files and directories can be read.',
  ]);
});
