import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { memorySource } from '../../../src/source/memory';
import { readPartitionTable } from '../../../src/volume/start/partition-table';
import { findPartition } from '../../../src/volume/start/partitions';
import { gptDisk, logicalDisk, mbrDisk, mebibyte, writeRecord } from '../../support/disk';
import { TestImage } from '../../support/image';
import { oracleTest, unitDescribe, unitTest } from '../../support/project-tests';
import { freshFolder } from '../../support/scratch';
import { works } from '../../support/tools';

const read = (bytes: Uint8Array) => readPartitionTable(memorySource(bytes));
const starts = async (bytes: Uint8Array) =>
  (await read(bytes))?.entries.map(({ number, start, size }) => [number, start / 512, size / 512]);
const two = [
  { start: 64, count: 100, type: 0x0c },
  { start: 2048, count: 4096 },
];

unitDescribe('MBR', () => {
  unitTest('numbers, starts, sizes and types', async () => {
    expect(await read(mbrDisk(8 * mebibyte, two))).toEqual({
      kind: 'mbr',
      atStart: true,
      fault: null,
      backupFault: null,
      entries: [
        { number: 1, start: 64 * 512, size: 100 * 512, type: '0x0c', label: '', id: '' },
        { number: 2, start: mebibyte, size: 2 * mebibyte, type: '0x83', label: '', id: '' },
      ],
    });
  });

  unitTest.each<[string, (disk: Buffer) => void]>([
    ['no boot signature', (disk) => disk.fill(0, 510, 512)],
    ['a status that does not exist', (disk) => disk.fill(0x41, 446, 447)],
    ['partitions that overlap', (disk) => disk.writeUInt32LE(2000, 446 + 16 + 8)],
    ['no partition in use', (disk) => disk.fill(0, 446, 510)],
    [
      'only partitions after the end of the disk',
      (disk) => {
        for (const at of [454, 470]) disk.writeUInt32LE(1e6 + at * 9999, at);
      },
    ],
  ])('is none with %s', async (_name, spoil) => {
    const disk = mbrDisk(8 * mebibyte, [
      { start: 64, count: 2000 },
      { start: 2100, count: 4096 },
    ]);
    expect(await read(disk)).not.toBeNull();
    spoil(disk);
    expect(await read(disk)).toBeNull();
  });

  unitTest('logical partitions, also in a chain that ends nowhere', async () => {
    const disk = logicalDisk(8 * mebibyte, 3000, [
      { start: 4000, count: 900 },
      { start: 6000, count: 800 },
      { start: 8000, count: 700 },
    ]);
    const all = [
      [5, 4000, 900],
      [6, 6000, 800],
      [7, 8000, 700],
    ];
    expect(await starts(disk)).toEqual(all);
    // the last record points to the first
    writeRecord(disk, 7999, [
      { type: 0x83, start: 1, count: 700 },
      { type: 0x05, start: 0, count: 1000 },
    ]);
    expect(await starts(disk)).toEqual(all);
    disk.fill(0, 5999 * 512, 6000 * 512);
    expect(await starts(disk)).toEqual(all.slice(0, 1));
  });
});

