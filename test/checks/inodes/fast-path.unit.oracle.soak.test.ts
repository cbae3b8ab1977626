/** The fast path for inodes notes what the general path does, and hides nothing from it, whatever the image. */
import { serialize } from 'node:v8';
import { describe, expect, test, vi } from 'vitest';
import { InodeFastPath } from '../../../src/checks/inodes/fast-path/inodes';
import { scanInodes } from '../../../src/checks/inodes/pass';
import type { ScanFacts } from '../../../src/facts/scan';
import { inode } from '../../../src/layout/inode';
import type { Finding } from '../../../src/problem/finding';
import { readBitmaps } from '../../../src/volume/bitmaps';
import { openFileSystem } from '../../../src/volume/open';
import { allBases } from '../../fuzz/bases';
import { damaged, makeMutations } from '../../fuzz/mutations';
import { Random } from '../../fuzz/random';
import { targetsOf } from '../../fuzz/sites';
import { collect, type TestImage } from '../../support/image';
import { amount } from '../../support/project';
import { unitTest } from '../../support/project-tests';

vi.setConfig({ testTimeout: 600_000 });

/** Damaged images of each kind. */
const runs = amount({ unit: 1, oracle: 3, ci: 10, full: 1000 });

interface Scan {
  findings: Finding[];
  facts: ScanFacts;
}

/** The inode pass alone; null for an image that cannot be opened. */
async function scan(image: TestImage, fastPath: boolean): Promise<Scan | null> {
  const { opening } = await openFileSystem(image.source());
  if (!opening) return null;
  const { volume, groups } = opening;
  const { report, findings } = collect();
  const disk = await readBitmaps(volume, groups);
  return { findings, facts: await scanInodes(volume, groups, disk, report, { fastPath }) };
}

async function expectAlike(image: TestImage, how: unknown): Promise<void> {
  const [fast, general] = [await scan(image, true), await scan(image, false)];
  // by bytes, as a comparison by value of millions of numbers takes long
  if (serialize(fast).equals(serialize(general))) return;
  expect({ how, ...fast }).toEqual({ how, ...general });
}

const edges = [0, 1, 2, 3, 12, 13, 59, 60, 61, 127, 128, 1023, 1024, 4096, 32768, 32769, 0xf30a, 0xffff];
const wideEdges = [0x1f30a, 0x10000, 0xea020000, 0x7fffffff, 0x80000000, 0xffffffff];

/** Sets a word of some inodes to something else, mostly with the right checksum; says what was done. */
function damageInodes(random: Random, image: TestImage, inUse: readonly number[]): string[] {
  const { blocksCount, inodesCount, inodeSize } = image.made;
  return Array.from({ length: 1 + random.below(4) }, () => {
    const ino = random.chance(0.9) ? random.pick(inUse) : 1 + random.below(inodesCount);
    const word = random.below(Math.min(inodeSize, 192) / 4);
    const at = image.inodeAt(ino) + word * 4;
    const old = image.view.getUint32(at, true);
    const value = random.pick([
      () => random.pick(edges),
      () => random.pick(wideEdges),
      () => old ^ (1 << random.below(32)),
      () => old + random.pick([1, -1, 0x10000, -0x10000]),
      () => random.below(blocksCount),
      () => image.view.getUint32(image.inodeAt(random.pick(inUse)) + word * 4, true),
    ])();
    image.view.setUint32(at, value >>> 0, true);
    if (random.chance(0.9)) image.restampInode(ino);
    return `inode ${ino}: word ${word} is ${value}`;
  });
}

const inUse = (image: TestImage): number[] =>
  Array.from({ length: image.made.inodesCount }, (_, i) => i + 1).filter(
    (ino) => inode.i_links_count(image.view, image.inodeAt(ino)) > 0,
  );

describe.each(allBases().map((base) => [base.name, base] as const))('%s', (_name, base) => {
  test('as it was made', async () => {
    await expectAlike(base.image(), 'clean');
  });

  test('with damaged inodes', async () => {
    const clean = base.image();
    const used = inUse(clean);
    for (let n = 0; n < 2 * runs; n++) {
      const image = clean.copy();
      await expectAlike(image, damageInodes(new Random(1, n), image, used));
    }
  });

  test('damaged anywhere', async () => {
    const targets = targetsOf(base.image());
    for (let n = 0; n < runs; n++) {
      const mutations = makeMutations(new Random(2, n), targets);
      await expectAlike(damaged(base.image(), mutations), mutations);
    }
  });
});

unitTest('most inodes of an image take the fast path', async () => {
  const accept = vi.spyOn(InodeFastPath.prototype, 'accept');
  const base = allBases().find(({ name }) => name === 'ext4-4k-csum' || name === 'ext4-1k-csum')!;
  await scan(base.image(), true);
  const accepted = accept.mock.results.reduce((sum, { value }) => sum + Number(value), 0);
  expect(accepted).toBeGreaterThan(inUse(base.image()).length / 2);
  accept.mockRestore();
});
