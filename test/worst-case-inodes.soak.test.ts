/** Inodes and directories that are as expensive as possible are not reported clean, in bounded time and memory. */
import { expect, test, vi } from 'vitest';
import { inode, inodeFlags } from '../src/layout/inode';
import { inodeOf } from './support/directory';
import { TestImage } from './support/image';
import {
  checkWithinLimits,
  extentNode,
  fillInodes,
  folder,
  fromEnd,
  highWord,
  makeFolder,
  nodeEntries,
  regular,
  rootOf,
  sharedTree,
  words,
} from './support/worst-case';

vi.setConfig({ testTimeout: 60_000 });

test.each([1, 2, 5])('extent trees of depth %i, shared by all inodes, whose nodes name one child', async (depth) => {
  const image = TestImage.load('ext4-nojournal');
  sharedTree(image, depth, (level) => fromEnd(image, level + 1), image.made.blocksCount - 1);
  await checkWithinLimits(image, ['/etc/fstab']);
});

test('an extent tree whose nodes name each other', async () => {
  const image = TestImage.load('ext4-nojournal');
  const loop = fromEnd(image, 1);
  sharedTree(image, 5, () => loop, 8);
  extentNode(image, image.blockAt(loop), nodeEntries(image), 4, (i) => [i, loop, 0]);
  await checkWithinLimits(image);
});

test.each([
  'ext2-1k',
  'ext2-4k',
])('%s: indirect blocks that name one block, or themselves, for all inodes', async (name) => {
  for (const itself of [false, true]) {
    const image = TestImage.load(name);
    const [triple, double, single] = [fromEnd(image, 1), fromEnd(image, 2), fromEnd(image, 3)];
    words(image, triple, () => (itself ? triple : double));
    words(image, double, () => single);
    words(image, single, (i) => i + 1);
    fillInodes(image, { i_mode: regular, i_links_count: 1, i_dtime: 0, i_size_lo: highWord, i_size_high: 3 }, [
      ...Array(12).fill(single),
      single,
      double,
      triple,
    ]);
    await checkWithinLimits(image, ['/etc/fstab', '/usr/sbin/sshd']);
  }
});

test.each([regular, folder])('all inodes, of mode 0%o, claim all blocks of the image', async (mode) => {
  const image = TestImage.load('ext2-1k');
  const { blocksCount, blockSize } = image.made;
  const each = blockSize / 4;
  const lists = Math.ceil(blocksCount / each);
  const double = fromEnd(image, 1);
  words(image, double, (i) => fromEnd(image, 2 + (i % lists)));
  for (let list = 0; list < lists; list++)
    words(image, fromEnd(image, 2 + list), (i) => Math.min(list * each + i, blocksCount - 1));
  const size = { i_size_lo: blocksCount * blockSize };
  fillInodes(image, { i_mode: mode, i_links_count: 2, i_dtime: 0, ...size }, [...Array(12).keys(), 1, double, double]);
  await checkWithinLimits(image, ['/etc/fstab']);
});

test.each([0, 4, 8, 12, 1024, 65535])('directory blocks of records of length %i', async (length) => {
  const image = TestImage.load('ext2-1k');
  for (let ino = 2; ino <= image.made.inodesCount; ino++) {
    const block =
      inode.i_mode(image.view, image.inodeAt(ino)) >> 12 === 4 ? image.view.getUint32(rootOf(image, ino), true) : 0;
    for (let at = 0; block > 0 && at < image.made.blockSize; at += 4)
      image.view.setUint16(image.blockAt(block) + at, length, true);
  }
  await checkWithinLimits(image, ['/etc/fstab']);
});

/** What '..' and the entry 'd' of the folder at place `i` of `count` name, as places. */
const shapes: Record<string, (i: number, count: number) => [number, number]> = {
  'a chain': (i, count) => [Math.max(i - 1, 0), Math.min(i + 1, count - 1)],
  'a circle': (i, count) => [(i + count - 1) % count, (i + 1) % count],
  'parents of themselves': (i) => [i, i],
  'a star': (i, count) => [count - 1 - i, 0],
};

test.each(Object.entries(shapes))('hundreds of folders that make %s', async (name, shape) => {
  for (const attached of [true, false]) {
    const image = TestImage.load('ext2-1k');
    const count = image.made.inodesCount - 12;
    const block = (i: number) => fromEnd(image, 1 + i);
    for (let i = 0; i < count; i++) {
      const [up, down] = shape(i, count);
      makeFolder(image, 12 + i, block(i), [
        ['.', 12 + i],
        ['..', 12 + up],
        ['d'.repeat(200), 12 + down],
      ]);
    }
    if (attached)
      makeFolder(image, 2, block(count), [
        ['.', 2],
        ['..', 2],
        ['top', 12],
      ]);
    expect(name).not.toBe('');
    await checkWithinLimits(image, [`/top${`/${'d'.repeat(200)}`.repeat(1000)}`]);
  }
});

