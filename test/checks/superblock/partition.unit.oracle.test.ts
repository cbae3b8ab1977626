/** A file system that is larger than the partition in which it starts. */
import { expect } from 'vitest';
import { catalogue } from '../../../src/catalogue';
import { formatFinding } from '../../../src/report/message';
import { checkWhole } from '../../support/check-damages';
import { expectSameCodes } from '../../support/compare-codes';
import { checkPartition, gptDisk, logicalDisk, mbrDisk, mebibyte } from '../../support/disk';
import { fakeNow } from '../../support/e2fsprogs';
import { inShort, TestImage } from '../../support/image';
import { nativeTest, unitTest } from '../../support/project-tests';

const checkPart = (disk: Uint8Array, start: number) => checkPartition(disk, start, { now: new Date(fakeNow * 1000) });

const image = () => TestImage.load('ext4-4k-csum');
const holds = image().bytes;
const [size, sectors] = [32 * mebibyte, holds.length / 512];
const larger = 'file-system-larger-than-partition 0x000005';

unitTest.each([
  ['MBR', mebibyte, (count: number) => mbrDisk(size, [{ start: 2048, count, holds }])],
  ['GPT', mebibyte, (count: number) => gptDisk(size, [{ start: 2048, count, holds }])],
  [
    'GPT with sectors of 4096 bytes',
    2 * mebibyte,
    (count: number) => gptDisk(size, [{ start: 512, count: count / 8, holds }], { sector: 4096 }),
  ],
  ['a logical partition', 2 * mebibyte, (count: number) => logicalDisk(size, 2048, [{ start: 4096, count, holds }])],
])('%s: one block is missing, none is, and there is more', async (_name, start, disk) => {
  const short = await checkPart(disk(sectors - 8), start);
  expect(inShort(short.findings)[0]).toBe(larger);
  expect(short).toMatchObject({
    verdict: 'fatal',
    partition: { start, size: holds.length - 4096, fileSystem: 'ext4' },
  });
  expect(short.findings[0]).toMatchObject({
    data: {
      partition: short.partition?.number,
      stored: 3072,
      found: 3071,
      needed: holds.length,
      size: holds.length - 4096,
    },
  });
  for (const more of [0, 8, 4096]) {
    const report = await checkPart(disk(sectors + more), start);
    expect(report).toMatchObject({ verdict: 'clean', partition: { size: (sectors + more) * 512 } });
  }
});

unitTest('the findings in the partition are those of an image of its size', async () => {
  const count = sectors / 2;
  const report = await checkPart(mbrDisk(size, [{ start: 2048, count, holds }]), mebibyte);
  const cut = await checkWhole(image().resized(count * 512));
  const ids = (findings: string[]) => findings.filter((id) => id !== larger && id !== 'image-truncated 0x000005');
  expect(ids(inShort(report.findings))).toEqual(ids(inShort(cut.findings)));
  expect(report.affected).toEqual(cut.affected);
});

nativeTest('e2fsck says the same of the partition alone', async () => {
  const count = sectors - 2048;
  const report = await checkPart(mbrDisk(size, [{ start: 2048, count, holds }]), mebibyte);
  expectSameCodes(image().resized(count * 512), inShort(report.findings));
});

unitTest('a disk that ends before its partition is called truncated', async () => {
  const disk = mbrDisk(size, [{ start: 2048, count: sectors, holds }]).subarray(0, mebibyte + holds.length - 4096);
  expect(inShort((await checkPart(disk, mebibyte)).findings)).toEqual(['image-truncated 0x000005']);
});

unitTest('the disk as a whole names both sizes', async () => {
  const disk = mbrDisk(size, [{ start: 2048, count: sectors / 2, holds }]);
  const { findings, foundAtStart } = await checkWhole(new TestImage(disk as Buffer<ArrayBuffer>));
  expect(formatFinding(findings[0]!, catalogue)).toContain(
    'partition 1 starts at 1 MiB and has an ext4 file system larger than the partition',
  );
  expect(foundAtStart?.partitions).toMatchObject([{ size: 6 * mebibyte, fileSystemSize: 12 * mebibyte }]);
});
