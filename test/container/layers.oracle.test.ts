/** An image in any container has the findings that it has by itself, with the bytes of the outermost file. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type CheckOptions, checkImage } from '../../src/check';
import { decompressNode } from '../../src/container/decompress-node';
import { dirent } from '../../src/layout/dirent';
import { groupDesc } from '../../src/layout/group';
import { inode } from '../../src/layout/inode';
import { openDisk } from '../../src/open-disk';
import type { Finding } from '../../src/problem/finding';
import type { CheckReport } from '../../src/problem/report';
import { exitStatuses } from '../../src/report/exit-status';
import { openFile } from '../../src/source/file';
import { memorySource } from '../../src/source/memory';
import { cli, root } from '../support/cli';
import {
  type Contained,
  type ContainerRow,
  canMake,
  containerRows,
  makeContainer,
  packedRows,
} from '../support/container-files';
import { inodeOf, TestDirectory } from '../support/directory';
import { gptDisk, mebibyte } from '../support/disk';
import { hasE2fsprogs, makeImage, writeSparse } from '../support/e2fsprogs';
import { fixtureNow } from '../support/fixtures';
import type { TestImage } from '../support/image';
import { freshFolder } from '../support/scratch';

/** Folders with some blocks, and files with data, in two groups of blocks of 1 KiB. */
function soundImage(blockSize: number): TestImage {
  const commands = ['mkdir a', 'mkdir b', 'expand_dir a', 'expand_dir b', 'cd a'];
  for (let i = 0; i < 40; i++) commands.push(`write ${join(root, 'package.json')} file-${i}`);
  commands.push('cd /b', 'symlink link target', 'mknod pipe p', 'mkdir c');
  return makeImage({ size: '9M', options: `-t ext4 -b ${blockSize} -I 256 -O metadata_csum`, commands, settle: true });
}

/** Damages of all kinds of structures, at many places. */
function damagedImage(sound: TestImage): TestImage {
  const image = sound.copy();
  const { blockSize } = image.made;
  const [mode, links, size, blocks] = [3, 9, 17, 31].map((i) => inodeOf(image, `/a/file-${i}`));
  image.setInode(mode!, { i_mode: 0 }).setInode(links!, { i_links_count: 5 }).setInode(size!, { i_size_lo: 3 });
  image.setInode(blocks!, { i_blocks_lo: 77 });
  const [deleted, magic, owner, body] = [5, 12, 20, 36].map((i) => inodeOf(image, `/a/file-${i}`));
  image.setInode(deleted!, { i_dtime: 5 }).setInode(magic!, { i_flags: 0x82000 }).setInode(body!, { i_extra_isize: 3 });
  // the checksum stays
  image.poke(inode.i_uid, image.inodeAt(owner!), 7);
  const directory = TestDirectory.at(image, '/b');
  image.poke(dirent.rec_len, directory.records(0).at(-1)!, 10);
  directory.restamp(0);
  // the bitmap of the last group, and with small blocks the whole block of an inode table, with what is in it
  const last = image.made.groupCount - 1;
  const bitmap = groupDesc.bg_block_bitmap_lo(image.view, image.groupAt(last));
  image.bytes[image.blockAt(bitmap) + 100]! ^= 0xff;
  const table = image.inodeAt(inodeOf(image, '/a/file-25'));
  image.fill(table - (table % blockSize), blockSize);
  image.setSuper({ s_free_blocks_count_lo: 1 }).setGroup(0, { bg_free_inodes_count_lo: 3 });
  return image;
}

interface Base {
  name: string;
  sound: Uint8Array;
  image: Uint8Array;
}

const bases = (): Base[] =>
  [1024, 4096].flatMap((blockSize) => {
    const sound = soundImage(blockSize);
    return [
      { name: `sound, blocks of ${blockSize} bytes`, sound: sound.bytes, image: sound.bytes },
      { name: `damaged, blocks of ${blockSize} bytes`, sound: sound.bytes, image: damagedImage(sound).bytes },
    ];
  });

const check = (source: Parameters<typeof checkImage>[0], options: CheckOptions = {}): Promise<CheckReport> =>
  checkImage(source, { now: fixtureNow, ...options });

/** A container in a fresh folder. */
function contained(row: ContainerRow, { sound, image }: Base): { from: Contained; file: string } {
  const from = { folder: freshFolder(), sound, image };
  return { from, file: join(from.folder, makeContainer(row, from)) };
}

