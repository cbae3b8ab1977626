/** Blocks that are passed as plain change no report: each image is checked with and without. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { checkImage } from '../../../src/check';
import { PlainBlocks } from '../../../src/checks/directories/plain-block';
import { memorySource } from '../../../src/source/memory';
import { allBases, type Base } from '../../fuzz/bases';
import { damaged, makeMutations } from '../../fuzz/mutations';
import { Random } from '../../fuzz/random';
import { targetsOf } from '../../fuzz/sites';
import { Targets } from '../../fuzz/targets';
import { fixtureBytes, fixtureNames, fixtureNow } from '../../support/fixtures';

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