test('one attribute block for all inodes, with values in impossible inodes', async () => {
  for (const name of ['ext2-1k', 'ext4-nojournal']) {
    const image = TestImage.load(name);
    const block = fromEnd(image, 1);
    const at = image.blockAt(block);
    words(image, block, (i) => [0xea020000, 1, 1, 0, 0, 0, 0, 0][i] ?? 0);
    for (let entry = at + 32; entry + 40 < at + image.made.blockSize; entry += 20) {
      image.bytes.set([1, 1, 0, 0, 0xf0 + (entry % 16), 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], entry);
      image.bytes[entry + 16] = 97 + (entry % 26);
    }
    image.setSuper({ s_feature_incompat: image.geometry.sb.s_feature_incompat | 0x400 });
    fillInodes(image, { i_mode: regular, i_links_count: 1, i_dtime: 0, i_file_acl_lo: block });
    await checkWithinLimits(image, ['/etc/fstab']);
  }
});

test('symlinks that lead in circles and into themselves', async () => {
  const image = TestImage.load('ext2-1k');
  const targets = ['a/a/a/a/a/a/a/a/a/a/a/a/a', '/b/c', '../../c/./b/..//a', '/a/'];
  const [a, b, c] = [12, 13, 14];
  for (const [i, ino] of [a, b, c].entries()) {
    const text = targets[i]!;
    image.setInode(ino, {
      i_mode: 0o120777,
      i_links_count: 1,
      i_dtime: 0,
      i_flags: 0,
      i_blocks_lo: 0,
      i_file_acl_lo: 0,
      i_size_lo: text.length,
    });
    image.fill(rootOf(image, ino), 60);
    image.bytes.set(new TextEncoder().encode(text), rootOf(image, ino));
    image.restampInode(ino);
  }
  makeFolder(image, 2, fromEnd(image, 1), [
    ['.', 2],
    ['..', 2],
    ['a', a],
    ['b', b],
    ['c', c],
  ]);
  const report = await checkWithinLimits(image, ['/a', '/b', '/c', '/a/b/c', `${'/c'.repeat(5000)}`]);
  expect(report.required.map(({ state }) => state)).toEqual(Array(5).fill('unreadable'));
});

test.each(['ext2-1k', 'ext4-nojournal'])('%s: required files that are holes of the largest size', async (name) => {
  // a hole may have any size, so the error is elsewhere
  const image = TestImage.load(name).setSuper({ s_free_inodes_count: 0 });
  const file = inodeOf(image, '/etc/fstab');
  for (const high of [0, 3, 0xfff, highWord]) {
    image.setInode(file, { i_size_lo: highWord, i_size_high: high });
    const report = await checkWithinLimits(image, ['/etc/fstab', '/etc/fstab']);
    expect(report.required).toHaveLength(2);
    const hole = image.copy();
    for (let word = name === 'ext2-1k' ? 0 : 1; word < 15; word++) hole.setBlockWord(file, word, 0);
    if (name !== 'ext2-1k') hole.view.setUint16(rootOf(hole, file) + 2, 0, true);
    hole.restampInode(file);
    const [result] = (await checkWithinLimits(hole, ['/etc/fstab'])).required;
    expect(['all-nul', 'unreadable']).toContain(result!.state);
  }
});

test('folders with an index and a size of 2^31 and more', async () => {
  for (const name of ['ext3-1k-htree', 'ext4-1k-csum-tree']) {
    for (const size of [0x7ffffc00, 0x80000000, highWord]) {
      const image = TestImage.load(name);
      for (let ino = 2; ino <= image.made.inodesCount; ino++) {
        if (inode.i_mode(image.view, image.inodeAt(ino)) >> 12 !== 4) continue;
        const flags = inode.i_flags(image.view, image.inodeAt(ino)) | inodeFlags.INDEX;
        image.setInode(ino, { i_flags: flags, i_size_lo: size });
      }
      await checkWithinLimits(image, ['/usr/share/many/none']);
    }
  }
});

test('a required file whose extents lay terabytes over the same zeros', async () => {
  const image = TestImage.load('ext4-nojournal');
  // without checksums, which would give the forged tree away
  image.setSuper({ s_feature_ro_compat: image.geometry.sb.s_feature_ro_compat & ~0x400 });
  const file = inodeOf(image, '/etc/fstab');
  const { blocksCount } = image.made;
  const max = nodeEntries(image);
  const span = 512;
  const zeros = blocksCount - span;
  const leaves = 300;
  const [index, first] = [zeros - 5, zeros - 5 - leaves];
  image.fill(image.blockAt(zeros), span * image.made.blockSize);
  for (let leaf = 0; leaf < leaves; leaf++)
    extentNode(image, image.blockAt(first + leaf), max, 0, (i) => [(leaf * max + i) * span, span, zeros]);
  for (let node = 0; node < 4; node++)
    extentNode(image, image.blockAt(index + node), max, 1, (i) => {
      const leaf = Math.min(node * max + i, leaves - 1);
      return [leaf * max * span, first + leaf, 0];
    });
  extentNode(image, rootOf(image, file), 4, 2, (i) => [i * max * max * span, index + i, 0]);
  image.setInode(file, { i_size_lo: 0, i_size_high: 2 });
  const [result] = (await checkWithinLimits(image, ['/etc/fstab'])).required;
  expect(result!.state).toBe('all-nul');
});
