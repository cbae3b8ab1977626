import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { StartKind } from '../../../src/problem/start';
import { memorySource } from '../../../src/source/memory';
import { SourceError } from '../../../src/source/source';
import { identifyShifted, identifyStart } from '../../../src/volume/start/identify';
import { gptDisk, mbrDisk, mebibyte } from '../../support/disk';
import { TestImage } from '../../support/image';
import { oracleTest, unitTest } from '../../support/project-tests';
import { freshFolder } from '../../support/scratch';
import { isInstalled } from '../../support/tools';

const of = (bytes: Uint8Array) => identifyStart(memorySource(bytes));
const shifted = (bytes: Uint8Array) => identifyShifted(memorySource(bytes));

/** A file of `size` bytes with Latin-1 texts in it. */
function fileOf(size: number, ...texts: [at: number, text: string][]): Buffer {
  const bytes = Buffer.alloc(size);
  for (const [at, text] of texts) bytes.write(text, at, 'latin1');
  return bytes;
}

unitTest.each<[name: string, at: number, magic: string, kind: StartKind, what: string]>([
  ['e2image', 0, '\x10\xb7\x2b\x7fExt2 Image 1.0', 'container', 'a file of e2image'],
  ['QCOW2', 0, 'QFI\xfb\0\0\0\x02', 'container', 'a QCOW2 image'],
  ['VMDK', 0, 'KDMV', 'container', 'a VMDK disk image'],
  ['VMDK description', 0, '# Disk DescriptorFile\n', 'container', 'the description of a VMDK'],
  ['VHD', 0, 'conectix', 'container', 'a VHD disk image'],
  ['VHDX', 0, 'vhdxfile', 'container', 'a VHDX disk image'],
  ['VDI', 0x40, '\x7f\x10\xda\xbe', 'container', 'a VDI disk image'],
  ['Android sparse', 0, '\x3a\xff\x26\xed', 'container', 'an Android sparse image'],
  ['LUKS', 0, 'LUKS\xba\xbe', 'container', 'a LUKS encrypted volume'],
  ['LVM', 512, 'LABELONE', 'container', 'an LVM physical volume'],
  ['LVM', 0, 'LABELONE', 'container', 'an LVM physical volume'],
  ['md', 4096, '\xfc\x4e\x2b\xa9', 'container', 'a member of an md RAID'],
  ['BitLocker', 3, '-FVE-FS-', 'container', 'a BitLocker encrypted volume'],
  ['xz', 0, '\xfd7zXZ\0', 'compressed', 'xz data'],
  ['zstd', 0, '\x28\xb5\x2f\xfd', 'compressed', 'zstd data'],
  ['lz4', 0, '\x04\x22\x4d\x18', 'compressed', 'lz4 data'],
  ['bzip2', 0, 'BZh9', 'compressed', 'bzip2 data'],
  ['zip', 0, 'PK\x03\x04', 'archive', 'a zip archive'],
  ['tar', 257, 'ustar', 'archive', 'a tar archive'],
  ['cpio', 0, '070701', 'archive', 'a cpio archive'],
  ['ELF', 0, '\x7fELF', 'program', 'a program'],
  ['squashfs', 0, 'hsqs', 'file-system', 'a squashfs file system'],
  ['XFS', 0, 'XFSB', 'file-system', 'an XFS file system'],
  ['btrfs', 0x10040, '_BHRfS_M', 'file-system', 'a btrfs file system'],
  ['EROFS', 1024, '\xe2\xe1\xf5\xe0', 'file-system', 'an EROFS file system'],
  ['F2FS', 1024, '\x10\x20\xf5\xf2', 'file-system', 'an F2FS file system'],
  ['swap', 4086, 'SWAPSPACE2', 'file-system', 'swap space'],
  ['NTFS', 3, 'NTFS    ', 'file-system', 'an NTFS file system'],
  ['exFAT', 3, 'EXFAT   ', 'file-system', 'an exFAT file system'],
  ['FAT', 54, 'FAT16   ', 'file-system', 'a FAT file system'],
  ['FAT', 82, 'FAT32   ', 'file-system', 'a FAT file system'],
  ['ISO 9660', 0x8001, 'CD001', 'file-system', 'an ISO 9660 image'],
])('%s at byte %d', async (name, at, magic, kind, what) => {
  const found = await of(fileOf(200_000, [at, magic]));
  expect(found).toMatchObject({ kind, name, partitions: [], claims: kind === 'file-system' || kind === 'container' });
  expect(found?.what).toContain(what);
  // a file that ends inside the magic bytes has none
  expect((await of(fileOf(at + 2, [at, magic])))?.name).not.toBe(name);
});

