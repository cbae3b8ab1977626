import { expect, test } from 'vitest';
import { checkImage } from '../../src/check';
import { mustBeWritten } from '../../src/content/lost/kinds';
import { lostWritesCheck } from '../../src/content/lost/lost-writes';
import { fileType } from '../../src/layout/inode';
import { memorySource } from '../../src/source/memory';
import { makeImage } from '../support/e2fsprogs';
import { nativeDescribe, unitTest } from '../support/project-tests';
import type { Opened } from '../view/support';
import { filled, imageOf, lose, text } from './support';

const check = (bytes: Uint8Array) => checkImage(memorySource(bytes), { extensions: [lostWritesCheck()] });

/** Ids by path; only of this check. */
async function found(bytes: Uint8Array): Promise<Record<string, string>> {
  const { findings } = await check(bytes);
  return Object.fromEntries(
    findings.filter(({ id }) => id.startsWith('file-')).map(({ path, id }) => [path?.slice(1) ?? '', id]),
  );
}

/** Bytes of which those from `from` up to `to` are NUL; mke2fs leaves whole blocks of them out. */
const gap = (bytes: Uint8Array | string, from: number, to: number): Uint8Array =>
  (typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes.slice()).fill(0, from, to);
const nul = (size: number): Uint8Array => new Uint8Array(size);
const gz = new Uint8Array([0x1f, 0x8b, 0x08, 0, ...filled(60_000)]);

/** A program with a table of 16 sections at byte 49,152, of which one has symbols. */
function elf(): Uint8Array {
  const bytes = filled(65_536);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]);
  view.setUint32(0x28, 49_152, true);
  view.setUint32(0x2c, 0, true);
  view.setUint16(0x3a, 64, true);
  view.setUint16(0x3c, 16, true);
  return bytes;
}

/** Files with gaps that their kind excludes, and what is found. */
const lost: Record<string, [Uint8Array, string]> = {
  'etc/passwd': [nul(1500), 'file-all-nul'],
  'usr/lib/libbar.so.1.2': [nul(50_000), 'file-all-nul'],
  'usr/bin/tool': [nul(40_000), 'file-all-nul'],
  'lib/modules/6.1/kernel/fs/x.ko': [nul(9000), 'file-all-nul'],
  'usr/lib/systemd/system/x.service': [nul(300), 'file-all-nul'],
  'usr/lib/systemd/system/var.swap': [nul(300), 'file-all-nul'],
  'boot/vmlinuz-6.1': [nul(100_000), 'file-all-nul'],
  'boot/initrd.img': [nul(100_000), 'file-all-nul'],
  'oem/90_custom.yaml': [nul(700), 'file-all-nul'],
  'usr/share/words.txt': [gap(text(60_000), 16_384, 32_768), 'file-nul-blocks'],
  'etc/long': [gap(text(60_000), 16_384, 32_768), 'file-nul-blocks'],
  'opt/run': [gap(`#!/bin/sh\n${text(60_000)}`, 16_384, 32_768), 'file-nul-blocks'],
  'opt/prog': [gap(elf(), 49_152, 57_344), 'file-nul-blocks'],
  'usr/share/doc/changelog.gz': [gap(gz, 16_384, 32_768), 'file-nul-blocks'],
  'usr/lib/libfirst.so': [gap(filled(60_000), 0, 16_384), 'file-nul-blocks'],
};

/** Files that look alike and are sound: space that programs reserve, sparse files, and data with gaps. */
const sound: Record<string, Uint8Array> = {
  'var/log/rotated.log': gap(text(60_000), 0, 40_000),
  'var/log/after-power-failure.log': gap(text(60_000), 16_384, 32_768),
  'var/log/new.log': nul(50_000),
  'var/log/lastlog': nul(292_000),
  'var/lib/mysql/redo': nul(50_000),
  'var/lib/app/data.db': nul(65_536),
  'var/lib/app/mixed': gap(filled(60_000), 16_384, 32_768),
  'var/swapfile': nul(65_536),
  'home/me/disk.img': nul(65_536),
  'home/me/download.zip': nul(65_536),
  'home/me/part.gz': gap(gz, 16_384, 32_768),
  'usr/lib/firmware/blob': nul(9000),
  'usr/lib/libdata.so': gap(elf(), 16_384, 32_768),
  'usr/share/padded.gz': gap(gz, 49_152, 60_004),
};

const options: [string, string[]][] = [
  ['ext2, blocks of 1 KiB', ['-t', 'ext2', '-b', '1024']],
  ['ext2, blocks of 4 KiB', ['-t', 'ext2', '-b', '4096']],
  ['ext4', ['-t', 'ext4', '-b', '4096']],
  ['ext4 with inline data', ['-t', 'ext4', '-b', '1024', '-O', 'inline_data']],
];

