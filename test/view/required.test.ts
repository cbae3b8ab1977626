/** Required files: each way to fail, reported with the first component at which the lookup stops. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { dirent } from '../../src/layout/dirent';
import { inode } from '../../src/layout/inode';
import type { Image } from '../../src/view/image';
import { checkRequired } from '../../src/view/required';
import { loadInode } from '../../src/view/stat';
import { errorOf, fixture, type Opened, open, walk } from './support';

const target = '/usr/lib/systemd/systemd';

/** `state stoppedAt` of one path; a fresh opening, so that nothing read before the damage is kept. */
async function result(bytes: Uint8Array, path: string): Promise<string> {
  const [one] = await checkRequired(await open(bytes), [path]);
  expect(one!.path).toBe(path);
  return one!.state === 'ok' ? 'ok' : `${one!.state} ${one!.stoppedAt}`;
}

async function numberOf(opened: Opened, path: string): Promise<number> {
  return opened.inodeAt((await opened.image.lstat(path)).inode);
}

/** Byte offset of one of the first 12 blocks of a file or directory without extents. */
async function blockAt(opened: Opened, path: string, logical = 0): Promise<number> {
  const record = await loadInode(opened.volume, opened.groups, (await opened.image.lstat(path)).inode);
  return record.view.getUint32(inode.i_block.offset + logical * 4, true) * opened.volume.geometry.blockSize;
}

test('sound files, through relative and absolute symlinks, dots and slashes', async () => {
  const paths = [
    '/etc/passwd',
    target,
    '/sbin/init',
    '/bin/sh',
    '/bin/../usr//./bin/bash',
    '/../etc/fstab',
    '/boot/vmlinuz',
  ];
  const states = (await checkRequired(await open(fixture('clean/ext4-4k-csum')), paths)).map((one) => one.state);
  expect(states).toEqual(paths.map(() => 'ok'));
});

test('holes are allowed, a file of nothing else is not', async () => {
  const bytes = fixture('clean/ext2-1k');
  expect(await result(bytes, '/var/lib/holes-double')).toBe('ok');
  expect(await result(bytes, '/var/lib/holes-triple')).toBe('ok');
  expect(await result(bytes, '/var/lib/hole-only')).toBe('all-nul /var/lib/hole-only');
  expect(await result(bytes, '/var/lib/empty')).toBe('empty /var/lib/empty');
});

test('names that do not exist, and targets that are not files', async () => {
  const bytes = fixture('clean/ext4-4k-csum');
  expect(await result(bytes, '/usr/none/at/all')).toBe('missing /usr/none');
  expect(await result(bytes, '/etc/passwd/x')).toBe('missing /etc/passwd');
  expect(await result(bytes, '/etc/passwd/')).toBe('missing /etc/passwd');
  expect(await result(bytes, `/${'n'.repeat(300)}`)).toBe(`missing /${'n'.repeat(300)}`);
  expect(await result(bytes, '/etc')).toBe('not-a-file /etc');
  expect(await result(bytes, '/')).toBe('not-a-file /');
  expect(await result(bytes, '/dev/null')).toBe('not-a-file /dev/null');
  expect(await result(bytes, '/etc/slow-60')).toBe(`missing /${'s'.repeat(59)}`);
});

test.each(['ext2-1k', 'ext4-4k-csum'])('%s: an entry that names an unused inode', async (name) => {
  const bytes = fixture(`clean/${name}`);
  const opened = await open(bytes);
  const at = await numberOf(opened, '/usr/lib/systemd');
  const { inodeSize } = opened.volume.geometry;
  bytes.fill(0, at, at + inodeSize);
  expect(await result(bytes, target)).toBe('unreadable /usr/lib/systemd');
  expect(await result(bytes, '/sbin/init')).toBe('unreadable /usr/lib/systemd');
});

test('an entry that names an inode no file can have', async () => {
  for (const ino of [7, 99999]) {
    const bytes = fixture('clean/ext2-1k');
    const opened = await open(bytes);
    const block = await blockAt(opened, '/usr/lib/systemd');
    const third = block + 24;
    opened.words.setUint32(third + dirent.inode.offset, ino, true);
    expect(await result(bytes, target)).toBe(`unreadable ${target}`);
  }
});

