/** Journal devices: whose journal they are. */
import { expect, test } from 'vitest';
import { allProblems as catalogue } from '../../../src/all-problems';
import { superblock, superblockOffset } from '../../../src/layout/superblock';
import { checkWhole } from '../../support/check-damages';
import { hasE2fsprogs, makeImage } from '../../support/e2fsprogs';
import { inShort, type TestImage } from '../../support/image';

const device = (blockSize: number): TestImage => makeImage({ size: '8M', options: `-O journal_dev -b ${blockSize}` });

/** Writes a user as the kernel does when a file system is given this journal. */
function used(image: TestImage, at: number, start = 0): TestImage {
  image.view.setUint32(at + 0x40, 1, false);
  image.view.setUint32(at + 0x1c, start, false);
  return image.fill(at + 0x100, 16, 0x5a);
}

test.skipIf(!hasE2fsprogs).each([
  [1024, 2048],
  [4096, 4096],
])('with blocks of %i bytes', async (blockSize, at) => {
  const fresh = await checkWhole(device(blockSize));
  expect(inShort(fresh.findings)).toEqual(['superblock-journal-device 0x000004']);
  const report = await checkWhole(used(device(blockSize), at));
  expect(inShort(report.findings)).toEqual(['superblock-journal-device 0x000004', 'journal-device-user']);
  const say = async (image: TestImage) => {
    const { id, data } = (await checkWhole(image)).findings[1]!;
    return catalogue[id]!.say(data as never);
  };
  const uuid = '5a5a5a5a-5a5a-5a5a-5a5a-5a5a5a5a5a5a';
  expect(await say(used(device(blockSize), at))).toBe(`it is the journal of ${uuid}`);
  expect(await say(used(device(blockSize), at, 5))).toContain('holds changes');
  expect((await checkWhole(used(device(blockSize), at).fill(at, 4))).findings.length).toBe(1);
  expect(superblock.s_uuid.offset + superblockOffset).toBeLessThan(at);
});
