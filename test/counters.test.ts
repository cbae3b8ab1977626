/** What each fixture may cost in reads, bytes and blocks read twice: a regression shows without a clock. */
import { expect, test } from 'vitest';
import { checkImage } from '../src/check';
import { memorySource } from '../src/source/memory';
import type { ByteSource } from '../src/source/source';
import { fixtureBytes, fixtureNames, fixtureNow } from './support/fixtures';

/** Reads, KiB read, and blocks of 4 KiB that were read more than once, as counted; lower them where they fall. */
const costs: Readonly<Record<string, readonly [reads: number, kib: number, again: number]>> = {
  'clean/ext2-128-inode': [21, 175, 10],
  'clean/ext2-1k': [65, 258, 20],
  'clean/ext2-4k': [39, 429, 7],
  'clean/ext2-rev0': [19, 107, 8],
  'clean/ext3-1k-htree': [32, 306, 11],
  'clean/ext4-1k-csum-tree': [74, 287, 20],
  'clean/ext4-4k-csum': [31, 416, 4],
  'clean/ext4-flex-bg-meta-bg': [36, 156, 13],
  'clean/ext4-nojournal': [68, 289, 19],
  'clean/ext4-uninit-bg': [86, 360, 24],
  'damaged/crosslinked': [88, 322, 36],
  'damaged/directory-destroyed': [35, 564, 40],
  'damaged/harvester-lost-writes': [93, 1120, 44],
  'damaged/not-ext': [3, 66, 1],
  'damaged/primary-superblock-destroyed': [37, 208, 14],
  'damaged/truncated': [36, 412, 7],
  'damaged/unclean-counts': [39, 429, 7],
  'damaged/zeroed-bitmap': [42, 569, 42],
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
