import { expect, test } from 'vitest';
import { checkImage } from '../../src/check';
import { lostWritesCheck } from '../../src/content/lost/lost-writes';
import { memorySource } from '../../src/source/memory';
import { nativeDescribe, unitTest } from '../support/project-tests';
import { fixture } from '../view/support';
import { filled, imageOf, lose, text } from './support';

const gz = new Uint8Array([0x1f, 0x8b, 0x08, 0, ...filled(9000)]);
const xz = new Uint8Array([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, ...filled(9000)]);

/** Files, what is lost of them (blocks of 1 KiB, from and up to), and what is to be found at them. */
const table: [path: string, content: Uint8Array | string, lost: [number, number] | null, found: string | null][] = [
  // all of it
  ['usr/bin/tool', filled(3000), [0, 9], 'file-all-nul'],
  ['etc/ssl/certs/ca.pem', text(2000), [0, 9], 'file-all-nul'],
  ['home/me/notes.txt', text(900), [0, 9], 'file-all-nul'],
  ['srv/pack.gz', gz, [0, 99], 'file-all-nul'],
  ['var/lib/rpm/Packages.db', filled(4096), [0, 9], 'file-all-nul'],
  ['usr/lib/firmware/blob', filled(3000), [0, 9], 'file-all-nul-suspect'],
  ['var/lib/thing', filled(3000), [0, 9], 'file-all-nul-suspect'],
  ['var/swapfile', filled(3000), [0, 9], null],
  ['home/me/disk.img', filled(3000), [0, 9], null],
  // some blocks of it
  ['usr/share/doc/text', text(5000), [1, 2], 'file-nul-blocks'],
  ['etc/motd.conf', text(5000), [2, 4], 'file-nul-blocks'],
  ['opt/run.sh', `#!/bin/sh\n${text(5000)}`, [1, 2], 'file-nul-blocks'],
  ['usr/share/doc/changelog.gz', gz, [3, 4], 'file-nul-blocks'],
  ['opt/stuff.xz', xz, [3, 4], 'file-nul-blocks'],
  ['usr/lib/libfirst.so.1', filled(5000), [0, 1], 'file-nul-blocks'],
  ['var/log/app', text(5000), [1, 2], null],
  ['usr/lib/libinner.so.1', filled(5000), [1, 2], null],
  ['usr/share/padded.gz', gz, [8, 9], null],
  ['usr/share/sound', text(5000), null, null],
];

const check = (bytes: Uint8Array) => checkImage(memorySource(bytes), { extensions: [lostWritesCheck()] });

nativeDescribe('files that have lost data', () => {
  test('are found by what they must be, and named', async () => {
    const opened = await imageOf(Object.fromEntries(table.map(([path, content]) => [path, content])));
    for (const [path, , lost] of table) if (lost) await lose(opened, `/${path}`, ...lost);
    const report = await check(opened.bytes);
    const found = new Map(report.findings.map(({ path, id }) => [path, id]));
    for (const [path, , , id] of table) expect([path, found.get(`/${path}`) ?? null]).toEqual([path, id]);
    const named = table.flatMap(([path, , , id]) => (id === null ? [] : [`/${path}`]));
    expect(report.affected.map(({ path }) => path).sort()).toEqual(named.sort());
    expect(report.affected.every(({ how }) => how === 'damaged')).toBe(true);
    expect(report.verdict).toBe('error');
    expect(report.checked.at(-1)).toBe('lost writes');
    expect(report.causes.map(({ text }) => text).join(' ')).toContain('their data was not');
    expect(report.content).toMatchObject({ checks: ['lost writes'], files: table.length });
  });

  test('alone, a file of NUL bytes that may be right is but mentioned', async () => {
    const opened = await imageOf({ 'var/lib/thing': filled(3000) });
    await lose(opened, '/var/lib/thing');
    const report = await check(opened.bytes);
    expect(report.findings.map(({ id, path }) => [id, path])).toEqual([['file-all-nul-unexplained', '/var/lib/thing']]);
    expect(report.verdict).toBe('info');
    expect(report.affected).toEqual([]);
  });

  test('the tables of a program may not be lost, its data may be NUL', async () => {
    const elf = filled(8192);
    const view = new DataView(elf.buffer);
    elf.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]);
    view.setUint32(0x28, 6144, true);
    view.setUint32(0x2c, 0, true);
    view.setUint16(0x3a, 64, true);
    view.setUint16(0x3c, 16, true);
    const [tables, data] = [elf, elf.slice()];
    const opened = await imageOf({ 'usr/bin/tables': tables, 'usr/bin/data': data });
    await lose(opened, '/usr/bin/tables', 6, 7);
    await lose(opened, '/usr/bin/data', 2, 4);
    const report = await check(opened.bytes);
    expect(report.findings.map(({ id, path }) => [id, path])).toEqual([['file-nul-blocks', '/usr/bin/tables']]);
  });
});

unitTest.each(['ext2-1k', 'ext3-1k-htree', 'ext4-1k-csum-tree', 'ext4-uninit-bg'])(
  '%s has lost nothing',
  async (name) => {
    const report = await check(fixture(`clean/${name}`));
    expect(report.findings.filter(({ id }) => id.startsWith('file-'))).toEqual([]);
    expect(report.affected).toEqual([]);
  },
);