unitDescribe('GPT', () => {
  const partitions = [
    { start: 64, count: 100 },
    { start: 512, count: 200, number: 4, label: 'root' },
  ];
  const type = '0FC63DAF-8483-4772-8E79-3D69D8477DE4';
  const idOf = (byte: number) => '00000000-0000-0000-0000-000000000000'.replaceAll('00', `0${byte}`);

  unitTest.each([512, 4096] as const)('with sectors of %d bytes', async (sector) => {
    const table = await read(gptDisk(8 * mebibyte, partitions, { sector }));
    expect(table).toMatchObject({ kind: 'gpt', atStart: true });
    expect(table?.entries).toEqual([
      { number: 1, start: 64 * sector, size: 100 * sector, type, label: '', id: idOf(1) },
      { number: 4, start: 512 * sector, size: 200 * sector, type, label: 'root', id: idOf(2) },
    ]);
  });

  unitTest.each([512, 4096] as const)('by its backup, with sectors of %d bytes', async (sector) => {
    const disk = gptDisk(8 * mebibyte, partitions, { sector });
    const entries = (await read(disk))!.entries;
    // the checksum of the first one is wrong
    disk[sector + 60] = 1;
    disk.fill(0, 2 * sector, 2 * sector + 256);
    const fault = 'the checksum of its header is wrong';
    expect(await read(disk)).toEqual({ kind: 'gpt', atStart: true, entries, fault, backupFault: null });
    // all of it is gone, the protective MBR included
    disk.fill(0, 0, 64 * 512);
    const missing = 'it has no header at the start';
    expect(await read(disk)).toEqual({ kind: 'gpt', atStart: false, entries, fault: missing, backupFault: null });
  });

  unitTest('a header with wrong checksums and no backup is used as it is', async () => {
    const disk = gptDisk(8 * mebibyte, partitions, { noBackup: true });
    disk[512 + 60] = 1;
    expect((await read(disk))?.entries.map(({ number }) => number)).toEqual([1, 4]);
    disk.fill(0, 512, 1024);
    const fault = 'an MBR protects a GPT that is not there';
    expect(await read(disk)).toEqual({ kind: 'gpt', atStart: true, entries: [], fault, backupFault: null });
  });

  unitTest.each<[string, (disk: Buffer) => void, string]>([
    ['zeros', (disk) => disk.fill(0, disk.length - 512), 'it has no backup where its header says'],
    [
      'a wrong checksum',
      (disk) => disk.fill(1, disk.length - 452, disk.length - 450),
      'in its backup, the checksum of the header is wrong',
    ],
  ])('a backup with %s', async (_, spoil, backupFault) => {
    const disk = gptDisk(8 * mebibyte, partitions);
    expect(await read(disk)).toMatchObject({ fault: null, backupFault: null });
    spoil(disk);
    expect(await read(disk)).toMatchObject({ fault: null, backupFault });
    const shorter = disk.subarray(0, 6 * mebibyte);
    expect((await read(shorter))?.backupFault).toBe(
      'its backup is after the end: the disk is truncated, or was larger',
    );
  });

  unitTest('a hybrid table without its GPT', async () => {
    const disk = gptDisk(8 * mebibyte, partitions, { noBackup: true });
    disk.fill(0, 512, 1024);
    writeRecord(disk, 0, [
      { type: 0xee, start: 1, count: 63 },
      { type: 0x83, start: 64, count: 100 },
    ]);
    disk.writeUInt32LE(0xdecade01, 440);
    expect(await read(disk)).toMatchObject({ kind: 'mbr', entries: [{ number: 2, id: 'decade01-02' }] });
  });

  unitTest('a MBR that is newer than the backup of a GPT counts', async () => {
    const disk = gptDisk(8 * mebibyte, partitions);
    disk.fill(0, 0, 34 * 512);
    writeRecord(disk, 0, [{ type: 0x83, start: 2048, count: 100 }]);
    expect(await starts(disk)).toEqual([[1, 2048, 100]]);
  });
});

unitDescribe('the partition at a byte', () => {
  const ext = TestImage.load('ext2-1k').bytes;

  unitTest('is the one that starts there, and no other', async () => {
    const disk = memorySource(mbrDisk(8 * mebibyte, [{ start: 2048, count: 9000, holds: ext }]));
    expect(await findPartition(disk, mebibyte)).toEqual({
      number: 1,
      start: mebibyte,
      size: 9000 * 512,
      type: '0x83',
      label: '',
      id: '',
      fileSystem: 'ext2',
      what: 'an ext2 file system',
      fileSystemSize: ext.length,
    });
    for (const at of [0, 512, mebibyte + 512, 7 * mebibyte, 9 * mebibyte])
      expect(await findPartition(disk, at)).toBeNull();
    expect(await findPartition(memorySource(ext), 1024)).toBeNull();
  });

  unitTest('in a disk inside a partition', async () => {
    const inner = mbrDisk(6 * mebibyte, [{ start: 1024, count: 9000, holds: ext }]);
    const disk = memorySource(gptDisk(8 * mebibyte, [{ start: 2048, count: 12288, holds: inner }]));
    expect((await findPartition(disk, mebibyte))?.fileSystem).toBe('MBR');
    expect(await findPartition(disk, 1.5 * mebibyte)).toMatchObject({
      number: 1,
      start: 1.5 * mebibyte,
      fileSystem: 'ext2',
    });
  });
});

oracleTest('sfdisk agrees', async (context) => {
  if (!works('sfdisk', '--version')) context.skip();
  const folder = freshFolder();
  for (const [label, script] of [
    ['dos', 'size=2MiB\nsize=4MiB, type=L\nsize=8MiB, type=E\nsize=1MiB\nsize=3MiB\n'],
    ['gpt', 'size=2MiB\nsize=4MiB, type=L\n'],
  ] as const) {
    const path = join(folder, label);
    writeFileSync(path, Buffer.alloc(24 * mebibyte));
    expect(spawnSync('sfdisk', [path], { input: `label: ${label}\n${script}` }).status).toBe(0);
    const dump = JSON.parse(spawnSync('sfdisk', ['--json', path], { encoding: 'utf8' }).stdout);
    const wanted = dump.partitiontable.partitions
      .filter(({ type }: { type: string }) => !['5', 'f'].includes(type))
      .map(({ node, start, size }: { node: string; start: number; size: number }) => [
        Number(/\d+$/.exec(node)![0]),
        start,
        size,
      ]);
    expect(await starts(readFileSync(path))).toEqual(wanted);
  }
});
