/** `extcheck owner`: what blocks, bytes and inodes are for. */
import { describe, expect, test } from 'vitest';
import { fileOwners } from '../../src/view/file-owners';
import { fixedOwners } from '../../src/view/fixed-owners';
import { opened } from '../../src/view/opened-image';
import { readBitmaps } from '../../src/volume/bitmaps';
import { blocksOf, TestDirectory } from '../support/directory';
import { TestImage } from '../support/image';
import { fixtureFile, imageFile, look } from '../support/look';
import { amount } from '../support/project';
import { tree } from '../support/tree';
import { open } from '../view/support';

const path = fixtureFile('clean/ext4-4k-csum');
const sound = () => TestImage.load('ext4-4k-csum');
const owner = async (...argv: string[]) => (await look(['owner', ...argv])).out;

describe('a sound image', () => {
  test.each([
    ['block 0', ', at byte 0\n  in use by the block bitmap\n  boot record\n  superblock of group 0\n'],
    ['block 1', ', at byte 4096\n  in use by the block bitmap\n  group descriptors of group 0\n'],
    [
      'block 128',
      ', at byte 524288\n  in use by the block bitmap\n  data of inode 42 (/etc/os-release), from byte 0\n',
    ],
    ['block 172', ', at byte 704512\n  in use by the block bitmap\n  attributes of inode 42 (/etc/os-release)\n'],
    ['block 77', ', at byte 315392\n  in use by the block bitmap\n  entries of inode 16 (/etc/cos), from byte 0\n'],
    [
      'block 72',
      ', at byte 294912\n  in use by the block bitmap\n  block of the mapping of inode 7 (room for descriptors)\n',
    ],
    ['block 1000', ', at byte 4096000\n  free by the block bitmap\n  belongs to nothing\n'],
    [
      'block 2050',
      ', at byte 8396800\n  in use by the block bitmap\n  journal of inode 8 (the journal), from byte 8192\n',
    ],
    [
      'byte 524300',
      ', in block 128, at byte 524300\n  in use by the block bitmap\n  data of inode 42 (/etc/os-release), from byte 12\n',
    ],
    ['byte 100', ', in block 0, at byte 100\n  in use by the block bitmap\n  boot record\n'],
    [
      'inode 42',
      ', in block 57, at byte 235776\n  in use by the block bitmap\n  inode table of group 0: inode 42 (/etc/os-release)\n',
    ],
  ])('%s', async (what, expected) => {
    expect(await owner(path, ...what.split(' '))).toBe(what + expected);
  });

  test('all names of an inode', async () => {
    const [bash] = blocksOf(sound(), 46).values();
    const out = await owner(path, 'inode', '46');
    const paths = /\((.*)\)/.exec(out)?.[1]?.split(', ').sort();
    expect(bash).toBeGreaterThan(0);
    expect(paths?.length).toBeGreaterThan(0);
    const { out: json } = await look(['owner', '--format', 'json', path, 'block', String(bash)]);
    expect(JSON.parse(json)).toMatchObject({ block: bash, byte: bash! * 4096, inUse: true, faults: [] });
    expect(JSON.parse(json).owners[0].paths.sort()).toEqual(paths);
  });

  const images = ['ext2-1k', 'ext3-1k-htree', 'ext4-1k-csum-tree', 'ext4-4k-csum', 'ext4-flex-bg-meta-bg'];
  test.each(images)('blocks of %s have an owner if they are in use, and none if they are free', async (name) => {
    const { image, volume, groups } = await open(TestImage.load(name).bytes);
    const { blocks } = await readBitmaps(volume, groups);
    const { blockSize, blocksCount, firstDataBlock } = volume.geometry;
    const step = Math.ceil(blocksCount / amount({ unit: 12, ci: 12, full: 1000 }));
    for (let block = firstDataBlock; block < blocksCount; block += step) {
      const range = { at: block * blockSize, length: blockSize };
      const { owners, unreadable } = await fileOwners(opened(image), range);
      const count = owners.length + fixedOwners(volume.geometry, groups, range).length;
      expect([block, count > 0, unreadable]).toEqual([block, blocks.test(block), 0]);
    }
  });
});

describe('a damaged image', () => {
  test('a block of two files, one of them without a name', async () => {
    const image = sound();
    const [block] = blocksOf(image, tree.osRelease).values();
    image.setBlockWord(tree.passwd, 5, block!);
    TestDirectory.at(image, '/etc').remove('passwd');
    const { status, out } = await look(['owner', imageFile(image.bytes), 'block', String(block)]);
    expect(status).toBe(0);
    expect(out).toContain('  data of inode 42 (/etc/os-release), from byte 0\n');
    expect(out).toContain('  data of inode 43 (no path), from byte 0\n');
  });

  test('a directory that is damaged makes the answer incomplete', async () => {
    const image = sound();
    image.fill(TestDirectory.at(image, '/var/lib').blockAt(), 4096);
    const { status, out } = await look(['owner', imageFile(image.bytes), 'block', '128']);
    expect(status).toBe(4);
    expect(out).toContain('(/etc/os-release)');
    expect(out).toContain('  directories are damaged: paths may be missing\n');
  });
});

test.each([
  [['owner', path], 16, 'After the image, give block, inode or byte, and a number.'],
  [['owner', path, 'sector', '1'], 16, 'The word after the image must be block, inode or byte.'],
  [['owner', path, 'block', 'x'], 16, "not 'x'"],
  [['owner', path, 'block', '99999999'], 4, 'block 99999999 does not exist in this file system'],
  [['owner', path, 'inode', '0'], 4, 'inode 0 does not exist in this file system'],
])('%j: %i', async (argv, expected, message) => {
  const { status, out, err } = await look(argv);
  expect([status, out]).toEqual([expected, '']);
  expect(err).toContain(message);
});
