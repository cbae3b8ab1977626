/** A check with a helper thread has exactly the same report as one without, whatever the helper's share of the work. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { checkImage } from '../../src/check';
import { type HelperThread, type StartHelperThread, withHelperThread } from '../../src/checks/helper-thread';
import { dxHash } from '../../src/layout/htree';
import { inode } from '../../src/layout/inode';
import { scanDirectoryBlocks } from '../../src/parallel/directory-scan';
import { DirectoryShare } from '../../src/parallel/directory-share';
import { scanInodeTables } from '../../src/parallel/inode-scan';
import { shareInodes } from '../../src/parallel/inode-share';
import type { DirectoryJob } from '../../src/parallel/protocol';
import type { ByteSource } from '../../src/source/source';
import { allBases } from '../fuzz/bases';
import { damaged, makeMutations } from '../fuzz/mutations';
import { Random } from '../fuzz/random';
import { targetsOf } from '../fuzz/sites';
import { fixtureNow } from '../support/fixtures';
import { syncSource, TestImage } from '../support/image';
import { amount } from '../support/project';
import { unitDescribe, unitTest } from '../support/project-tests';

vi.setConfig({ testTimeout: 600_000 });
afterEach(() => vi.restoreAllMocks());

const runs = amount({ unit: 1, oracle: 2, ci: 5, full: 1000 });
const file = { fd: 0, offset: 0 };
const always = { helperFrom: Number.NEGATIVE_INFINITY };

/** A helper on this thread that does its share of each job immediately. */
function helperOf(source: ByteSource, share: number): HelperThread {
  const from = (count: number) => Math.floor(count * (1 - share));
  return {
    shareInodes: (scan, counts) =>
      shareInodes(scan, counts, async (job) => {
        const first = from(job.taken.length);
        job.taken.fill(1, 0, first);
        const log = scanInodeTables(syncSource(source), job);
        job.taken.fill(0, 0, first);
        return log;
      }),
    shareDirectories: (geometry) =>
      new DirectoryShare(geometry, (job) => {
        job.reached[0] = from(job.order.length);
        scanDirectoryBlocks(syncSource(source), job);
        job.reached[0] = 0;
      }),
    stop: async () => {},
  };
}

/** The report, the number of directory blocks for which it used the helper's results, and of those with hashes. */
async function check(image: TestImage, share: number | null, now = fixtureNow) {
  const source = image.source();
  const isSound = vi.spyOn(DirectoryShare.prototype, 'isSound');
  const least = vi.spyOn(DirectoryShare.prototype, 'least');
  const startHelper: StartHelperThread = async () => helperOf(source, share ?? 0);
  const helped = share === null ? {} : { startHelper, ...always };
  const report = await checkImage({ ...source, file }, { now, ...helped });
  const sound = isSound.mock.results.filter(({ value }) => value === true).length;
  const hashed = least.mock.calls.length;
  vi.restoreAllMocks();
  return { report, sound, hashed };
}

async function expectAlike(image: TestImage, how: unknown, now = fixtureNow): Promise<void> {
  const alone = await check(image, null, now);
  expect(alone.sound).toBe(0);
  for (const share of [1, 0.5, 0])
    expect({ how, share, report: (await check(image, share, now)).report }).toEqual({
      how,
      share,
      report: alone.report,
    });
}

describe.each(allBases().map((base) => [base.name, base] as const))('%s', (_name, base) => {
  const now = new Date(base.now * 1000);

  test('as it was made', async () => {
    await expectAlike(base.image(), 'clean', now);
  });

  test('damaged anywhere', async () => {
    const targets = targetsOf(base.image());
    for (let n = 0; n < runs; n++) {
      const mutations = makeMutations(new Random(5, n), targets);
      await expectAlike(damaged(base.image(), mutations), mutations.map(({ what }) => what).join('; '), now);
    }
  });
});

unitTest('what the helper finds out about blocks and hashes is used', async () => {
  const image = TestImage.load('ext4-1k-csum-tree');
  const all = await check(image, 1);
  expect(all.sound).toBeGreaterThan(5);
  expect(all.hashed).toBeGreaterThan(2);
  expect(all.hashed).toBeLessThan(all.sound);
  const some = await check(image, 0.2);
  expect(some.sound).toBeGreaterThan(0);
  expect(some.sound).toBeLessThan(all.sound);
  expect((await check(image, 0)).sound).toBe(0);
});

