import { gzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { catalogue } from '../../../src/catalogue';
import { superblock, superblockOffset } from '../../../src/layout/superblock';
import { formatFinding } from '../../../src/report/message';
import { memorySource } from '../../../src/source/memory';
import { openFileSystem } from '../../../src/volume/open';
import { checkWhole } from '../../support/check-damages';
import { gptDisk, mbrDisk, mebibyte, writeRecord } from '../../support/disk';
import { e2fsck, makeImage } from '../../support/e2fsprogs';
import { inShort, TestImage } from '../../support/image';
import { nativeDescribe, nativeTest, unitDescribe, unitTest } from '../../support/project-tests';

const open = (bytes: Uint8Array) => openFileSystem(memorySource(bytes));
const check = (bytes: Uint8Array<ArrayBuffer>) => checkWhole(new TestImage(bytes));
const small = TestImage.load('ext2-1k').bytes;

/** File systems larger than one group, with the usual number of blocks in it. */
const withBlocks = {
  1024: () => makeImage({ size: '16M', options: '-t ext4 -b 1024' }).bytes,
  2048: () => makeImage({ size: '40M', options: '-t ext4 -b 2048' }).bytes,
  4096: () => makeImage({ size: '136M', options: '-t ext4 -b 4096 -O ^has_journal' }).bytes,
};
const checksums = () => makeImage({ size: '16M', options: '-t ext4 -b 1024 -O metadata_csum,64bit' }).bytes;

nativeDescribe('the primary superblock of a partition is not a backup of the disk', () => {
  const places = [
    [1024, 1],
    [1024, 8],
    [1024, 16],
    [1024, 24],
    [2048, 32],
    [4096, 8],
    [4096, 128],
  ] as const;

  nativeTest.each(places)('blocks of %d bytes, partition at %d MiB', async (blockSize, start) => {
    const holds = withBlocks[blockSize]();
    const size = start * mebibyte + holds.length + 2 * mebibyte;
    const partition = { start: start * 2048, count: holds.length / 512, holds };
    for (const disk of [mbrDisk(size, [partition]), gptDisk(size, [partition])]) {
      const report = await check(disk as Buffer<ArrayBuffer>);
      expect(inShort(report.findings)).toEqual(['image-partitioned']);
      expect(report).toMatchObject({ verdict: 'incomplete', filesystem: null, affectedCount: 0 });
      expect(report.foundAtStart?.partitions).toMatchObject([
        { number: 1, start: start * mebibyte, size: holds.length, fileSystem: 'ext4', fileSystemSize: holds.length },
      ]);
    }
  });

  nativeTest.each(places)(
    'blocks of %d bytes, partition at %d MiB, and no partition table',
    async (blockSize, start) => {
      const holds = withBlocks[blockSize]();
      const disk = Buffer.alloc(start * mebibyte + holds.length);
      disk.set(holds, start * mebibyte);
      const report = await check(disk);
      expect(report).toMatchObject({
        filesystem: null,
        foundAtStart: { kind: 'shifted', name: 'ext4', startsAt: start * mebibyte },
      });
      expect(inShort(report.findings)).toEqual(['superblock-damaged 0x000044', 'superblock-missing 0x000004']);
    },
  );

  nativeTest('nor are the backups of that partition', async () => {
    const holds = withBlocks[1024]();
    const disk = Buffer.alloc(40 * mebibyte);
    disk.set(holds, 8 * mebibyte);
    disk.fill(0, 8 * mebibyte, 8 * mebibyte + 4096);
    expect((await open(disk)).opening).toBeNull();
    // with a table, the partition is named, and that its superblock is destroyed
    writeRecord(disk, 0, [{ type: 0x83, start: 16384, count: holds.length / 512 }]);
    const report = await check(disk);
    expect(report.foundAtStart).toMatchObject({
      kind: 'mbr',
      partitions: [{ fileSystem: 'ext4', fromBackup: true, what: 'an ext4 file system without its start' }],
    });
  });
});

nativeDescribe('a file system whose start was overwritten is read by its own backups', () => {
  const overwritten: [string, (bytes: Buffer) => void, object | undefined][] = [
    ['zeros', (bytes) => bytes.fill(0, 0, 4096), { kind: 'zeros', claims: false }],
    ['one sector of zeros', (bytes) => bytes.fill(0, 1024, 1536), { kind: 'zeros' }],
    ['a GPT without partitions', (bytes) => bytes.set(gptDisk(bytes.length, [], { over: bytes })), { kind: 'gpt' }],
    [
      'a GPT with a reserved partition',
      (bytes) => bytes.set(gptDisk(bytes.length, [{ start: 34, count: 8000 }], { over: bytes })),
      { kind: 'gpt', partitions: [{ fileSystem: null }] },
    ],
    [
      'a GPT with sectors of 4096 bytes',
      (bytes) => bytes.set(gptDisk(bytes.length, [], { over: bytes.fill(0, 1024, 2048), sector: 4096 })),
      { kind: 'gpt' },
    ],
    [
      'a MBR and zeros',
      (bytes) => bytes.set(mbrDisk(bytes.length, [{ start: 2048, count: 8192 }], bytes.fill(0, 512, 4096))),
      { kind: 'mbr' },
    ],
    [
      'compressed data',
      (bytes) => bytes.set(gzipSync(Buffer.alloc(9e6, 'text'), { level: 1 })),
      { kind: 'compressed' },
    ],
    ['a program', (bytes) => bytes.fill(7, 0, 3000).write('\x7fELF', 0, 'latin1'), { kind: 'program' }],
    ['bytes that are not known', (bytes) => bytes.fill(7, 0, 3000), undefined],
  ];

  nativeTest.each(overwritten)('%s', async (_name, damage, start) => {
    for (const image of [checksums(), withBlocks[1024](), withBlocks[2048]()]) {
      const bytes = Buffer.from(image);
      damage(bytes);
      const report = await check(bytes);
      expect(report.filesystem?.superblockAt).toBe(report.filesystem?.blockSize === 1024 ? 8193 : 16384);
      expect(report.counts).toMatchObject({ 'superblock-damaged': 1, 'superblock-backup-used': 1 });
      expect(report.affectedCount).toBe(0);
      if (start === undefined) expect(report.foundAtStart).toBeUndefined();
      else expect(report.foundAtStart).toMatchObject(start);
    }
  });

  nativeTest('e2fsck uses a backup as well', () => {
    const bytes = Buffer.from(checksums());
    bytes.set(gptDisk(bytes.length, [], { over: bytes }));
    expect(e2fsck(new TestImage(bytes)).codes).toContain('0x000044');
  });

  nativeTest('also by backups without a number, as a growing kernel wrote them', async () => {
    for (const image of [withBlocks[1024](), withBlocks[2048](), withBlocks[4096]()]) {
      const bytes = Buffer.from(image);
      const block = new TestImage(bytes).made.blockSize;
      const at = block === 1024 ? 8193 * block : 8 * block * block;
      bytes.writeUInt16LE(0, at + superblock.s_block_group_nr.offset);
      bytes.fill(0, 0, 4096);
      expect((await open(bytes)).opening?.superBlock).toBe(at / block);
    }
  });

  nativeTest('but not by a superblock with the number of another group', async () => {
    const bytes = Buffer.from(withBlocks[1024]());
    bytes.writeUInt16LE(3, 8193 * 1024 + superblock.s_block_group_nr.offset);
    bytes.fill(0, 0, 4096);
    expect((await open(bytes)).opening).toBeNull();
  });
});

nativeDescribe('another file system or a container is never opened by backups', () => {
  nativeTest.each([
    ['FAT', 54, 'FAT16   '],
    ['XFS', 0, 'XFSB'],
    ['LUKS', 0, 'LUKS\xba\xbe'],
    ['QCOW2', 0, 'QFI\xfb'],
    ['swap', 4086, 'SWAPSPACE2'],
  ])('%s', async (name, at, magic) => {
    const bytes = Buffer.from(withBlocks[1024]()).fill(0, 0, 4096);
    bytes.write(magic, at, 'latin1');
    const report = await check(bytes);
    expect(report.filesystem).toBeNull();
    expect(report.foundAtStart).toMatchObject({ name, claims: true, leftover: { type: 'ext4', superblockAt: 8193 } });
    expect(formatFinding(report.findings.at(-1)!, catalogue)).toContain('block 8,193 has a backup superblock');
  });

  nativeTest('nor a disk that was a file system before', async () => {
    const bytes = Buffer.from(withBlocks[1024]()).fill(0, 0, 4096);
    for (const disk of [
      mbrDisk(bytes.length, [{ start: 2048, count: 8192, holds: small }], bytes),
      gptDisk(bytes.length, [{ start: 2048, count: 8192, holds: small }], { over: bytes }),
      // the table is destroyed as well
      Buffer.from(bytes.fill(0, 0, mebibyte)).fill(small, mebibyte, mebibyte + small.length),
    ]) {
      const { opening, start } = await open(disk);
      expect(opening).toBeNull();
      expect(start?.claims).toBe(true);
    }
  });
});

unitDescribe('a superblock that is older than the partition table', () => {
  const old = TestImage.load('ext4-4k-csum').bytes;
  const partition = { start: 2048, count: 8192, holds: small };

  unitTest.each([
    ['MBR', () => mbrDisk(old.length, [partition], old)],
    [
      'MBR, in the third partition',
      () => mbrDisk(old.length, [{ start: 64, count: 64 }, { start: 256, count: 64 }, partition], old),
    ],
    [
      'GPT with sectors of 4096 bytes',
      () => gptDisk(old.length, [{ ...partition, start: 256, count: 1024 }], { over: old, sector: 4096 }),
    ],
    ['another file system', () => mbrDisk(old.length, [{ ...partition, holds: Buffer.from('XFSB', 'latin1') }], old)],
  ])('%s: nothing is judged', async (_name, make) => {
    const report = await check(make() as Buffer<ArrayBuffer>);
    expect(inShort(report.findings)).toEqual(['image-partitioned']);
    expect(report.foundAtStart?.leftover).toEqual({
      type: 'ext4',
      superblockAt: 0,
      blockSize: 4096,
      blocks: 3072,
      label: expect.any(String),
    });
  });

  unitTest.each<[string, (bytes: Buffer) => void]>([
    ['the code of a boot loader', (bytes) => bytes.fill(0x90, 0, 510).writeUInt16BE(0x55aa, 510)],
    [
      'a table whose partition starts at byte 0',
      (bytes) => writeRecord(bytes, 0, [{ type: 0x83, start: 0, count: 24576 }]),
    ],
    [
      'a table whose partition holds nothing',
      (bytes) => writeRecord(bytes, 0, [{ type: 0x83, start: 2048, count: 8192 }]),
    ],
    ['a protective entry and no GPT', (bytes) => writeRecord(bytes, 0, [{ type: 0xee, start: 1, count: 24575 }])],
    [
      'the backup of a GPT at the end of the disk',
      (bytes) => {
        const disk = gptDisk(bytes.length, [partition]);
        bytes.fill(disk.subarray(-512), bytes.length - 512);
      },
    ],
  ])('a sound file system with %s is checked', async (_name, write) => {
    const bytes = Buffer.from(old);
    write(bytes);
    const report = await check(bytes);
    expect(report.filesystem?.blocks).toBe(3072);
    expect(report.foundAtStart).toBeUndefined();
    expect(report.verdict).toBe('clean');
  });

  unitTest('a partition after the end of the file system is no reason to refuse it', async () => {
    const disk = Buffer.alloc(old.length + 8 * mebibyte);
    disk.set(old);
    disk.set(small, old.length);
    writeRecord(disk, 0, [
      { type: 0x83, start: 0, count: old.length / 512 },
      { type: 0x83, start: old.length / 512, count: 8192 },
    ]);
    expect((await check(disk)).verdict).toBe('clean');
  });
});

unitTest('an image that cannot be read at its start is not called anything', async () => {
  const image = TestImage.load('ext2-1k');
  const bytes = image.copy().fill(superblockOffset, 1024, 1).bytes;
  expect((await open(bytes)).start).toBeNull();
});
