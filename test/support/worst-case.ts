/** Parts of images that are as expensive as possible, and the limits that every check must keep. */
import { expect } from 'vitest';
import { checkImage } from '../../src/check';
import { inode, inodeFlags } from '../../src/layout/inode';
import type { CheckReport } from '../../src/problem/report';
import { boundedSource } from './bounded-source';
import { fixtureNow } from './fixtures';
import type { TestImage, Values } from './image';

/**
 * Milliseconds of processor time for one check, over all threads. The most expensive check takes half of it on a shared
 * processor; a product of two sizes would take many times as much.
 */
const timeBudget = 8000;
/** Bytes by which memory may grow during one check. */
const memoryBudget = 300 * 1024 * 1024;
/** Bytes read for each byte of the image, and for the whole of a tiny one. */
const [readsPerByte, leastReads] = [8, 256 * 1024 * 1024];

export const MiB = 1024 * 1024;
export const highWord = 0xffffffff;

export async function checkWithinLimits(image: TestImage, require: string[] = []): Promise<CheckReport> {
  const { rss } = process.memoryUsage();
  const start = process.cpuUsage();
  const bytes = Math.max(leastReads, readsPerByte * image.bytes.length);
  const { source } = boundedSource(image.bytes, { memory: memoryBudget, bytes });
  const report = await checkImage(source, { now: fixtureNow, require });
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1000).toBeLessThan(timeBudget);
  expect(process.memoryUsage().rss - rss).toBeLessThan(memoryBudget);
  expect(report.verdict).not.toBe('clean');
  return report;
}

/** Sets fields of all inodes that are not reserved. */
export function fillInodes(
  image: TestImage,
  values: Values<typeof inode>,
  words: readonly number[] = [],
  from = 12,
): void {
  for (let ino = from; ino <= image.made.inodesCount; ino++) {
    words.forEach((value, word) => {
      image.view.setUint32(image.inodeAt(ino) + inode.i_block.offset + word * 4, value, true);
    });
    image.setInode(ino, values);
  }
}

/** Block `back` from the end of the image, the first for 1. */
export const fromEnd = (image: TestImage, back: number): number => image.made.blocksCount - back;

export function words(image: TestImage, block: number, value: (i: number) => number): void {
  for (let i = 0; i < image.made.blockSize / 4; i++) image.view.setUint32(image.blockAt(block) + i * 4, value(i), true);
}

export const regular = 0o100644;
export const folder = 0o040755;

/** Header and entries of an extent node, as words from byte `at`. */
export function extentNode(
  image: TestImage,
  at: number,
  max: number,
  depth: number,
  entry: (i: number) => number[],
): void {
  const put = (offset: number, value: number) => image.view.setUint32(at + offset, value >>> 0, true);
  put(0, 0xf30a + max * 65536);
  put(4, max + depth * 65536);
  put(8, 0);
  for (let i = 0; i < max; i++) for (const [k, word] of entry(i).entries()) put(12 + i * 12 + k * 4, word);
}

export const nodeEntries = (image: TestImage): number => Math.floor((image.made.blockSize - 12) / 12);
export const rootOf = (image: TestImage, ino: number): number => image.inodeAt(ino) + inode.i_block.offset;

/** Gives all files from inode 12 on one extent tree of the given depth, whose nodes name one child over and over. */
export function sharedTree(image: TestImage, depth: number, child: (level: number) => number, span: number): void {
  const max = nodeEntries(image);
  for (let level = depth - 1; level >= 0; level--)
    extentNode(image, image.blockAt(child(level)), max, level, (i) =>
      level === 0 ? [i * span, span, 1] : [i, child(level - 1), 0],
    );
  for (let ino = 12; ino <= image.made.inodesCount; ino++) {
    extentNode(image, rootOf(image, ino), 4, depth, (i) => [i, child(depth - 1), 0]);
    image.setInode(ino, {
      i_mode: regular,
      i_links_count: 1,
      i_dtime: 0,
      i_flags: inodeFlags.EXTENTS,
      i_size_lo: highWord,
      i_size_high: 0xfff,
    });
  }
}

/** Writes a directory of the records given: name and inode. Its block gets number `block`. */
export function makeFolder(
  image: TestImage,
  ino: number,
  block: number,
  entries: readonly (readonly [string, number])[],
): void {
  const { blockSize } = image.made;
  let at = image.blockAt(block);
  const end = at + blockSize;
  image.fill(at, blockSize);
  entries.forEach(([name, target], i) => {
    const length = i === entries.length - 1 ? end - at : 8 + Math.ceil(name.length / 4) * 4;
    image.view.setUint32(at, target, true);
    image.view.setUint16(at + 4, length, true);
    image.bytes.set([name.length, 2, ...new TextEncoder().encode(name)], at + 6);
    at += length;
  });
  image.setBlockWord(ino, 0, block);
  for (let word = 1; word < 15; word++) image.setBlockWord(ino, word, 0);
  image.setInode(ino, {
    i_mode: folder,
    i_links_count: 2,
    i_dtime: 0,
    i_flags: 0,
    i_size_lo: blockSize,
    i_blocks_lo: blockSize / 512,
  });
}
