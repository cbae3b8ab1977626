/** What a repair refuses because it is not one file system, or because nothing could be compared with the result. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { repairImage } from '../../src/repair/repair';
import type { RepairReport } from '../../src/repair/report';
import { renderRepair } from '../../src/repair/text';
import { gptDisk, mbrDisk, mebibyte } from '../support/disk';
import { hasE2fsprogs, makeImage } from '../support/e2fsprogs';
import { TestImage } from '../support/image';
import { freshFolder, isClean, sha256, soundImage } from '../support/repair';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let image: string;
beforeEach(() => {
  folder = freshFolder();
  image = join(folder, 'disk.img');
});

const words = (report: RepairReport): string => renderRepair(report, { width: 1000 });
const ext4 = () => makeImage({ size: '16M', options: '-t ext4 -b 1024' }).bytes;

/** Requires that the image was refused and is unchanged. */
async function expectRefused(options: object = {}): Promise<RepairReport> {
  const hash = sha256(image);
  const report = await repairImage(image, { yes: true, ...options });
  expect(report).toMatchObject({ outcome: 'failed', status: 8, fsck: null, changes: null, backup: null });
  expect([sha256(image), readdirSync(folder)]).toEqual([hash, ['disk.img']]);
  expect(words(report)).not.toMatch(/lost or changed|REPAIRED/);
  return report;
}

describe.skipIf(!hasE2fsprogs)('a repair refuses (needs e2fsprogs)', () => {
  const holds = ext4;
  test.each([
    ['a partition at 8 MiB', () => mbrDisk(32 * mebibyte, [{ start: 16384, count: 32768, holds: holds() }])],
    ['a partition at 16 MiB of a GPT', () => gptDisk(40 * mebibyte, [{ start: 32768, count: 32768, holds: holds() }])],
    [
      'an older file system on the whole disk',
      () => mbrDisk(16 * mebibyte, [{ start: 2048, count: 8192, holds: TestImage.load('ext2-1k').bytes }], holds()),
    ],
    ['a partition without anything', () => mbrDisk(8 * mebibyte, [{ start: 2048, count: 8192 }])],
  ])('%s', async (_name, disk) => {
    writeFileSync(image, disk());
    const text = words(await expectRefused());
    expect(text).toMatch(/(a disk|a partition table \(MBR\)) with 1 partition/);
    expect(text.toLowerCase()).not.toContain('repair');
  });

  test('a container, another file system, and a file system that starts at another byte', async () => {
    const bytes = Buffer.from(ext4());
    const header = Buffer.concat([Buffer.alloc(4096, 'x'), bytes]);
    const fat = Buffer.from(bytes).fill(0, 0, 4096);
    fat.write('FAT16   ', 54, 'latin1');
    const qcow = Buffer.from(fat);
    qcow.write('QFI\xfb', 0, 'latin1');
    for (const [disk, what] of [
      [header, 'extcheck --offset 8s'],
      [bytes.subarray(512), 'whose first 512 bytes are missing'],
      [fat, 'a FAT file system, which is not an ext file system'],
      [qcow, 'qemu-img convert'],
    ] as const) {
      writeFileSync(image, disk);
      expect(words(await expectRefused())).toContain(what);
    }
  });

  test('a file system that is larger than its partition', async () => {
    const damaged = Buffer.from(ext4()).fill(0xff, 0x404 + 8, 0x404 + 12);
    writeFileSync(image, mbrDisk(32 * mebibyte, [{ start: 2048, count: 24576, holds: damaged }]));
    const { reason } = await expectRefused({ offset: mebibyte });
    expect(reason).toContain('the file system needs 16 MiB, partition 1 has 12 MiB');
  });

  test('a backup superblock that leads to no file', async () => {
    // the descriptors are sound, the inode tables and the root directory are not
    const bytes = Buffer.from(ext4()).fill(0, 0, 4096);
    writeFileSync(image, bytes.fill(0, 100 * 1024, 8192 * 1024));
    expect((await expectRefused()).reason).toContain('leads to no readable root directory');
  });
});

describe.skipIf(!hasE2fsprogs)('a repair does (needs e2fsprogs)', () => {
  test('restore the start of a file system over which a partition table was written', async () => {
    const bytes = ext4();
    writeFileSync(image, gptDisk(bytes.length, [], { over: bytes }));
    const report = await repairImage(image, { yes: true });
    expect(report).toMatchObject({ outcome: 'repaired', status: 1, changes: { comparable: true } });
    expect(words(report)).toContain('no file is lost or changed');
    expect(isClean(image)).toBe(true);
  });

  test('repair the file system in a partition, and nothing around it', async () => {
    const bytes = Buffer.from(readFileSync(soundImage(image)));
    const damaged = new TestImage(bytes).setSuper({ s_free_inodes_count: 1 }).bytes;
    const disk = mbrDisk(16 * mebibyte, [{ start: 2048, count: damaged.length / 512, holds: damaged }]);
    disk.fill(7, 8 * mebibyte);
    writeFileSync(image, disk);
    const report = await repairImage(image, { yes: true, offset: mebibyte });
    expect(report).toMatchObject({ outcome: 'repaired', before: { partition: { number: 1 } } });
    const now = readFileSync(image);
    expect(now.subarray(8 * mebibyte).equals(disk.subarray(8 * mebibyte))).toBe(true);
    expect(now.subarray(0, mebibyte).equals(disk.subarray(0, mebibyte))).toBe(true);
  });

  test('say nothing of losses where the root directory cannot be read before', async () => {
    soundImage(image);
    const bytes = new TestImage(readFileSync(image) as Buffer<ArrayBuffer>);
    writeFileSync(image, bytes.setInode(2, { i_mode: 0 }).bytes);
    const report = await repairImage(image, { yes: true, dryRun: true, accept: 'improved' });
    expect(report.changes?.comparable).toBe(false);
    const text = words(report);
    expect(text).not.toMatch(/no file is lost or changed|Every readable file is kept/);
    expect(text).toContain('what it loses is unknown');
  });
});
