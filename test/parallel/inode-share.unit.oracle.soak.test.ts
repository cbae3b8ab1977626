/** What a helper thread logs and the pass reads comes to what the pass does alone, however the groups are shared. */
import { deserialize, serialize } from 'node:v8';
import { describe, expect, test, vi } from 'vitest';
import type { HelperThread } from '../../src/checks/helper-thread';
import { type ScanOptions, scanInodes } from '../../src/checks/inodes/pass';
import { scanInodeTables } from '../../src/parallel/inode-scan';
import { shareInodes } from '../../src/parallel/inode-share';
import { readBitmaps } from '../../src/volume/bitmaps';
import { openFileSystem } from '../../src/volume/open';
import { allBases } from '../fuzz/bases';
import { damaged, makeMutations } from '../fuzz/mutations';
import { Random } from '../fuzz/random';
import { targetsOf } from '../fuzz/sites';
import { collect, syncSource, type TestImage } from '../support/image';
import { amount } from '../support/project';
import { unitTest } from '../support/project-tests';

vi.setConfig({ testTimeout: 600_000 });

const runs = amount({ unit: 1, oracle: 3, ci: 10, full: 1000 });

/** Findings, facts and cost of the inode pass alone, as bytes; null for an image that cannot be opened. */
async function scan(image: TestImage, options: ScanOptions = {}): Promise<Buffer | null> {
  const { opening } = await openFileSystem(image.source());
  if (!opening) return null;
  const { volume, groups } = opening;
  const { report, findings } = collect();
  const disk = await readBitmaps(volume, groups);
  const { inodes, ...facts } = await scanInodes(volume, groups, disk, report, options);
  // memory that is shared cannot be serialised
  const known = { ...inodes, state: inodes.state.slice(), links: inodes.links.slice() };
  return serialize([findings, facts, known, volume.readCounts]);
}

/** A helper on this thread, which takes the last groups before the pass begins, and `fails` after that or does not. */
const taking = (image: TestImage, share: number, fails = false): HelperThread => ({
  shareInodes: (scan, counts) =>
    shareInodes(scan, counts, async (job) => {
      const first = Math.floor(job.taken.length * (1 - share));
      job.taken.fill(1, 0, first);
      const log = scanInodeTables(syncSource(image.source()), job);
      job.taken.fill(0, 0, first);
      return fails ? null : log;
    }),
  shareDirectories: () => expect.unreachable(),
  stop: async () => {},
});

async function expectAlike(image: TestImage, how: unknown): Promise<void> {
  const alone = await scan(image);
  for (const share of [1, 0.5, 0.2]) {
    const shared = await scan(image, { helper: taking(image, share) });
    // the same number can be written in two ways, so that what differs by bytes is compared by value
    if (alone === shared || alone?.equals(shared!)) continue;
    expect({ how, share, of: deserialize(shared!) }).toEqual({ how, share, of: deserialize(alone!) });
  }
}

describe.each(allBases().map((base) => [base.name, base] as const))('%s', (_name, base) => {
  test('as it was made', async () => {
    await expectAlike(base.image(), 'clean');
  });

  test('damaged anywhere', async () => {
    const targets = targetsOf(base.image());
    for (let n = 0; n < runs; n++) {
      const mutations = makeMutations(new Random(3, n), targets);
      await expectAlike(damaged(base.image(), mutations), mutations);
    }
  });

  test('the pass does what a helper thread that fails had taken', async () => {
    const image = base.image();
    const shared = await scan(image, { helper: taking(image, 0.7, true) });
    expect(deserialize(shared!)).toEqual(deserialize((await scan(image))!));
  });
});

unitTest('it is reported to be free as soon as it is, and only then', async () => {
  const image = allBases()
    .find(({ name }) => name === 'ext4-4k-csum')!
    .image();
  const onHelperFree = vi.fn();
  await scan(image, { onHelperFree });
  await scan(image, { helper: taking(image, 0, true), onHelperFree });
  expect(onHelperFree).not.toHaveBeenCalled();
  await scan(image, { helper: taking(image, 1), onHelperFree });
  expect(onHelperFree).toHaveBeenCalledOnce();
});