/** The check of the only file system in a file. */
async function checkFile(file: string, { inside }: ContainerRow): Promise<{ report: CheckReport; formats: string[] }> {
  const opened = [openFile(file).source];
  try {
    const { fileSystems } = await openDisk(opened[0]!, {
      decompress: decompressNode,
      name: basename(file),
      ...(inside !== undefined && { inside: [inside] }),
      async openBeside(name) {
        const { source } = openFile(join(dirname(file), name));
        opened.push(source);
        return source;
      },
    });
    expect(fileSystems).toHaveLength(1);
    const { source, extension, partition, container } = fileSystems[0]!;
    const report = await check(source, { extensions: extension ? [extension] : [], ...(partition && { partition }) });
    return { report, formats: container.map(({ format }) => format) };
  } finally {
    for (const source of opened) source.close?.();
  }
}

const withoutPlace = (findings: readonly Finding[]): Finding[] => findings.map(({ fileByte: _, ...rest }) => rest);

/** Compares the bytes of each finding in the outermost file with those in the image. */
function comparePlaces(
  findings: readonly Finding[],
  file: Buffer,
  image: Uint8Array,
  places: ContainerRow['places'],
): void {
  let found = 0;
  for (const { id, bytes, fileByte } of findings) {
    if (bytes === undefined) {
      expect(fileByte).toBeUndefined();
      continue;
    }
    // the rest of a sector can be at another place than its start
    const { at } = bytes;
    const wanted = image.subarray(at, Math.min(at + bytes.length, at - (at % 512) + 512));
    if (fileByte === undefined) {
      const isData = wanted.some((byte) => byte !== 0);
      expect(places === 'all' || (places === 'data' && isData), `${id} at ${at} has no place`).toBe(false);
      continue;
    }
    found++;
    const stored = file.subarray(fileByte, fileByte + wanted.length);
    expect(Buffer.compare(stored, wanted), `${id} at ${at}, byte ${fileByte} of the file`).toBe(0);
  }
  if (places === 'none') expect(found).toBe(0);
  else if (findings.length > 0) expect(found).toBeGreaterThan(3);
}

