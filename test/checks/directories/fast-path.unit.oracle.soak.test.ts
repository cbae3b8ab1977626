/** The fast path for directory blocks notes what the general path does, and hides nothing from it, whatever the image. */
import { isDeepStrictEqual } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { DirectoryFastPath } from '../../../src/checks/directories/fast-path/blocks';
import { scanDirectories } from '../../../src/checks/directories/pass';
import { LostEntries, newDirectoryScan } from '../../../src/checks/directories/scan';
import { scanInodes } from '../../../src/checks/inodes/pass';
import { inode } from '../../../src/layout/inode';
import { memorySource } from '../../../src/source/memory';
import { readBitmaps } from '../../../src/volume/bitmaps';
import { openFileSystem } from '../../../src/volume/open';
import { allBases, type Base } from '../../fuzz/bases';
import { damaged, makeMutations } from '../../fuzz/mutations';
import { Random } from '../../fuzz/random';
import { targetsOf } from '../../fuzz/sites';
import { Targets } from '../../fuzz/targets';
import { fixtureBytes, fixtureNames } from '../../support/fixtures';
import { collect, TestImage } from '../../support/image';
import { amount } from '../../support/project';
import { unitTest } from '../../support/project-tests';

vi.setConfig({ testTimeout: 60_000 });
afterEach(() => vi.restoreAllMocks());

/** Findings, facts and what else the directory pass notes, and how many blocks were accepted: none without `fastPath`. */
async function scan(bytes: Uint8Array, fastPath: boolean) {
  const { opening } = await openFileSystem(memorySource(bytes));
  if (!opening) return { accepted: 0, findings: [], facts: null };
  const { volume, groups } = opening;
  const { report, findings } = collect();
  const facts = await scanInodes(volume, groups, await readBitmaps(volume, groups), report);
  const lostEntries = new LostEntries(1000);
  const all = newDirectoryScan(volume, groups, facts, report, lostEntries);
  const accept = vi.spyOn(DirectoryFastPath.prototype, 'accept');
  if (!fastPath) accept.mockReturnValue(0);
  await scanDirectories(all, null);
  const accepted = accept.mock.results.reduce((sum, { value }) => sum + Number(value), 0);
  accept.mockRestore();
  return { accepted, findings, facts, badNamed: all.badNamed, unread: all.unread, lostEntries };
}

/** Compares the two paths; returns how many blocks were accepted. */
async function compare(bytes: Uint8Array, what: string): Promise<number> {
  const { accepted, ...fast } = await scan(bytes, true);
  const { accepted: none, ...general } = await scan(bytes, false);
  expect(none).toBe(0);
  // vitest takes long to compare millions of numbers
  if (!isDeepStrictEqual(fast, general)) expect({ what, ...fast }).toEqual({ what, ...general });
  return accepted;
}

unitTest.each(fixtureNames)('%s is the same on both paths', async (name) => {
  const accepted = await compare(fixtureBytes(name), name);
  // without types in its entries no block is ordinary
  if (name === 'clean/ext2-rev0') expect(accepted).toBe(0);
  else if (name.startsWith('clean/')) expect(accepted).toBeGreaterThan(3);
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
const count = amount({ unit: 1, oracle: 2, ci: 5, full: 30 });

describe.each(allBases())('$name', (base) => {
  test.each(['directories', 'anything'])('damage to %s is reported alike on both paths', async (where) => {
    const targets = where === 'directories' ? directoryTargets(base) : targetsOf(base.image());
    expect(targets.sites.size).toBeGreaterThan(0);
    for (let number = 0; number < count; number++) {
      const mutations = makeMutations(new Random(4, number), targets);
      const { bytes } = damaged(base.image(), mutations);
      await compare(bytes, mutations.map(({ what }) => what).join('; '));
    }
  });
});

unitTest.each([
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
  await compare(image.bytes, 'hole');
  const { findings } = await scan(image.bytes, true);
  expect(findings.map(({ id, inode: ino }) => [id, ino])).toContainEqual(['directory-hole', lostAndFound]);
});