nativeDescribe('images made without the NUL blocks of their files', () => {
  test.each(options)('%s: files whose kind excludes gaps are lost', async (_name, made) => {
    const files = Object.fromEntries(Object.entries(lost).map(([path, [content]]) => [path, content]));
    const { bytes } = await imageOf({ ...files, 'usr/share/whole': filled(20_000) }, made, '16M');
    const report = await check(bytes);
    expect(await found(bytes)).toEqual(Object.fromEntries(Object.entries(lost).map(([path, [, id]]) => [path, id])));
    expect(report.affected.map(({ path }) => path.slice(1)).sort()).toEqual(Object.keys(lost).sort());
    expect(report.verdict).toBe('error');
  });

  test.each(options)('%s: gaps of other files are sound', async (_name, made) => {
    const { bytes } = await imageOf(sound, made, '16M');
    expect(await found(bytes)).toEqual({});
  });

  test('a file with several names is lost under all of them', async () => {
    const opened = await imageOf({ 'usr/lib/libx.so.1': nul(9000) });
    const report = await check(opened.bytes);
    expect(report.affected).toEqual([{ path: '/usr/lib/libx.so.1', how: 'damaged' }]);
    expect(report.findings[0]!.data).toEqual({ size: 9000, written: false });
  });

  test('in an image that lost other data, other files without a block are suspect, but no reserved space', async () => {
    const { bytes } = await imageOf({
      'usr/bin/tool': nul(3000),
      'var/lib/app/state': nul(3000),
      'var/lib/app/data.db': nul(3001),
      'var/lib/mysql/redo': nul(2 ** 20),
      'var/log/new.log': nul(3000),
      'var/swapfile': nul(3000),
    });
    expect(await found(bytes)).toEqual({
      'usr/bin/tool': 'file-all-nul',
      'var/lib/app/state': 'file-all-nul-suspect',
      'var/lib/app/data.db': 'file-all-nul-suspect',
    });
  });
});

/** Files of unwritten extents: blocks, bytes. */
const unwritten = (path: string, bytes: number): string[] => [
  `write /dev/null ${path}`,
  `fallocate ${path} 0 ${Math.ceil(bytes / 1024) - 1}`,
  `sif ${path} size ${bytes}`,
];
const folders = ['usr', 'usr/lib', 'usr/bin', 'etc', 'var', 'var/log', 'var/lib'].map((path) => `mkdir ${path}`);

nativeDescribe('extents that were never written', () => {
  test.each([
    ['-b 1024 -t ext4'],
    ['-b 1024 -t ext4 -O metadata_csum'],
    ['-b 1024 -t ext4 -O ^has_journal'],
  ])('are lost data where the kind excludes NUL: %s', async (options) => {
    const image = makeImage({
      size: '16M',
      options,
      commands: [
        ...folders,
        ...unwritten('usr/lib/libfoo.so.1', 20_000),
        ...unwritten('usr/bin/sshd', 30_000),
        ...unwritten('etc/fstab', 500),
        ...unwritten('var/log/messages.log', 8192),
        ...unwritten('var/lib/data.db', 1048576),
        ...unwritten('var/swapfile', 1048576),
      ],
      settle: true,
    });
    expect(await found(image.bytes)).toEqual({
      'usr/lib/libfoo.so.1': 'file-all-nul',
      'usr/bin/sshd': 'file-all-nul',
      'etc/fstab': 'file-all-nul',
    });
  });

  test('are sound where programs reserve space', async () => {
    const image = makeImage({
      size: '16M',
      options: '-b 1024 -t ext4',
      commands: [
        ...folders,
        ...unwritten('var/log/messages.log', 8192),
        ...unwritten('var/lib/data.db', 8192),
        ...unwritten('var/lib/redo', 9000),
        ...unwritten('var/swapfile', 8192),
      ],
      settle: true,
    });
    expect(await found(image.bytes)).toEqual({});
  });
});

/** Makes a file executable. */
async function executable(opened: Opened, path: string): Promise<void> {
  const { inode } = await opened.image.stat(path);
  opened.words.setUint16(opened.inodeAt(inode), fileType.REGULAR | 0o755, true);
}