unitTest('gzip inside something that was not unpacked', async () => {
  expect(await of(gzipSync('x'))).toMatchObject({ kind: 'compressed', name: 'gzip', claims: false });
});

unitTest('nothing at all, and zeros', async () => {
  expect(await of(new Uint8Array(0))).toMatchObject({ kind: 'empty', what: 'an empty file' });
  expect(await of(new Uint8Array(5000))).toMatchObject({ kind: 'zeros', zeros: { at: 0, length: 5000 } });
  expect((await of(new Uint8Array(5000)))?.what).toContain('only zeros');
  const late = await of(fileOf(3_000_000, [2_000_000, 'x']));
  expect(late).toMatchObject({ kind: 'zeros', zeros: { at: 0, length: 2_000_000 } });
  expect(late?.what).toContain('whose first 2000000 bytes are zeros');
  // the code of a boot loader remains, the superblock does not
  const sector = await of(fileOf(9000, [500, 'boot loader'], [4096, 'x']));
  expect(sector).toMatchObject({ kind: 'zeros', zeros: { at: 511, length: 3585 }, claims: false });
  expect(await of(fileOf(5000, [1030, 'something']))).toBeNull();
});

const ext = TestImage.load('ext2-1k').bytes;

unitTest.each([512, 4096, 131_072, mebibyte - 4096, 5 * mebibyte])('after a header of %d bytes', async (length) => {
  const found = await shifted(Buffer.concat([fileOf(length, [0, 'header']), ext]));
  expect(found).toMatchObject({ kind: 'shifted', name: 'ext2', startsAt: length, claims: true });
  expect(found?.what).toBe(`a file with an ext2 file system from byte ${length} on`);
});

unitTest.each([1, 512, 1000, 1024])('without its first %d bytes', async (length) => {
  const found = await shifted(ext.subarray(length));
  expect(found).toMatchObject({ kind: 'shifted', name: 'ext2', startsAt: -length });
  expect(found?.what).toBe(`an ext2 file system whose first ${length} bytes are missing`);
});

unitTest('without so much that only a backup is left', async () => {
  for (const length of [30_000, 60_000, 700_000])
    expect(await shifted(ext.subarray(length))).toMatchObject({ startsAt: -length });
});

unitTest('a sound file system, and one without any superblock, are not shifted', async () => {
  expect(await shifted(ext)).toBeNull();
  expect(await shifted(TestImage.load('ext4-4k-csum').bytes)).toBeNull();
  expect(await shifted(TestImage.load('ext2-128-inode').fill(1024, 1024).bytes)).toBeNull();
});

unitTest('a disk after a header, or without its first sector', async () => {
  const disk = gptDisk(8 * mebibyte, [{ start: 2048, count: 8192 }]);
  const found = await shifted(Buffer.concat([Buffer.alloc(8192), disk]));
  expect(found).toMatchObject({ kind: 'shifted', name: 'GPT', startsAt: 8192 });
  expect(await shifted(disk.subarray(512))).toMatchObject({ name: 'GPT', startsAt: -512 });
  expect(await shifted(disk)).toBeNull();
});

