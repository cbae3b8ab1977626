/** The number of reads, bytes and repeated blocks of each fixture: shows a regression without a clock. */
import { expect, test } from 'vitest';
import { checkImage } from '../src/check';
import { memorySource } from '../src/source/memory';
import type { ByteSource } from '../src/source/source';
import { fixtureBytes, fixtureNames, fixtureNow } from './support/fixtures';

/** Reads, KiB read, and blocks of 4 KiB that were read more than once, as counted; lower them where they fall. */
const costs: Readonly<Record<string, readonly [reads: number, kib: number, again: number]>> = {
  'clean/ext2-128-inode': [19, 210, 15],
  'clean/ext2-1k': [62, 297, 24],
  'clean/ext2-4k': [39, 446, 11],
  'clean/ext2-rev0': [19, 108, 8],
  'clean/ext3-1k-htree': [31, 335, 15],
  'clean/ext4-1k-csum-tree': [72, 301, 22],
  'clean/ext4-4k-csum': [30, 437, 8],
  'clean/ext4-flex-bg-meta-bg': [35, 168, 15],
  'clean/ext4-nojournal': [67, 302, 21],
  'clean/ext4-uninit-bg': [84, 374, 26],
  'damaged/crosslinked': [82, 361, 31],
  'damaged/directory-destroyed': [37, 597, 40],
  'damaged/harvester-lost-writes': [85, 1093, 34],
  'damaged/not-ext': [9, 134, 16],
  'damaged/primary-superblock-destroyed': [43, 1364, 45],
  'damaged/truncated': [36, 429, 11],
  'damaged/unclean-counts': [39, 446, 11],
  'damaged/zeroed-bitmap': [43, 590, 42],
};

const page = 4096;

async function costOf(name: string): Promise<{ reads: number; kib: number; again: number }> {
  const inner = memorySource(fixtureBytes(name));
  const times = new Map<number, number>();
  let reads = 0;
  let bytes = 0;
  const source: ByteSource = {
    size: inner.size,
    read(at, into) {
      reads++;
      bytes += into.length;
      const last = Math.floor((at + into.length - 1) / page);
      for (let block = Math.floor(at / page); block <= last; block++) times.set(block, (times.get(block) ?? 0) + 1);
      return inner.read(at, into);
    },
  };
  await checkImage(source, { now: fixtureNow });
  return { reads, kib: Math.ceil(bytes / 1024), again: [...times.values()].filter((count) => count > 1).length };
}

test.each(fixtureNames)('%s costs no more than it did', async (name) => {
  const [reads, kib, again] = costs[name]!;
  const cost = await costOf(name);
  expect(cost.reads).toBeLessThanOrEqual(reads);
  expect(cost.kib).toBeLessThanOrEqual(kib);
  expect(cost.again).toBeLessThanOrEqual(again);
  // counts that fell a lot would hide the next regression
  expect(cost.reads).toBeGreaterThan(reads / 2);
});
