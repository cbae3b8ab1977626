/**
 * Each field of what a mount reads at its edges, against the kernel of this machine: an image that is said to mount does, and
 * one that mounts is not said to fail unless e2fsck finds an error. Needs root and loop devices.
 */
import { afterAll, describe, expect, test, vi } from 'vitest';
import { checkImage } from '../src/check';
import { reservedInode } from '../src/layout/inode';
import { allBases, type Base } from './fuzz/bases';
import { compareMounts, dependsOnKernel } from './support/compare-mounts';
import { detachMounts, mountResults } from './support/kernel-mounts';
import { otherRecords, superblockRecord, type VariedRecord, variantsOf } from './support/mount-variants';
import { amount, isFullSoak } from './support/project';
import { canMount } from './support/repair';

vi.setConfig({ testTimeout: 3_600_000 });
afterAll(detachMounts);

/** Takes a share of the variants in the bounded soak: one in this many. */
const step = amount({ ci: 6, full: 1 });
/** A writable mount with mmp takes eleven seconds. */
const slow = /mmp/;

const bases = canMount
  ? allBases().filter(({ name }) => (isFullSoak ? !slow.test(name) : name === 'ext4-1k-csum-tree'))
  : [];

/** Lists the root where its inode is varied: a mount of which nothing can be read does not count. */
const listsRoot = ({ name }: VariedRecord): boolean => name === `inode ${reservedInode.ROOT}`;

async function sweep(base: Base, records: readonly VariedRecord[]): Promise<void> {
  const refused: string[] = [];
  const accepted: string[] = [];
  let compared = 0;
  let seen = 0;
  for (const record of records)
    for (const { what, image } of variantsOf(record, base.image)) {
      if (seen++ % step !== 0) continue;
      const report = await checkImage(image.source(), { now: new Date(base.now * 1000) });
      const result = compareMounts(image, report, { list: listsRoot(record) });
      if (result === null) continue;
      compared++;
      if (result.refused.length > 0) refused.push(`${what}: ${result.detail}`);
      if (result.accepted.length > 0) accepted.push(`${what}: ${result.detail}`);
    }
  console.log(
    `${base.name}: ${compared} of ${seen} variants of ${records.map(({ name }) => name).join(', ')} compared`,
  );
  expect({ refused, accepted }).toEqual({ refused: [], accepted: [] });
  expect(compared).toBeGreaterThan(200 / step);
}

describe.skipIf(!canMount)('fields that a mount reads (needs root and loop devices)', () => {
  for (const base of bases)
    test(base.name, async (context) => {
      const sound = base.image();
      if (!mountResults(sound.bytes).readOnly) context.skip('this kernel does not mount the sound image');
      if (dependsOnKernel(sound)) context.skip('this kernel lacks what the image needs');
      await sweep(base, [superblockRecord()]);
      await sweep(base, otherRecords(sound));
    });
});
