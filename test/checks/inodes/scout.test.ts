/** What a scout logs and the pass plays comes to what the pass does alone, however the groups are shared. */
import { deserialize, serialize } from 'node:v8';
import { describe, expect, test, vi } from 'vitest';
import { type ScanOptions, scanInodes } from '../../../src/checks/inodes/pass';
import { scout } from '../../../src/checks/inodes/scout';
import { isWorthScouting, type StartScout } from '../../../src/checks/inodes/scouting';
import type { ByteSource } from '../../../src/source/source';
import { readBitmaps } from '../../../src/volume/bitmaps';
import { openFileSystem } from '../../../src/volume/open';
import { allBases } from '../../fuzz/bases';
import { damaged, makeMutations } from '../../fuzz/mutations';
import { Random } from '../../fuzz/random';
import { targetsOf } from '../../fuzz/sites';
import { collect, type TestImage } from '../../support/image';

vi.setConfig({ testTimeout: 600_000 });

const runs = Number(process.env['PLAIN_RUNS'] ?? 10);

/** Findings, facts and cost of the inode pass alone, as bytes; null for an image that cannot be opened. */
async function scan(image: TestImage, options: ScanOptions = {}): Promise<Buffer | null> {
  const source: ByteSource = { ...image.source(), file: { fd: 0, offset: 0 } };
  const { opening } = await openFileSystem(source);
  if (!opening) return null;
  const { volume, groups } = opening;
  const { report, findings } = collect();
  const disk = await readBitmaps(volume, groups);
  const { inodes, ...facts } = await scanInodes(volume, groups, disk, report, { worthScout: true, ...options });
  // memory that is shared cannot be serialised
  const known = { ...inodes, state: inodes.state.slice(), links: inodes.links.slice() };
  return serialize([findings, facts, known, volume.cost]);
}

/** A scout on this thread, which has taken the groups from `first` on before the pass begins; null: it fails after that. */
const taking =
  (image: TestImage, share: number, fails = false): StartScout =>
  async (_file, job) => {
    const source = image.source();
    const first = Math.floor(job.taken.length * (1 - share));
    job.taken.fill(1, 0, first);
    const log = scout({ size: source.size, read: (at, into) => source.read(at, into) as number }, job);
    job.taken.fill(0, 0, first);
    return { log: Promise.resolve(fails ? null : log), stop: async () => {} };
  };

async function expectAlike(image: TestImage, how: unknown): Promise<void> {
  const alone = await scan(image);
  for (const share of [1, 0.5, 0.2]) {
    const shared = await scan(image, { startScout: taking(image, share) });
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

  test('the pass does what a scout that fails had taken', async () => {
    const image = base.image();
    const shared = await scan(image, { startScout: taking(image, 0.7, true) });
    expect(deserialize(shared!)).toEqual(deserialize((await scan(image))!));
  });
});

test('a scout is asked for where it pays, and other threads can read the file', async () => {
  const image = allBases()
    .find(({ name }) => name === 'ext4-4k-csum')!
    .image();
  const startScout = vi.fn<StartScout>(async () => null);
  await scan(image, { startScout, worthScout: false });
  expect(startScout).not.toHaveBeenCalled();
  await scan(image, { startScout });
  expect(startScout).toHaveBeenCalledOnce();
  const { opening } = await openFileSystem(image.source());
  const { volume, groups } = opening!;
  await scanInodes(volume, groups, await readBitmaps(volume, groups), collect().report, {
    startScout,
    worthScout: true,
  });
  expect(startScout).toHaveBeenCalledOnce();
  const { geometry } = volume;
  const free = (count: number) => ({ ...geometry, sb: { ...geometry.sb, s_free_inodes_count: count } });
  expect(isWorthScouting({ ...free(100_000), inodesCount: 1_000_000 })).toBe(true);
  expect(isWorthScouting({ ...free(900_000), inodesCount: 1_000_000 })).toBe(false);
});
