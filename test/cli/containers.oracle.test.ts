/** What commands say about files that hold file systems in another form, and about what follows a file system. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test, vi } from 'vitest';
import { cli } from '../support/cli';
import { gptDisk, mebibyte } from '../support/disk';
import { fixtureBytes } from '../support/fixtures';
import { freshFolder } from '../support/scratch';
import { isInstalled } from '../support/tools';

vi.setConfig({ testTimeout: 60_000 });

const folder = freshFolder();
const ext4 = Buffer.from(fixtureBytes('clean/ext4-4k-csum'));
const file = (name: string, bytes: Uint8Array): string => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};
const flat = (text: string): string => text.replaceAll(/\s+/g, ' ');

const disk = file(
  'disk.img',
  gptDisk(64 * mebibyte, [
    { start: 2048, count: ext4.length / 512, holds: ext4, label: 'state' },
    { start: 65536, count: ext4.length / 512, holds: ext4, label: 'oem' },
  ]),
);

describe('a disk with two file systems', () => {
  test('each is checked, and a table of verdicts follows', () => {
    const { status, stdout } = cli([disk]);
    expect(status).toBe(0);
    const verdicts = [`${disk}, partition 1 "state" is clean`, `${disk}, partition 2 "oem" is clean`];
    expect(flat(stdout.slice(0, 400))).toContain(verdicts[0]);
    expect(stdout.trimEnd().split('\n').slice(-2)).toEqual(verdicts);
  });

  test.each([
    ['boot', [disk]],
    ['manifest', [disk]],
    ['upgrade-state', ['--state', disk]],
    ['check', ['--require', '/etc/os-release', disk]],
    ['check', ['--packages', disk]],
    ['check', ['--bmap', disk, disk]],
    ['check', ['--write-baseline', join(folder, 'baseline.json'), disk]],
  ])('%s asks which one is meant', (command, args) => {
    const { status, stdout, stderr } = cli([command, ...args]);
    if (args.includes('--bmap')) return expect(status).toBe(16);
    expect(status).toBe(8);
    expect(flat(stdout + stderr)).toContain(
      `it has 2 file systems; choose one with --partition, or by its name: partition 1 "state" (${disk}?offset=1048576), partition 2 "oem" (${disk}?offset=33554432)`,
    );
  });

  test('the names that it gives lead to the file systems', () => {
    for (const name of [`${disk}?offset=33554432`, `${disk}?partition=oem`, `${disk}?partition=2`])
      expect(cli(['-q', name]).status).toBe(0);
    const manifest = cli(['manifest', '--partition', 'oem', disk]);
    expect(manifest.stdout).toBe(cli(['manifest', `${disk}?partition=1`]).stdout);
    expect(manifest.stdout).toContain('type=dir');
    expect(cli(['-q', '--partition', 'none', disk])).toMatchObject({
      status: 8,
      stdout: expect.stringContaining('none'),
    });
  });
});

test('an offset in a compressed disk respects the end of the partition that starts there', () => {
  const short = gptDisk(32 * mebibyte, [{ start: 2048, count: ext4.length / 1024, holds: ext4 }]);
  for (const path of [file('short.img', short), file('short.img.gz', gzipSync(short))]) {
    const { status, stdout } = cli(['--format', 'json', '--offset', '2048s', path]);
    expect(status).toBe(4);
    expect(JSON.parse(stdout).counts).toMatchObject({ 'file-system-larger-than-partition': 1 });
    expect(JSON.parse(stdout).image).toBe(`${path}?offset=1048576`);
  }
});

test('what follows a file system is named', () => {
  const path = file('tail.img', Buffer.concat([ext4, Buffer.alloc(mebibyte, 'x')]));
  const { status, stdout } = cli([path]);
  expect(status).toBe(0);
  expect(stdout).toContain('after it     other data (1 MiB)\n');
  const [report] = [JSON.parse(cli(['--format', 'json', path]).stdout)];
  expect(report.followedBy).toEqual([{ kind: 'data', at: ext4.length, length: mebibyte, what: 'other data' }]);
  expect(report).not.toHaveProperty('container');
});

test('another file is opened only if that is allowed', () => {
  const overlay = file(
    'overlay.vmdk',
    Buffer.from(`# Disk DescriptorFile
version=1
CID=fffffffe
parentCID=ffffffff
createType="monolithicFlat"
RW ${ext4.length / 512} FLAT "flat.img" 0
`),
  );
  file('flat.img', ext4);
  expect(flat(cli([overlay]).stdout)).toContain('it needs the file flat.img; --backing allows that it is opened');
  expect(cli(['-q', '--backing', overlay])).toMatchObject({ status: 0, stdout: `${overlay} is clean\n` });
  const outside = file(
    'outside.vmdk',
    Buffer.from(readFileSync(overlay, 'latin1').replace('"flat.img"', '"../flat.img"')),
  );
  expect(flat(cli(['--backing', outside]).stdout)).toContain('../flat.img, which is not in its own folder');
});

describe.skipIf(!isInstalled('veritysetup', '--version'))('a hash tree of dm-verity (needs veritysetup)', () => {
  function signed(): { path: string; tree: string; root: string } {
    const path = file('signed.img', ext4);
    const tree = join(folder, 'tree');
    const { stdout } = spawnSync('veritysetup', ['format', path, tree], { encoding: 'utf8' });
    return { path, tree, root: /Root hash:\s+([0-9a-f]+)/.exec(stdout)?.[1] ?? '' };
  }

  test('all blocks are verified', () => {
    const { path, tree, root } = signed();
    const args = ['--verity-root-hash', root, '--verity-tree', tree, path];
    expect(cli(['-q', ...args])).toMatchObject({ status: 0 });
    const damaged = readFileSync(path);
    // the last block is free, so that only the hashes find the change
    damaged[damaged.length - 1]! ^= 1;
    writeFileSync(path, damaged);
    expect(cli(['-q', path]).status).toBe(0);
    const { status, stdout } = cli(['--format', 'json', ...args]);
    expect(status).toBe(4);
    expect(JSON.parse(stdout).counts).toEqual({ 'dm-verity-block-damaged': 1 });
  });

  test('a root hash that is not one, a tree that is missing', () => {
    const { path, root } = signed();
    expect(cli(['--verity-root-hash', 'xyz', path]).status).toBe(16);
    expect(cli(['--verity-tree', path, path]).status).toBe(16);
    expect(cli(['-q', '--verity-root-hash', root, '--verity-tree', join(folder, 'none'), path]).status).toBe(16);
    expect(cli(['-q', '--verity-root-hash', root, path]).status).toBe(8);
  });
});

test.each([
  ['check', []],
  ['boot', []],
  ['manifest', []],
  ['ls', []],
  ['check', ['--list']],
])('%s does not show the user and password of a URL that cannot be read', (command, options) => {
  const { status, stdout, stderr } = cli([command, ...options, 'http://someone:secret@127.0.0.1:1/disk.img']);
  expect(status).toBe(8);
  expect(flat(stdout + stderr)).toContain('http://127.0.0.1:1/disk.img');
  expect(stdout + stderr).not.toMatch(/someone|secret/);
});