test('a destroyed directory block: names in other blocks are found, others may have been in it', async () => {
  const bytes = fixture('clean/ext2-1k');
  const opened = await open(bytes);
  // its first block is the root of its index
  const block = await blockAt(opened, '/usr/share/many', 1);
  const names = new Set<string>();
  for await (const entry of opened.image.readdir('/usr/share/many')) names.add(entry.name);
  bytes.fill(0, block, block + 1024);
  const after = await open(bytes);
  const directory = after.image.readdir('/usr/share/many');
  const left = (await directory.list()).map((entry) => entry.name);
  expect(directory.partial).toBe(true);
  expect(left.length).toBeGreaterThan(0);
  expect(left.length).toBeLessThan(names.size);
  const gone = [...names].find((name) => !left.includes(name));
  expect(await result(bytes, `/usr/share/many/${left[0]}`)).toBe('ok');
  expect(await result(bytes, `/usr/share/many/${gone}`)).toBe('unreadable /usr/share/many');
});

test('a destroyed directory as the fixture has it', async () => {
  const bytes = fixture('damaged/directory-destroyed');
  expect(await result(bytes, '/usr/sbin/sshd')).toBe('unreadable /usr/sbin');
  expect(await result(bytes, '/usr/bin/bash')).toBe('ok');
});

test('checksums of the inode, of directory blocks and of extent nodes count', async () => {
  const inodeDamaged = fixture('clean/ext4-4k-csum');
  const opened = await open(inodeDamaged);
  inodeDamaged[(await numberOf(opened, target)) + inode.i_uid.offset]! ^= 1;
  expect(await result(inodeDamaged, target)).toBe(`unreadable ${target}`);
  const lenient = await open(inodeDamaged);
  expect((await lenient.image.stat(target)).checksumGood).toBe(false);
  expect((await lenient.image.readWhole(target, 1 << 20)).length).toBe(15000);

  const nameDamaged = fixture('clean/ext4-4k-csum');
  const at = Buffer.from(nameDamaged.buffer).indexOf('sshd-gen-keys-start', 0, 'latin1');
  nameDamaged[at] = 'S'.charCodeAt(0);
  expect(await result(nameDamaged, '/usr/sbin/sshd')).toBe('unreadable /usr/sbin');
  const listing = (await open(nameDamaged)).image.readdir('/usr/sbin');
  expect((await listing.list()).map((entry) => entry.name).sort()).toEqual(['Sshd-gen-keys-start', 'sshd']);
  expect(listing.partial).toBe(true);

  const nodeDamaged = fixture('clean/ext4-1k-csum-tree');
  const forks = await open(nodeDamaged);
  const record = await loadInode(forks.volume, forks.groups, (await forks.image.stat('/var/lib/forks')).inode);
  const root = inode.i_block.offset;
  const node = record.view.getUint32(root + 12 + 4, true) * 1024;
  expect(await result(nodeDamaged, '/var/lib/forks')).toBe('ok');
  nodeDamaged[node + 8]! ^= 1;
  expect(await result(nodeDamaged, '/var/lib/forks')).toBe('unreadable /var/lib/forks');
  nodeDamaged[node + 8]! ^= 1;
  nodeDamaged[node]! ^= 1;
  expect(await result(nodeDamaged, '/var/lib/forks')).toBe('unreadable /var/lib/forks');
});

test('data blocks outside the file system or past the end of the image', async () => {
  const bytes = fixture('clean/ext2-1k');
  const opened = await open(bytes);
  const pointer = (await numberOf(opened, target)) + inode.i_block.offset + 8;
  opened.words.setUint32(pointer, 0x7fffffff, true);
  expect(await result(bytes, target)).toBe(`unreadable ${target}`);
  opened.words.setUint32(pointer, 0, true);
  expect(await result(bytes, target)).toBe('ok');

  const whole = fixture('clean/ext2-4k');
  const block = await blockAt(await open(whole), target);
  expect(await result(whole.slice(0, block + 8192), target)).toBe(`unreadable ${target}`);
});