unitTest('a disk whose partitions hold something, and one whose partitions do not', async () => {
  const partitions = [
    { start: 64, count: 100, holds: fileOf(512, [54, 'FAT16   ']) },
    { start: 2048, count: 8192, holds: ext },
  ];
  for (const disk of [mbrDisk(8 * mebibyte, partitions), gptDisk(8 * mebibyte, partitions)]) {
    const found = await of(disk);
    expect(found).toMatchObject({ claims: true });
    expect(found?.what).toMatch(/^a disk with 2 partitions \((MBR|GPT)\)$/);
    expect(found?.partitions.map(({ fileSystem }) => fileSystem)).toEqual(['FAT', 'ext2']);
  }
  const bare = partitions.map(({ start, count }) => ({ start, count }));
  for (const disk of [mbrDisk(8 * mebibyte, bare), gptDisk(8 * mebibyte, bare), gptDisk(8 * mebibyte, [])]) {
    const found = await of(disk);
    expect(found).toMatchObject({ claims: false });
    expect(found?.partitions.every(({ fileSystem }) => fileSystem === null)).toBe(true);
  }
});

unitTest('the magic bytes of an earlier use do not hide a disk', async () => {
  const disk = mbrDisk(8 * mebibyte, [{ start: 2048, count: 8192, holds: ext }]);
  for (const [at, magic] of [
    [512, 'LABELONE'],
    [4086, 'SWAPSPACE2'],
    [54, 'FAT16   '],
  ] as const) {
    const bytes = Buffer.from(disk);
    bytes.write(magic, at, 'latin1');
    expect(await of(bytes)).toMatchObject({ kind: 'mbr', claims: true });
  }
});

unitTest('an ISO image for a USB stick is one, with its partitions', async () => {
  const disk = mbrDisk(8 * mebibyte, [{ start: 8192, count: 8000, holds: ext }]);
  disk.write('CD001', 0x8001, 'latin1');
  expect(await of(disk)).toMatchObject({ name: 'ISO 9660', partitions: [{ number: 1, fileSystem: 'ext2' }] });
});

unitTest('a partition whose file system has only backups left', async () => {
  const part = TestImage.load('ext2-1k').copy();
  const { partitions } = (await of(
    gptDisk(8 * mebibyte, [{ start: 2048, count: 8192, holds: part.fill(0, 2048).bytes }]),
  ))!;
  // the fixture has small groups, so no backup is where one is looked for
  expect(partitions).toMatchObject([{ fileSystem: null }]);
});

oracleTest('e2image: its normal file and its QCOW2 are named', (context) => {
  if (!isInstalled('e2image', '-V')) context.skip();
  const folder = freshFolder();
  const path = join(folder, 'image');
  writeFileSync(path, TestImage.load('ext4-4k-csum').bytes);
  const named = [];
  for (const option of [[], ['-Q']]) {
    const out = join(folder, 'out');
    rmSync(out, { force: true });
    expect(spawnSync('e2image', [...option, path, out]).status).toBe(0);
    named.push(of(readFileSync(out)));
  }
  return expect(Promise.all(named)).resolves.toMatchObject([{ name: 'e2image' }, { name: 'QCOW2' }]);
});

unitTest('anything at all, also what cannot be read: never throws, reads little', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 1, maxLength: 1200 }),
      fc.integer({ min: 0, max: 5 }),
      fc.boolean(),
      async (bytes, broken, gpt) => {
        const whole = Buffer.alloc(70_000);
        whole.set(bytes, 446);
        if (gpt) whole.write('EFI PART', 512, 'latin1');
        whole.writeUInt16BE(0x55aa, 510);
        let reads = 0;
        const memory = memorySource(whole);
        const source = {
          size: 2 ** 50,
          read(at: number, into: Uint8Array) {
            if (++reads === broken) throw new SourceError('broken', at, into.length);
            return memory.read(at, into);
          },
        };
        for (const found of [await identifyStart(source), await identifyShifted(source)])
          expect(found === null || /^an? /.test(found.what)).toBe(true);
        expect(reads).toBeLessThan(4000);
      },
    ),
    { numRuns: 200 },
  );
});
