/** Blocks that are passed as plain change no report: each image is checked with and without. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { checkImage } from '../../../src/check';
import { PlainBlocks } from '../../../src/checks/directories/fast-path/blocks';
import { inode } from '../../../src/layout/inode';
import { memorySource } from '../../../src/source/memory';
import { allBases, type Base } from '../../fuzz/bases';
import { damaged, makeMutations } from '../../fuzz/mutations';
import { Random } from '../../fuzz/random';
import { targetsOf } from '../../fuzz/sites';
import { Targets } from '../../fuzz/targets';
import { fixtureBytes, fixtureNames, fixtureNow } from '../../support/fixtures';
import { TestImage } from '../../support/image';

vi.setConfig({ testTimeout: 60_000 });
afterEach(() => vi.restoreAllMocks());

/** The report, and how many blocks were passed as plain; nothing is passed where `plain` is false. */
async function check(bytes: Uint8Array, now: Date, plain: boolean) {
  const spy = vi.spyOn(PlainBlocks.prototype, 'pass');
  if (!plain) spy.mockReturnValue(false);
  const report = await checkImage(memorySource(bytes), { now });
  const passed = spy.mock.results.filter(({ value }) => value === true).length;
  spy.mockRestore();
  return { report, passed };
}

/** Checks both ways; returns how many blocks were plain. */
async function compare(bytes: Uint8Array, now: Date, what: string): Promise<number> {
  const quick = await check(bytes, now, true);
  const full = await check(bytes, now, false);
  expect(full.passed).toBe(0);
  expect(quick.report, what).toEqual(full.report);
  return quick.passed;
}

test.each(fixtureNames)('%s is the same with and without', async (name) => {
  const passed = await compare(fixtureBytes(name), fixtureNow, name);
  // without types in its entries no block is plain
  if (name === 'clean/ext2-rev0') expect(passed).toBe(0);
  else if (name.startsWith('clean/')) expect(passed).toBeGreaterThan(3);
});

/** Only what directories are made of, so that the damage hits them. */
function directoryTargets(base: Base): Targets {
  const all = targetsOf(base.image());
  const some = new Targets(all.image);
  for (const [kind, sites] of all.sites) if (/entry|dir|index|name/.test(kind)) some.sites.set(kind, sites);
  for (const [kind, pieces] of all.pieces) if (/dir|index/.test(kind)) some.pieces.set(kind, pieces);
  return some;
}

/** Images for each base and kind of damage: thirty found nothing either. */
const count = 5;

describe.each(allBases())('$name', (base) => {
  test.each(['directories', 'anything'])('damage to %s is told the same with and without', async (where) => {
    const targets = where === 'directories' ? directoryTargets(base) : targetsOf(base.image());
    expect(targets.sites.size).toBeGreaterThan(0);
    for (let number = 0; number < count; number++) {
      const mutations = makeMutations(new Random(4, number), targets);
      const { bytes } = damaged(base.image(), mutations);
      await compare(bytes, new Date(base.now * 1000), mutations.map(({ what }) => what).join('; '));
    }
  });
});

test.each([
  ['an empty block of entries', 1, (image: TestImage) => image.view.setUint32(4, image.made.blockSize, true)],
  ['the block that is gone', 0, (image: TestImage, lost: number) => image.bytes.copyWithin(0, lost, lost + 1024)],
])('a hole in a directory is one although the boot block looks like %s', async (_what, word, dress) => {
  const image = TestImage.load('ext2-4k');
  const lostAndFound = 11;
  const block = image.view.getUint32(image.inodeAt(lostAndFound) + inode.i_block.offset + word * 4, true);
  const sectors = inode.i_blocks_lo(image.view, image.inodeAt(lostAndFound));
  image.setBlockWord(lostAndFound, word, 0);
  image.setInode(lostAndFound, { i_blocks_lo: sectors - image.made.blockSize / 512 });
  dress(image, block * image.made.blockSize);
  await compare(image.bytes, fixtureNow, 'hole');
  const { findings } = (await check(image.bytes, fixtureNow, true)).report;
  expect(findings.map(({ id, inode: ino }) => [id, ino])).toContainEqual(['directory-hole', lostAndFound]);
});