describe.skipIf(!hasE2fsprogs)('layers over one image (needs e2fsprogs)', () => {
  const raw = new Map<string, { base: Base; report: CheckReport }>();

  beforeAll(async () => {
    for (const base of bases()) raw.set(base.name, { base, report: await check(memorySource(base.image)) });
  });

  test('the images are what they should be', () => {
    for (const [name, { report }] of raw) {
      const ids = new Set(report.findings.map(({ id }) => id));
      if (name.startsWith('sound')) expect(report).toMatchObject({ verdict: 'clean', findings: [] });
      else expect(ids.size, [...ids].join(' ')).toBeGreaterThan(8);
      expect(report.findings.filter(({ bytes }) => bytes !== undefined).length > 5).toBe(name.startsWith('damaged'));
    }
  });

  describe.each([...containerRows])('$name', (row) => {
    test.skipIf(!canMake(row))(`like the raw image (needs ${row.tools.join(', ') || 'nothing'})`, async () => {
      for (const { base, report: wanted } of raw.values()) {
        const { file } = contained(row, base);
        const { report, formats } = await checkFile(file, row);
        expect(formats).toEqual(row.formats);
        expect(withoutPlace(report.findings), base.name).toEqual(wanted.findings);
        expect(report.verdict).toBe(wanted.verdict);
        expect(report.affected).toEqual(wanted.affected);
        expect(report.counts).toEqual(wanted.counts);
        // the start of a fixed VHD disk is the file system
        if (formats.length === 0) expect(readFileSync(file).indexOf(base.image)).toBe(0);
        else comparePlaces(report.findings, readFileSync(file), base.image, row.places);
      }
    });
  });

  describe.each([...packedRows])('$name', (row) => {
    const isOpened = row.name === 'gzip' || existsSync(join(root, 'src/source/packed'));
    test.skipIf(!isOpened || !canMake(row))(`like the raw image (needs ${row.tools.join(', ')})`, () => {
      for (const { base, report: wanted } of raw.values()) {
        const { file } = contained(row, base);
        const { status, stdout, stderr } = cli(['--format', 'json', file]);
        expect(stderr).toBe('');
        expect(status).toBe(wanted.findings.length === 0 ? exitStatuses.pass : exitStatuses.problems);
        const report: CheckReport = JSON.parse(stdout);
        // the program has the time of the machine
        const place = ({ id, inode, block, group, path, bytes }: Finding) => ({ id, inode, block, group, path, bytes });
        expect(report.findings.map(place)).toEqual(wanted.findings.map(place));
        expect(report.findings.every(({ fileByte }) => fileByte === undefined)).toBe(true);
        expect(report.verdict).toBe(wanted.verdict);
      }
    });
  });

  describe('the program', () => {
    let folder: string;
    let damaged: Base;
    let wanted: CheckReport;
    const sectors = 9 * 2048;

    beforeAll(() => {
      folder = freshFolder();
      damaged = raw.get('damaged, blocks of 1024 bytes')!.base;
      wanted = raw.get(damaged.name)!.report;
      const disk = gptDisk(40 * mebibyte, [
        { start: 2048, count: 2048, label: 'empty' },
        { start: 6144, count: sectors, label: 'first', holds: damaged.sound },
        { start: 6144 + sectors, count: sectors, label: 'second', holds: damaged.image },
      ]);
      writeSparse(join(folder, 'disk.img'), disk);
      mkdirSync(join(folder, 'inner'));
    });

    const run = (...args: string[]) => cli(args, { cwd: folder });
    const ids = ({ findings }: CheckReport): string[] => findings.map(({ id }) => id);

    test('--list', () => {
      const { status, stdout } = run('--list', 'disk.img');
      expect(status).toBe(0);
      const lines = stdout.trimEnd().split('\n');
      expect(lines).toHaveLength(4);
      expect(lines[0]).toMatch(/^disk\.img: 40 MiB: a disk with 3 partitions \(GPT\)$/);
      expect(lines[2]).toMatch(/^ {2}partition 2 "first": 9 MiB, offset .*: an ext4 file system, .*9 MiB$/);
      const { stdout: json } = run('--list', '--format', 'json', 'disk.img');
      expect(JSON.parse(json)).toMatchObject({ content: { format: 'GPT', parts: [{}, {}, { number: 3 }] } });
    });

    test('several file systems: a report each, a table, and the worst status', () => {
      const { status, stdout } = run('--format', 'json', 'disk.img');
      const reports: CheckReport[] = JSON.parse(stdout);
      expect(reports).toHaveLength(2);
      expect(reports.map(({ verdict }) => verdict)).toEqual(['clean', wanted.verdict]);
      expect(ids(reports[1]!)).toEqual(ids(wanted));
      const starts = [6144 * 512, (6144 + sectors) * 512];
      for (const { bytes, fileByte } of reports[1]!.findings) if (bytes) expect(fileByte).toBe(starts[1]! + bytes.at);
      expect(reports.map((report) => 'image' in report && report.image)).toEqual(
        starts.map((at) => `disk.img?offset=${at}`),
      );
      expect(status).toBe(exitStatuses.problems);
      const text = run('disk.img');
      expect(text.status).toBe(exitStatuses.problems);
      const table = text.stdout.trimEnd().split('\n').slice(-3).join('\n');
      expect(table).toContain('partition 2 "first"');
      expect(table).toContain('partition 3 "second"');
    });

    test.each([
      ['2', 0],
      ['first', 0],
      ['second', exitStatuses.problems],
      ['3', exitStatuses.problems],
    ])('--partition %s', (word, wantedStatus) => {
      const { status, stdout } = run('--format', 'json', '--partition', word, 'disk.img');
      expect(status).toBe(wantedStatus);
      expect(ids(JSON.parse(stdout))).toEqual(wantedStatus === 0 ? [] : ids(wanted));
    });

    test('a partition that is not there, or holds nothing', () => {
      const missing = run('--partition', '9', 'disk.img');
      expect(missing.status).toBe(exitStatuses.unchecked);
      expect(missing.stderr + missing.stdout).toMatch(/no partition 9; it has\s+partition 1 "empty"/);
      expect(run('--partition', 'empty', '--format', 'json', 'disk.img').status).toBe(exitStatuses.unchecked);
    });

    test('--inside, and a disk in a file system', () => {
      const row = containerRows.find(({ inside }) => inside !== undefined)!;
      const file = row.make({ ...damaged, folder: withImage(join(folder, 'inner'), damaged.image) });
      const inside = run('--format', 'json', '--inside', row.inside!, join('inner', file));
      expect(inside.status).toBe(exitStatuses.problems);
      const report: CheckReport = JSON.parse(inside.stdout);
      expect(ids(report)).toEqual(ids(wanted));
      expect(report.evidence?.zeroBlocksWithoutSpace).toBe(1);
      expect(run('--format', 'json', join('inner', file)).status).toBe(0);
      const missing = run('--inside', '/images/none', join('inner', file));
      expect(missing.status).toBe(exitStatuses.unchecked);
      expect(missing.stderr + missing.stdout).toContain('/images/none');
    });

    test.skipIf(!canMake(containerRows.find(({ tools }) => tools.includes('qemu-io'))!))(
      '--backing allows other files (needs qemu-img)',
      () => {
        const row = containerRows.find(({ places }) => places === 'some')!;
        const { file } = contained(row, damaged);
        const refused = run(file);
        expect(refused.status).toBe(exitStatuses.unchecked);
        expect(refused.stderr + refused.stdout).toContain('--backing');
        const { status, stdout } = run('--backing', '--format', 'json', file);
        expect(status).toBe(exitStatuses.problems);
        expect(ids(JSON.parse(stdout))).toEqual(ids(wanted));
      },
    );
  });
});

/** A folder with the image as `raw`. */
function withImage(folder: string, image: Uint8Array): string {
  writeFileSync(join(folder, 'raw'), image);
  return folder;
}
