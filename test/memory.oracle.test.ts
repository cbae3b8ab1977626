/**
 * Compares the memory of a check with the formula of docs/limits.md: live memory at each read, and the peak of a
 * process.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, expect, test, vi } from 'vitest';
import { checkImage } from '../src/check';
import type { ByteSource } from '../src/source/source';
import { builtCli } from './support/cli';
import { fixtureNow } from './support/fixtures';
import { TestImage } from './support/image';
import { fillInodes, folder, fromEnd, MiB, words } from './support/worst-case';

vi.setConfig({ testTimeout: 120_000 });

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

interface Size {
  inodes: number;
  blocks: number;
  groups: number;
  directories: number;
  directoryBlocks: number;
}

/** Bytes of typed arrays of a check by docs/limits.md; lists count three times, because they grow. */
const bound = ({ inodes, blocks, groups, directories, directoryBlocks }: Size): number =>
  5.25 * inodes +
  (5 / 8) * blocks +
  52 * groups +
  3 * 32 * directories +
  (3 * 16 + 16) * directoryBlocks +
  (16 + 1) * MiB;

/** The image as a source that samples live memory at some reads. */
async function watched({
  bytes,
}: TestImage): Promise<{ source: ByteSource; samples: () => number; peak: () => number }> {
  const alive = () => {
    collect();
    return process.memoryUsage().arrayBuffers;
  };
  let start = alive();
  // memory of the previous test is returned some time after its collection, and must not count
  for (let last = Number.POSITIVE_INFINITY; start < last; ) {
    last = start;
    await new Promise((resolve) => setTimeout(resolve, 50));
    start = alive();
  }
  let [peak, reads, samples] = [0, 0, 0];
  const source: ByteSource = {
    size: bytes.length,
    read(at, into) {
      if (reads++ % (reads < 512 ? 32 : 512) === 0) {
        samples++;
        peak = Math.max(peak, alive() - start);
      }
      const part = bytes.subarray(at, at + into.length);
      into.set(part);
      return part.length;
    },
  };
  return { source, samples: () => samples, peak: () => Math.max(peak, alive() - start) };
}

/** An image of 1 MiB whose superblock declares groups of the largest size that all have one inode table. */
function declared(groups: number): { image: TestImage; size: Size } {
  const image = TestImage.load('ext4-nojournal').resized(MiB);
  const { blockSize, inodeSize, descSize } = image.made;
  const perGroup = (8 * blockSize) / inodeSize;
  const at = image.groupAt(0);
  const one = image.bytes.slice(at, at + descSize);
  for (let group = 0; group < groups; group++) image.bytes.set(one, at + group * descSize);
  const blocks = groups * 65528;
  image.setSuper({ s_blocks_count_lo: blocks, s_blocks_per_group: 65528, s_clusters_per_group: 65528 });
  image.setSuper({ s_inodes_per_group: perGroup, s_inodes_count: groups * perGroup });
  return {
    image,
    size: { inodes: groups * perGroup, blocks, groups, directories: perGroup * groups, directoryBlocks: 0 },
  };
}

/** All inodes are directories that claim all blocks: as many directory blocks as are taken at all. */
function crowded(): { image: TestImage; size: Size } {
  const image = TestImage.load('ext2-1k');
  const { blocksCount, blockSize, inodesCount, groupCount } = image.made;
  const lists = Math.ceil(blocksCount / (blockSize / 4));
  const double = fromEnd(image, 1);
  words(image, double, (i) => fromEnd(image, 2 + (i % lists)));
  for (let list = 0; list < lists; list++)
    words(image, fromEnd(image, 2 + list), (i) => Math.min((list * blockSize) / 4 + i, blocksCount - 1));
  const values = { i_mode: folder, i_links_count: 2, i_dtime: 0, i_size_lo: blocksCount * blockSize };
  fillInodes(image, values, [...Array(12).keys(), 1, double, double]);
  const directoryBlocks = 4 * blocksCount + 65536;
  return {
    image,
    size: { inodes: inodesCount, blocks: blocksCount, groups: groupCount, directories: inodesCount, directoryBlocks },
  };
}

test.each([
  ['a sound image', () => ({ image: TestImage.load('ext4-4k-csum'), size: null })],
  ['20 million blocks declared by 1 MiB', () => declared(300)],
  ['directories that claim everything', crowded],
])('%s: what is alive stays within the formula', async (_, make) => {
  const { image, size } = make();
  const { inodesCount: inodes, blocksCount: blocks, groupCount: groups } = image.made;
  const { source, samples, peak } = await watched(image);
  const { findings } = await checkImage(source, { now: fixtureNow, maxFindings: 100 });
  const own = { inodes, blocks, groups, directories: inodes, directoryBlocks: blocks };
  expect(peak()).toBeLessThan(bound(size ?? own));
  // without samples nothing is measured; what a sound image takes is less than what the collector may return meanwhile
  expect(samples()).toBeGreaterThan(0);
  if (size !== null) expect(peak()).toBeGreaterThan((size.blocks * 3) / 8);
  expect(findings.length > 0).toBe(size !== null);
});

const home = mkdtempSync(join(tmpdir(), 'extcheck-memory-'));
afterAll(() => rmSync(home, { recursive: true }));

/** Most memory that the command line ever had while it checked the image, in bytes. */
function peakOf(image: TestImage): number {
  const path = join(home, 'image');
  writeFileSync(path, image.bytes);
  const script = `
    process.on('exit', () => process.stderr.write('\\npeak ' + process.resourceUsage().maxRSS));
    process.argv = [process.argv[0], ${JSON.stringify(builtCli())}, '--format', 'json', '--max-findings', '10', ${JSON.stringify(path)}];
    await import(${JSON.stringify(`file://${builtCli()}`)});`;
  const { stderr, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(JSON.parse(stdout)).toHaveProperty('verdict');
  return Number(/peak (\d+)$/.exec(stderr)![1]) * 1024;
}

/** Garbage that a process may carry along, in bytes. */
const garbage = 48 * MiB;

test('the whole process needs what a tiny image takes, the formula and some garbage', () => {
  const tiny = peakOf(TestImage.load('ext2-128-inode'));
  for (const { image, size } of [declared(300), crowded()])
    expect(peakOf(image) - tiny).toBeLessThan(bound(size) + garbage);
});
