/** What may be many in an image, made very many: entries of a directory, users of an attribute block, values in circles. */
import { expect, test, vi } from 'vitest';
import { groupDesc } from '../src/layout/group';
import { inode } from '../src/layout/inode';
import { TestImage } from './support/image';
import { checkWithinLimits, fillInodes, fromEnd, regular, rootOf, words } from './support/worst-case';

vi.setConfig({ testTimeout: 60_000 });

/** One group of `blocks` blocks of 4 KiB and `inodes` inodes, whose table is after the old end. */
function grown(blocks: number, inodes: number): TestImage {
  const { made, bytes } = TestImage.load('ext2-4k');
  const { blockSize, inodeSize } = made;
  const image = new TestImage(new Uint8Array(blocks * blockSize));
  image.bytes.set(bytes);
  const table = made.blocksCount;
  const used = made.inodesPerGroup * inodeSize;
  const old = image.inodeAt(1);
  image.bytes.copyWithin(table * blockSize, old, old + used);
  image.poke(groupDesc.bg_inode_table_lo, image.groupAt(0), table);
  image.setSuper({ s_blocks_count_lo: blocks, s_blocks_per_group: 32768, s_clusters_per_group: 32768 });
  image.setSuper({ s_inodes_per_group: inodes, s_inodes_count: inodes });
  return new TestImage(image.bytes);
}

/** A directory at inode 12, mapped by double-indirect blocks, of `count` records of 12 bytes with names of four. */
function hugeDirectory(count: number, target: (i: number) => number, name: (i: number) => number): TestImage {
  const each = Math.floor(4096 / 12);
  const blocks = Math.ceil(count / each);
  const first = 4096;
  const image = grown(first + blocks + 16, 1024);
  const { view } = image;
  for (let i = 0; i < blocks * each; i++) {
    const slot = i % each;
    const at = image.blockAt(first + Math.floor(i / each)) + slot * 12;
    view.setUint32(at, target(i), true);
    view.setUint16(at + 4, slot === each - 1 ? 4096 - slot * 12 : 12, true);
    view.setUint16(at + 6, 4 + 256, true);
    view.setUint32(at + 8, name(i), true);
  }
  const start = image.blockAt(first);
  for (const [at, dots, ino] of [
    [start, 1, 12],
    [start + 12, 2, 2],
  ] as const) {
    view.setUint32(at, ino, true);
    view.setUint16(at + 6, dots + 512, true);
    view.setUint32(at + 8, dots === 1 ? 0x2e : 0x2e2e, true);
  }
  const lists = first + blocks;
  const double = lists + 15;
  words(image, double, (i) => (i < 14 ? lists + i : 0));
  for (let list = 0; list < 14; list++) {
    words(image, lists + list, (i) => {
      const logical = 12 + 1024 + list * 1024 + i;
      return logical < blocks ? first + logical : 0;
    });
  }
  words(image, lists + 14, (i) => (12 + i < blocks ? first + 12 + i : 0));
  const root = rootOf(image, 12);
  for (let i = 0; i < 12; i++) view.setUint32(root + i * 4, first + i, true);
  view.setUint32(root + 48, lists + 14, true);
  view.setUint32(root + 52, double, true);
  view.setUint32(root + 56, 0, true);
  image.setInode(12, { i_mode: 0o040755, i_links_count: 2, i_dtime: 0, i_flags: 0, i_size_lo: blocks * 4096 });
  return image;
}

/** Four letters and digits, another four for each number. */
const letters = (i: number): number =>
  [0, 6, 12, 18].reduce((word, shift, byte) => word + (48 + ((i >> shift) & 63)) * 256 ** byte, 0);

test.each<[string, (i: number) => number, (i: number) => number]>([
  ['that name one file', () => 13, letters],
  ['that all have one name', () => 13, () => letters(1)],
  ['that name inodes by turns', (i) => 1 + (i % 1024), letters],
  ['that name inodes that cannot be', (i) => 0xffffffff - i, letters],
])('a directory of a million entries %s', async (_, target, name) => {
  const report = await checkWithinLimits(hugeDirectory(1_000_000, target, name), ['/none/none']);
  expect(Object.keys(report.counts).length).toBeGreaterThan(0);
});

test('an attribute block that ten thousand inodes share, and one that each of them has for itself', async () => {
  const image = grown(16384, 10_240);
  const block = fromEnd(image, 1);
  // header with a count of one, no entries
  words(image, block, (i) => [0xea020000, 1, 1][i] ?? 0);
  fillInodes(image, { i_mode: regular, i_links_count: 1, i_dtime: 0, i_file_acl_lo: block });
  const { counts, findings } = await checkWithinLimits(image);
  expect(counts['xattr-refcount-wrong']).toBe(1);
  expect(findings.find(({ id }) => id === 'xattr-refcount-wrong')?.data).toMatchObject({ stored: 1, expected: 10_229 });
  for (let ino = 12; ino <= image.made.inodesCount; ino++)
    image.setInode(ino, { i_file_acl_lo: image.made.blocksCount - (ino % 4000) - 1 });
  await checkWithinLimits(image);
});

test.each([
  ['one that holds its own value', (i: number) => i],
  ['pairs that hold each other', (i: number) => i ^ 1],
  ['a ring', (i: number) => i + 1],
])('attribute values in inodes that make circles: %s', async (_, next) => {
  const image = grown(8192, 1024);
  image.setSuper({ s_feature_incompat: image.geometry.sb.s_feature_incompat | 0x400 });
  const last = image.made.inodesCount;
  fillInodes(image, { i_mode: regular, i_links_count: 1, i_dtime: 0, i_flags: 0x200000, i_size_lo: 4096 });
  for (let ino = 12; ino <= last; ino++) {
    const at = image.inodeAt(ino);
    image.setInode(ino, { i_extra_isize: 32 });
    const entry = at + 128 + 32 + 4;
    image.view.setUint32(entry - 4, 0xea020000, true);
    image.bytes.set([1, 1, 0, 0], entry);
    const value = next(ino);
    image.view.setUint32(entry + 4, value > last ? 12 : value, true);
    image.view.setUint32(entry + 8, 4096, true);
    image.view.setUint32(entry + 12, 0, true);
    image.bytes[entry + 16] = 97;
    expect(entry + 20).toBeLessThanOrEqual(at + inode.i_projid.offset + 4 + 128);
  }
  await checkWithinLimits(image, ['/etc/fstab']);
});