unitTest('an index by another hash than the superblock names is hashed by the pass', async () => {
  const image = TestImage.load('ext3-1k-htree');
  const before = await check(image, 1);
  expect(before.hashed).toBeGreaterThan(2);
  image.setSuper({ s_def_hash_version: dxHash.TEA });
  const { hashed, report } = await check(image, 1);
  expect(hashed).toBe(0);
  expect(report).toEqual((await check(image, null)).report);
});

/** A job of consecutive blocks, as the inode pass would have recorded them. */
function directoryJob(image: TestImage, blocks: number[], { checksums = false } = {}): DirectoryJob {
  const count = blocks.length;
  return {
    blockSize: image.made.blockSize,
    checksums,
    hashVersion: dxHash.HALF_MD4,
    hashSeed: new Uint32Array(4),
    order: Uint32Array.from(blocks.keys()),
    blocks: Float64Array.from(blocks),
    seeds: new Int32Array(count),
    hashed: new Uint8Array(count).fill(1),
    reached: new Int32Array(1),
    sound: new Uint8Array(count),
    least: new Uint32Array(count),
    most: new Uint32Array(count),
  };
}

unitDescribe('the share of directory blocks', () => {
  const image = TestImage.load('ext2-4k');
  const size = image.made.blockSize;
  const root = image.view.getUint32(image.inodeAt(2) + inode.i_block.offset, true);

  test('leaves blocks that cannot be read, or that are not records', () => {
    const broken = image.copy();
    broken.view.setUint16((root + 1) * size + 4, 6, true);
    const beyond = Math.floor(image.bytes.length / size) + 5;
    const job = directoryJob(image, [0, root, root + 1, beyond, 2 ** 47]);
    scanDirectoryBlocks(syncSource(broken.source()), job);
    expect([...job.sound]).toEqual([0, 1, 0, 0, 0]);
    expect(job.least[1]).toBeLessThan(job.most[1]!);
  });

  test('leaves blocks without the right checksum', () => {
    const job = directoryJob(image, [root], { checksums: true });
    scanDirectoryBlocks(syncSource(image.source()), job);
    expect(job.sound[0]).toBe(0);
  });

  test('ends where the pass is', () => {
    const job = directoryJob(image, [root, root, root]);
    job.reached[0] = 1;
    scanDirectoryBlocks(syncSource(image.source()), job);
    expect([...job.sound]).toEqual([0, 1, 1]);
  });

  test('survives reads that fail', () => {
    const job = directoryJob(image, [root]);
    const read = () => {
      throw new Error('no');
    };
    scanDirectoryBlocks({ size: image.bytes.length, read }, job);
    expect(job.sound[0]).toBe(0);
  });
});

unitDescribe('a helper thread', async () => {
  const { volume } = await TestImage.load('ext4-4k-csum').open();
  const inFile = { geometry: volume.geometry, source: { ...volume.source, file } } as typeof volume;
  const used = volume.geometry.inodesCount - volume.geometry.sb.s_free_inodes_count;
  const stop = vi.fn(async () => {});
  const helper: HelperThread = {
    shareInodes: () => null,
    shareDirectories: (geometry) => new DirectoryShare(geometry, () => {}),
    stop,
  };
  const start = vi.fn<StartHelperThread>(async () => helper);
  const give = (from: number | undefined, over = inFile) => withHelperThread(over, start, from, async (given) => given);

  test('is asked for where it pays and other threads can read the file, and ended after that', async () => {
    expect(await give(used)).toBe(helper);
    expect(start).toHaveBeenCalledExactlyOnceWith({ ...file, size: volume.source.size });
    expect(stop).toHaveBeenCalledOnce();
    expect(await give(used + 1)).toBeNull();
    expect(await give(undefined)).toBeNull();
    expect(await give(used, volume)).toBeNull();
    expect(start).toHaveBeenCalledOnce();
  });

  test('is ended when the work fails', async () => {
    stop.mockClear();
    const failing = withHelperThread(inFile, start, 0, async () => {
      throw new Error('gone');
    });
    await expect(failing).rejects.toThrow('gone');
    expect(stop).toHaveBeenCalledOnce();
  });

  test('is not asked for by a check with one job', async () => {
    start.mockClear();
    const source = { ...TestImage.load('ext4-4k-csum').source(), file };
    await checkImage(source, { startHelper: start, jobs: 1, ...always });
    expect(start).not.toHaveBeenCalled();
    await checkImage(source, { startHelper: start, ...always });
    expect(start).toHaveBeenCalledOnce();
  });
});
