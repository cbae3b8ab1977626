/**
 * Each field of the superblock at its extremes, against the kernel of this machine: an image that is said to mount does, and
 * one that does not mount is never said to. Needs root and loop devices.
 */
import { describe, expect, test, vi } from 'vitest';
import { checkImage } from '../src/check';
import { superblock } from '../src/layout/superblock';
import { cleanNames, fixtureNow } from './support/fixtures';
import { TestImage } from './support/image';
import { mountResults } from './support/kernel-mounts';
import { isFullSoak } from './support/project';
import { canMount } from './support/repair';

vi.setConfig({ testTimeout: 3_600_000 });

const fields = Object.keys(superblock) as (keyof typeof superblock)[];

/** Values at the edges of a field, and next to the stored one. */
function edges(stored: number, bits: number): number[] {
  const most = 2 ** bits - 1;
  return [...new Set([0, 1, most, 2 ** (bits - 1), stored + 1, stored - 1])].filter(
    (value) => value >= 0 && value <= most && value !== stored,
  );
}

describe.skipIf(!canMount)('fields of the superblock (needs root and loop devices)', () => {
  test.each(cleanNames.filter((name) => isFullSoak || name === 'ext4-4k-csum'))('%s', async (name) => {
    const wrong: string[] = [];
    let compared = 0;
    for (const field of fields) {
      const { bytes } = superblock[field] as { bytes: number };
      if (bytes > 4) continue;
      const stored = Number(TestImage.load(name).made.sb[field as never]);
      if (!Number.isSafeInteger(stored)) continue;
      for (const value of edges(stored, bytes * 8)) {
        const image = TestImage.load(name).setSuper({ [field]: value } as never);
        const { mountable } = await checkImage(image.source(), { now: fixtureNow });
        const kernel = mountResults(image.bytes);
        compared++;
        const ours = {
          readWrite: mountable?.readWrite.works === true,
          readOnly: mountable?.readOnly.works === true,
          readOnlyDevice: mountable?.readOnlyDevice.works === true,
        };
        if (Object.keys(kernel).some((way) => ours[way as keyof typeof ours] && !kernel[way as keyof typeof kernel]))
          wrong.push(
            `${field} ${stored} -> ${value}: we say ${JSON.stringify(Object.values(ours))}, the kernel ${JSON.stringify(Object.values(kernel))}`,
          );
      }
    }
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(100);
  });
});
