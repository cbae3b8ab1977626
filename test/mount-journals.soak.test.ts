/**
 * Images whose journal must be replayed, sound and damaged, against the kernel of this machine: an image that is said to mount
 * does, and one that mounts is not said to fail unless e2fsck finds an error. Needs root and loop devices.
 */
import { afterAll, describe, expect, test, vi } from 'vitest';
import { checkImage } from '../src/check';
import type { Base } from './fuzz/bases';
import { damaged, describe as inWords, makeMutations } from './fuzz/mutations';
import { Random } from './fuzz/random';
import { journalTargetsOf } from './fuzz/sites-of-journals';
import { compareMounts } from './support/compare-mounts';
import type { TestImage } from './support/image';
import { journalBases } from './support/journal-images';
import { detachMounts } from './support/kernel-mounts';
import { amount } from './support/project';
import { canMount } from './support/repair';

vi.setConfig({ testTimeout: 3_600_000 });
afterAll(detachMounts);

const seed = 15;
/** Damaged images for each base. */
const each = amount({ ci: 3, full: 40 });

const bases = canMount ? await journalBases(true) : [];

const differs = async (image: TestImage, { now }: Base): Promise<string | null> => {
  const report = await checkImage(image.source(), { now: new Date(now * 1000) });
  const result = compareMounts(image, report);
  return result === null || result.refused.length + result.accepted.length === 0 ? null : result.detail;
};

describe.skipIf(!canMount)('images with a journal to replay (needs root and loop devices)', () => {
  test('there are transactions, fast commits and orphans in them', async () => {
    const held = { transactions: 0, fastCommits: 0, orphans: 0 };
    for (const { image, now } of bases) {
      const { journal, findings } = await checkImage(image().source(), { now: new Date(now * 1000) });
      if ((journal?.transactions ?? 0) > 0) held.transactions++;
      if ((journal?.fastCommits ?? 0) > 0) held.fastCommits++;
      if (findings.some(({ id }) => /^orphan/.test(id))) held.orphans++;
    }
    console.log(`${bases.length} images: ${JSON.stringify(held)}`);
    expect(held.transactions).toBeGreaterThan(8);
    expect(held.fastCommits).toBeGreaterThan(1);
    expect(held.orphans).toBeGreaterThan(1);
  });

  test.each(bases.map((base) => [base.name, base] as const))('%s', async (_, base) => {
    expect(await differs(base.image(), base)).toBe(null);
  });

  test.each(bases.map((base) => [base.name, base] as const))('%s, damaged', async (_, base) => {
    const targets = journalTargetsOf(base.image());
    const found: string[] = [];
    for (let number = 0; number < each; number++) {
      const mutations = makeMutations(new Random(seed, number), targets);
      const difference = await differs(damaged(base.image(), mutations), base);
      if (difference !== null) found.push(`${mutations.map(inWords).join(', ')}: ${difference}`);
    }
    expect(found).toEqual([]);
  });
});