const empty = (paths: readonly string[]) => Object.fromEntries(paths.map((path) => [path, '']));
const neverEmpty = [
  'usr/bin/tool',
  'opt/app/bin/app',
  'usr/lib/libx.so.1',
  'usr/lib64/libx.so',
  'lib/modules/6.1/kernel/fs/x.ko',
  'lib/modules/6.1/kernel/fs/y.ko.xz',
  'usr/lib/systemd/system/x.service',
  'lib/systemd/user/y.timer',
  'boot/vmlinuz-6.1',
  'boot/initrd.img-6.1',
  'boot/efi/EFI/BOOT/BOOTX64.EFI',
];
const oftenEmpty = [
  'usr/lib/python3/x/__init__.py',
  'usr/lib/python3/x/py.typed',
  'usr/share/x/empty.txt',
  'usr/share/x/tests/bin/found',
  'usr/share/x/tests/libempty.so',
  'etc/machine-id',
  'etc/x.conf',
  'usr/bin/notes',
  'home/me/stub.so',
  'var/lib/systemd/deb-systemd-helper-enabled/x.timer',
  'var/lib/systemd/timers/stamp-x.timer',
  'usr/share/x/empty.gz',
];

nativeDescribe('empty files', () => {
  const programs = ['usr/bin/tool', 'opt/app/bin/app', 'usr/share/x/tests/bin/found'];

  test('of kinds that are never empty have lost their data', async () => {
    const opened = await imageOf(empty(neverEmpty));
    for (const path of programs.slice(0, 2)) await executable(opened, `/${path}`);
    const report = await check(opened.bytes);
    expect(await found(opened.bytes)).toEqual(Object.fromEntries(neverEmpty.map((path) => [path, 'file-empty'])));
    expect(report.affected.map(({ path }) => path.slice(1)).sort()).toEqual([...neverEmpty].sort());
    expect(report.causes[0]).toMatchObject({ id: 'lost-writes', text: expect.stringContaining('nothing') });
  });

  test('of other kinds and in other places are sound', async () => {
    const opened = await imageOf(empty(oftenEmpty));
    await executable(opened, '/usr/share/x/tests/bin/found');
    expect(await found(opened.bytes)).toEqual({});
  });

  test('that are unusual are suspect beside one that must not be empty', async () => {
    const opened = await imageOf(empty([...oftenEmpty, 'usr/lib/libx.so.1']));
    expect(await found(opened.bytes)).toEqual({
      'usr/lib/libx.so.1': 'file-empty',
      'usr/share/x/empty.txt': 'file-empty-suspect',
      'usr/share/x/empty.gz': 'file-empty-suspect',
      'etc/x.conf': 'file-empty-suspect',
      'home/me/stub.so': 'file-empty-suspect',
    });
  });

  test('in /etc/systemd mask a unit, unless the image has lost data', async () => {
    const unit = 'etc/systemd/system/x.service';
    const masked = await check((await imageOf(empty([unit]))).bytes);
    expect(masked.findings.map(({ id, path }) => [id, path])).toEqual([['file-empty-suspect', `/${unit}`]]);
    expect(masked.affected).toEqual([]);
    const { bytes } = await imageOf({ ...empty([unit]), 'usr/bin/tool': nul(5000) });
    expect(await found(bytes)).toEqual({ [unit]: 'file-empty', 'usr/bin/tool': 'file-all-nul' });
  });
});

nativeDescribe('files of NUL bytes where the image has lost data', () => {
  const files = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`var/lib/d/f${10 + i}`, filled(4096, i)]));

  test('are suspect beside lost blocks, and sound between data', async () => {
    const opened = await imageOf({ ...files, 'var/lib/d/f11.txt': text(4096) });
    await lose(opened, '/var/lib/d/f11.txt');
    await lose(opened, '/var/lib/d/f16');
    for (const path of ['/var/lib/d/f11', '/var/lib/d/f12']) await lose(opened, path);
    const ids = await found(opened.bytes);
    expect(ids['var/lib/d/f11.txt']).toBe('file-all-nul');
    expect(ids['var/lib/d/f16']).toBe('file-all-nul-unexplained');
    expect([ids['var/lib/d/f11'], ids['var/lib/d/f12']]).toContain('file-all-nul-suspect');
  });

  test('are suspect where structures show it', async () => {
    const opened = await imageOf({ 'var/lib/thing': filled(20_000) });
    const { inode } = await opened.image.stat('/var/lib/thing');
    const list = opened.words.getUint32(opened.inodeAt(inode) + 0x28 + 48, true);
    await lose(opened, '/var/lib/thing');
    expect(await found(opened.bytes)).toEqual({ 'var/lib/thing': 'file-all-nul-unexplained' });
    opened.bytes.fill(0, list * 1024, (list + 1) * 1024);
    expect(await found(opened.bytes)).toEqual({ 'var/lib/thing': 'file-all-nul-suspect' });
  });
});

unitTest('a file of 1 GiB without a block may be a sparse disk image where its kind is unknown', () => {
  expect(mustBeWritten('/usr/local/share/disk', 2 ** 30)).toBe(false);
  expect(mustBeWritten('/usr/local/share/disk', 2 ** 30 - 1)).toBe(true);
  expect(mustBeWritten('/usr/lib/libx.so', 2 ** 31)).toBe(true);
});