test('a file that holds only NUL', async () => {
  const bytes = fixture('clean/ext2-1k');
  const block = await blockAt(await open(bytes), '/etc/passwd');
  bytes.fill(0, block, block + 700);
  expect(await result(bytes, '/etc/passwd')).toBe('all-nul /etc/passwd');
  bytes[block + 699] = 1;
  expect(await result(bytes, '/etc/passwd')).toBe('ok');
  bytes[block + 699] = 0;
  bytes[block + 700] = 1;
  expect(await result(bytes, '/etc/passwd')).toBe('all-nul /etc/passwd');
});

test('symlinks: a loop, and one without a target', async () => {
  const bytes = fixture('clean/ext2-1k');
  const opened = await open(bytes);
  const at = await numberOf(opened, '/sbin/init');
  bytes.set(Buffer.from('/sbin/init\0'), at + inode.i_block.offset);
  opened.words.setUint32(at + inode.i_size_lo.offset, 10, true);
  expect(await result(bytes, '/sbin/init')).toBe('unreadable /sbin/init');
  bytes.fill(0, at + inode.i_block.offset, at + inode.i_block.offset + 60);
  expect(await result(bytes, '/sbin/init')).toBe('unreadable /sbin/init');
});

/** Every regular file that the tolerant view can still reach. */
async function readable(image: Image, folder = '/'): Promise<string[]> {
  const files: string[] = [];
  if ((await errorOf(image.readdir(folder).list())) !== null) return files;
  for await (const entry of image.readdir(folder)) {
    const path = `${folder === '/' ? '' : folder}/${entry.name}`;
    const type = (await errorOf(image.lstat(path))) === null ? (await image.lstat(path)).type : 'unknown';
    if (type === 'file') files.push(path);
    if (type === 'directory') files.push(...(await readable(image, path)));
  }
  return files;
}

const truthFile = fileURLToPath(new URL('../../fixtures/damaged/harvester-lost-writes.json', import.meta.url));

test('lost writes: what the kernel cannot read fails, what it reads passes', async () => {
  const { truth, changed } = JSON.parse(readFileSync(truthFile, 'utf8')) as { truth: string[]; changed: string[] };
  const lost = new Set(truth);
  const opened = await open(fixture('damaged/harvester-lost-writes'));
  const states = new Map((await checkRequired(opened, truth)).map((one) => [one.path, one.state]));
  // a directory that is lost by its content alone is still reached, and no file
  expect([...states].filter(([, state]) => !['missing', 'unreadable', 'not-a-file'].includes(state))).toEqual([]);
  expect(states.get('/usr/sbin/sshd-gen-keys-start')).toBe('unreadable');

  const files = await readable(opened.image);
  const rest = (await checkRequired(opened, files)).filter((one) => !lost.has(one.path));
  expect(rest.filter((one) => one.state === 'missing' || one.state === 'unreadable')).toEqual([]);
  const zero = rest.filter((one) => one.state === 'all-nul').map((one) => one.path);
  expect(zero.filter((path) => !changed.includes(path))).toEqual([]);
  expect(rest.filter((one) => one.state === 'ok').length).toBeGreaterThan(100);
});

test('every regular file of the clean images passes, except for the empty and the hole-only one', async () => {
  for (const name of ['ext2-rev0', 'ext3-1k-htree', 'ext4-1k-csum-tree', 'ext4-flex-bg-meta-bg']) {
    const opened = await open(fixture(`clean/${name}`));
    const files = [...(await walk(opened.image))].filter(([, stat]) => stat.type === 'file').map(([path]) => path);
    const failed = (await checkRequired(opened, files)).filter((one) => one.state !== 'ok');
    expect(failed.map((one) => `${one.path} ${one.state}`).sort()).toEqual([
      '/var/lib/empty empty',
      '/var/lib/hole-only all-nul',
    ]);
  }
});
