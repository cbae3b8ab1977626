/** The view's answers and its error codes, on sound images with one thing changed. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inode, inodeFlags } from '../../src/layout/inode';
import { superblock } from '../../src/layout/superblock';
import { openImage } from '../../src/open-image';
import { blobSource } from '../../src/source/blob';
import { memorySource } from '../../src/source/memory';
import { type ByteSource, SourceError } from '../../src/source/source';
import { codeOf, errorOf, fixture, fixturePath, joined, open } from './support';

const bash = '/usr/bin/bash';

test('opens any source, also through a backup superblock, and closes it', async () => {
  let closed = 0;
  const bytes = fixture('damaged/primary-superblock-destroyed');
  const image = await openImage({ ...memorySource(bytes), close: () => void closed++ });
  expect((await image.stat('/etc/passwd')).size).toBe(700);
  await image.close();
  expect(closed).toBe(1);
  const fromBlob = await openImage(blobSource(new Blob([fixture('clean/ext2-1k')])));
  expect((await fromBlob.readWhole(bash, 1e6)).length).toBe(13 * 1024);
});

test('says why it cannot open', async () => {
  const unopened = (bytes: Uint8Array) => codeOf(openImage(memorySource(bytes)));
  expect(await unopened(fixture('damaged/not-ext'))).toBe('no-file-system');
  expect(await unopened(new Uint8Array(0))).toBe('no-file-system');
  expect(await unopened(new Uint8Array(readFileSync(fixturePath('clean/ext2-1k'))))).toBe('no-file-system');
  const newer = fixture('clean/ext2-1k');
  newer[1024 + superblock.s_feature_incompat.offset + 3] = 0x80;
  expect(await unopened(newer)).toBe('unsupported');
  const failing: ByteSource = {
    size: 1 << 20,
    read: (at, into) => {
      throw new SourceError('no', at, into.length);
    },
  };
  expect(await codeOf(openImage(failing))).toBe('unreadable');
});

test('paths lead where a kernel would go, with the way they took', async () => {
  const { image } = await open(fixture('clean/ext4-4k-csum'));
  const resolved = await image.resolve('/sbin/init');
  expect(resolved.path).toBe('/usr/lib/systemd/systemd');
  expect(resolved.components.map((one) => one.path)).toEqual([
    '/sbin',
    '/sbin/init',
    '/usr',
    '/usr/lib',
    '/usr/lib/systemd',
    '/usr/lib/systemd/systemd',
  ]);
  expect(resolved.components.at(-1)!.inode).toBe(resolved.inode);
  expect((await image.resolve('/sbin/init', { followLast: false })).path).toBe('/sbin/init');
  expect((await image.resolve('/')).inode).toBe(2);
  expect((await image.resolve('/../../etc/../etc/./')).path).toBe('/etc');
  expect((await image.lstat('/bin/sh')).type).toBe('symlink');
  expect((await image.stat('/bin/sh')).inode).toBe((await image.stat(bash)).inode);
  expect(await image.readlink('/bin/sh')).toBe('../usr/bin/bash');
});

test('files by inode number', async () => {
  const { image } = await open(fixture('clean/ext3-1k-htree'));
  const { inode: folder } = await image.stat('/etc');
  const entry = (await image.readdir(folder).list()).find((one) => one.name === 'passwd')!;
  expect(entry).toMatchObject({ type: 'file', rawName: new Uint8Array(Buffer.from('passwd')) });
  expect((await joined(image.readFile(entry.inode))).toString()).toContain('made up for tests: /etc/passwd');
  expect(await image.readlink((await image.lstat('/bin/sh')).inode)).toBe('../usr/bin/bash');
  expect((await image.stat(120)).links).toBe(0);
  expect(await codeOf(image.readdir(120).list())).toBe('deleted');
  for (const number of [0, -1, 1.5, 1e9, Number.NaN]) expect(await codeOf(image.stat(number))).toBe('damaged');
});

test('each refusal has its code and its place', async () => {
  const { image } = await open(fixture('clean/ext2-1k'));
  expect(await codeOf(image.stat('etc'))).toBe('bad-path');
  expect(await codeOf(image.stat(''))).toBe('bad-path');
  expect(await errorOf(image.stat('/etc/none/x'))).toMatchObject({ code: 'not-found', path: '/etc/none' });
  expect(await errorOf(image.stat('/etc/fstab/x'))).toMatchObject({ code: 'not-a-directory', path: '/etc/fstab' });
  expect(await codeOf(image.readdir('/etc/fstab').list())).toBe('not-a-directory');
  expect(await codeOf(joined(image.readFile('/etc')))).toBe('not-a-file');
  expect(await codeOf(joined(image.readFile('/dev/null')))).toBe('not-a-file');
  expect(await codeOf(image.readlink('/etc/fstab'))).toBe('not-a-symlink');
  expect(await codeOf(image.readWhole(bash, 13 * 1024 - 1))).toBe('too-large');
});

test('40 symlinks are followed, 41 are not', async () => {
  const bytes = fixture('clean/ext2-1k');
  const { image, inodeAt, words } = await open(bytes);
  const at = inodeAt((await image.lstat('/bin/sh')).inode);
  const into = (text: string) => {
    bytes.fill(0, at + inode.i_block.offset, at + inode.i_block.offset + 60);
    bytes.set(Buffer.from(text), at + inode.i_block.offset);
    words.setUint32(at + inode.i_size_lo.offset, text.length, true);
  };
  into('../bin');
  const chain = (links: number) => `/bin/${'sh/'.repeat(links)}bash`;
  expect((await (await open(bytes)).image.stat(chain(40))).type).toBe('file');
  expect(await codeOf((await open(bytes)).image.stat(chain(41)))).toBe('too-many-links');
});

test('fields that need two places: owner, times, device numbers, sizes', async () => {
  const bytes = fixture('clean/ext4-4k-csum');
  const { image, inodeAt, words } = await open(bytes);
  const at = inodeAt((await image.stat(bash)).inode);
  words.setUint16(at + inode.i_uid.offset, 1, true);
  words.setUint16(at + inode.i_uid_high.offset, 2, true);
  words.setUint16(at + inode.i_gid.offset, 3, true);
  words.setUint16(at + inode.i_gid_high.offset, 4, true);
  words.setInt32(at + inode.i_mtime.offset, -2, true);
  words.setUint32(at + inode.i_mtime_extra.offset, (123456789 << 2) | 1, true);
  words.setInt32(at + inode.i_atime.offset, -2, true);
  words.setUint32(at + inode.i_size_high.offset, 5, true);
  expect(await (await open(bytes)).image.stat(bash)).toMatchObject({
    uid: 0x20001,
    gid: 0x40003,
    mode: 0o104755,
    links: 3,
    size: 5 * 2 ** 32 + 13 * 4096,
    modified: { seconds: 4294967294, nanoseconds: 123456789 },
    accessed: { seconds: -2, nanoseconds: 0 },
    checksumGood: false,
  });
  words.setUint16(at + inode.i_extra_isize.offset, 4, true);
  const { modified, created } = await (await open(bytes)).image.stat(bash);
  expect({ modified, created }).toEqual({ modified: { seconds: -2, nanoseconds: 0 }, created: null });
  expect((await image.stat('/dev/nvme0n1')).device).toEqual({ major: 259, minor: 1000 });
  expect((await image.stat('/dev/console')).device).toEqual({ major: 5, minor: 1 });
});

test('a file with a block out of range is read up to there, and the error names the rest', async () => {
  const bytes = fixture('clean/ext2-1k');
  const { image, inodeAt, words } = await open(bytes);
  const at = inodeAt((await image.stat(bash)).inode);
  words.setUint32(at + inode.i_block.offset + 4 * 4, 0xfffffff0, true);
  const damaged = (await open(bytes)).image;
  let length = 0;
  const reading = async () => {
    for await (const piece of damaged.readFile(bash)) length += piece.length;
  };
  expect(await errorOf(reading())).toMatchObject({ code: 'damaged', path: bash, at: 4096, length: 1024 });
  expect(length).toBe(4096);
});

test('one bad sector takes only its own block along', async () => {
  const bytes = fixture('clean/ext2-1k');
  const opened = await open(bytes);
  const bad = opened.words.getUint32(
    opened.inodeAt((await opened.image.stat(bash)).inode) + inode.i_block.offset + 12,
    true,
  );
  const memory = memorySource(bytes);
  const image = await openImage({
    size: memory.size,
    read(at, into) {
      if (at < (bad + 1) * 1024 && at + into.length > bad * 1024) throw new SourceError('bad sector', at, into.length);
      return memory.read(at, into);
    },
  });
  let length = 0;
  const reading = async () => {
    for await (const piece of image.readFile(bash)) length += piece.length;
  };
  expect(await errorOf(reading())).toMatchObject({ code: 'unreadable', at: 3072, length: 1024 });
  expect(length).toBe(3072);
});

test('streams zeros for an extreme size until it is stopped', async () => {
  const bytes = fixture('clean/ext4-4k-csum');
  const { image, inodeAt, words } = await open(bytes);
  words.setUint32(inodeAt((await image.stat('/etc/fstab')).inode) + inode.i_size_high.offset, 0x7fffffff, true);
  const huge = (await open(bytes)).image;
  const control = new AbortController();
  let length = 0;
  const reading = async () => {
    for await (const piece of huge.readFile('/etc/fstab', { signal: control.signal })) {
      expect(piece.length).toBeLessThanOrEqual(256 * 1024);
      length += piece.length;
      if (length > 4e6) control.abort();
    }
  };
  await expect(reading()).rejects.toHaveProperty('name', 'AbortError');
  expect(length).toBeLessThan(5e6);
  const aborted = openImage(memorySource(bytes), { signal: control.signal });
  await expect(aborted).rejects.toHaveProperty('name', 'AbortError');
});

test('what is encrypted is not guessed at', async () => {
  const bytes = fixture('clean/ext2-1k');
  const { image, inodeAt, words } = await open(bytes);
  for (const path of ['/etc', bash, '/bin/sh']) {
    const at = inodeAt((await image.lstat(path)).inode) + inode.i_flags.offset;
    words.setUint32(at, words.getUint32(at, true) | inodeFlags.ENCRYPT, true);
  }
  const locked = (await open(bytes)).image;
  expect(await codeOf(locked.readdir('/etc').list())).toBe('encrypted');
  expect(await errorOf(locked.stat('/etc/fstab'))).toMatchObject({ code: 'encrypted', path: '/etc' });
  expect(await codeOf(joined(locked.readFile(bash)))).toBe('encrypted');
  expect(await codeOf(locked.readlink('/bin/sh'))).toBe('encrypted');
  expect((await locked.stat('/etc')).type).toBe('directory');
});

test('a directory whose map runs in circles or repeats a block still ends', async () => {
  const bytes = fixture('clean/ext2-1k');
  const { image, inodeAt, words } = await open(bytes);
  const at = inodeAt((await image.stat('/etc')).inode);
  const block = words.getUint32(at + inode.i_block.offset, true);
  const names = (await image.readdir('/etc').list()).length;
  for (let i = 1; i < 12; i++) words.setUint32(at + inode.i_block.offset + i * 4, block, true);
  for (let i = 12; i < 15; i++) words.setUint32(at + inode.i_block.offset + i * 4, block, true);
  words.setUint32(at + inode.i_size_lo.offset, 0xfffffc00, true);
  const directory = (await open(bytes)).image.readdir('/etc');
  expect((await directory.list()).length).toBe(names);
  expect(directory.partial).toBe(true);
});

test('the bytes of a file have places in the file of the image, if they are stored there', async () => {
  const bytes = fixture('clean/ext2-1k');
  const placeIn = async (source: ByteSource) =>
    (await (await openImage(source)).openFile('/etc/os-release')).locate!(5);
  const place = (await placeIn(memorySource(bytes)))!;
  expect(new TextDecoder().decode(bytes.subarray(place - 5, place))).toBe(
    new TextDecoder().decode((await (await open(bytes)).image.readWhole('/etc/os-release', 1000)).subarray(0, 5)),
  );
  expect(await placeIn({ ...memorySource(bytes), locate: (at) => at + 100 })).toBe(place + 100);
  expect(await placeIn({ ...memorySource(bytes), locate: () => null })).toBeNull();
  expect(await placeIn(memorySource(bytes.subarray(0, place)))).toBeUndefined();
});
