/** `extcheck extract` copies what can be read, and writes nothing outside its folder, whatever the image is. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nameFault } from '../../src/cli/look/safe-name';
import { blocksOf, TestDirectory } from '../support/directory';
import { TestImage } from '../support/image';
import { listingOf, makeRemovable } from '../support/listing';
import { fixtureFile, imageFile, look, rowsOf } from '../support/look';
import { freshFolder } from '../support/scratch';
import { tree } from '../support/tree';

const path = fixtureFile('clean/ext4-4k-csum');
const sound = () => TestImage.load('ext4-4k-csum');
/** A folder that does not exist yet, in one with something else. */
function target(): { outside: string; folder: string } {
  const outside = freshFolder();
  writeFileSync(join(outside, 'other'), 'unchanged');
  return { outside, folder: join(outside, 'to') };
}

const outcomeOf = (out: string) => JSON.parse(out);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('a sound image', () => {
  test('the whole tree with its links: types, modes, targets and contents', async () => {
    const { folder } = target();
    const { status, out, err } = await look(['extract', '--links', '--format', 'json', path, '/', folder]);
    expect([status, err]).toEqual([0, '']);
    expect(outcomeOf(out)).toMatchObject({ files: 19, directories: 27, links: 329, lost: [], notMadeCount: 5 });
    const found = listingOf(folder);
    const rows = rowsOf(await look(['ls', '-R', '--format', 'json', path]));
    const made = rows.filter(({ type }) => ['file', 'directory', 'symlink'].includes(String(type)));
    expect([...found.keys()].sort()).toEqual(made.map((row) => String(row['path'])).sort());
    for (const row of made) {
      const mode = (Number.parseInt(String(row['mode']), 8) & 0o777).toString(8);
      const kind = row['type'] === 'symlink' ? `symlink ${row['target']}` : `${row['type']} ${mode}`;
      expect(found.get(String(row['path']))).toContain(kind);
    }
    const { bytes } = await look(['cat', path, '/bin/bash', '/etc/passwd']);
    expect(sha256(bytes.subarray(0, 53248))).toBe(found.get('/bin/bash')!.split(' ')[2]);
    expect(sha256(bytes.subarray(53248))).toBe(found.get('/etc/passwd')!.split(' ')[2]);
  });

  test('links are made only with --links, and listed without', async () => {
    const { folder } = target();
    const { status, out } = await look(['extract', path, '/bin', folder]);
    expect(status).toBe(0);
    expect(out).toBe(
      `extracted 1 file, 1 directory, 53,248 bytes, into ${folder}\nnot made (1):\n  /bin/sh: a symlink to ../usr/bin/bash, made only with --links\n`,
    );
    expect([...listingOf(folder).keys()]).toEqual(['/bin', '/bin/bash']);
  });

  test('a file, with its time, without setuid; holes take no space', async () => {
    const { folder } = target();
    expect((await look(['extract', path, '/bin/bash', folder])).status).toBe(0);
    expect(statSync(join(folder, 'bash'))).toMatchObject({ mode: 0o100755, mtimeMs: 1_700_000_000_000 });
    expect((await look(['extract', path, `<${tree.holesTriple}>`, folder])).status).toBe(0);
    const { size, blocks } = statSync(join(folder, `inode-${tree.holesTriple}`));
    expect(size).toBeGreaterThan(2 ** 32);
    expect(blocks).toBeLessThan(1000);
  });

  test('a symlink is followed to its file, which gets the name that was given', async () => {
    const { folder } = target();
    await look(['extract', path, '/boot/vmlinuz', folder]);
    expect(statSync(join(folder, 'vmlinuz')).size).toBe(60_000);
    await look(['extract', path, '/boot/../etc/', folder]);
    expect(readdirSync(folder).sort()).toEqual(['etc', 'vmlinuz']);
  });

  test('a folder that others can read is private until it is complete, and then has its mode', async () => {
    const image = sound().setInode(tree.cos, { i_mode: 0o40555 });
    const { folder } = target();
    await look(['extract', imageFile(image.bytes), '/etc', folder]);
    expect(statSync(join(folder, 'etc/cos')).mode & 0o777).toBe(0o555);
    expect(readdirSync(join(folder, 'etc/cos'))).toEqual(['bootargs.cfg', 'grub.cfg']);
    expect(statSync(join(folder, 'etc')).mtimeMs).toBe(1_700_000_000_000);
    makeRemovable(Buffer.from(folder));
  });
});

describe('nothing is overwritten, and no link is followed', () => {
  test('an existing name', async () => {
    const { outside, folder } = target();
    mkdirSync(folder);
    writeFileSync(join(folder, 'passwd'), 'mine');
    const before = listingOf(outside);
    for (const wanted of ['/etc/passwd', '/etc/../etc/passwd']) {
      const { status, err } = await look(['extract', path, wanted, folder]);
      expect([status, err]).toEqual([8, `extcheck: ${folder}: it has passwd already, and nothing is overwritten\n`]);
    }
    expect(listingOf(outside)).toEqual(before);
  });

  test('a symlink in the folder', async () => {
    const { outside, folder } = target();
    mkdirSync(folder);
    mkdirSync(join(outside, 'elsewhere'));
    symlinkSync('../elsewhere', join(folder, 'etc'));
    const before = listingOf(outside);
    expect((await look(['extract', path, '/', folder])).status).toBe(8);
    expect((await look(['extract', path, '/etc', folder])).status).toBe(8);
    expect(listingOf(outside)).toEqual(before);
  });

  test.each([[[]], [['--links']]])('a symlink in the image, and a directory of the same name %j', async (options) => {
    const image = sound();
    const { outside, folder } = target();
    mkdirSync(join(outside, 'elsewhere'));
    const to = `${'/'.repeat(59 - outside.length - 10)}${outside}/elsewhere`;
    image.bytes.set(Buffer.from(to.padEnd(59).slice(0, 59)), image.inodeAt(tree.fast) + 40);
    image.setInode(tree.fast, { i_size_lo: to.length });
    const etc = TestDirectory.at(image, '/etc');
    // the symlink comes first in the order of names, and cos has two files
    etc.set('fast-59', {}, 'twin').set('cos', {}, 'twin');
    const before = [...listingOf(join(outside, 'elsewhere'))];
    const { status, out } = await look(['extract', ...options, imageFile(image.bytes), '/etc', folder]);
    expect([...listingOf(join(outside, 'elsewhere'))]).toEqual(before);
    expect(readdirSync(join(folder, 'etc/twin'))).toEqual(['bootargs.cfg', 'grub.cfg']);
    expect(status).toBe(options.length === 0 ? 0 : 4);
    if (options.length > 0) expect(out).toContain('/etc/twin: the name exists already, and nothing is overwritten\n');
  });
});

describe('hostile names', () => {
  const names = ['../x', '..', '.', '/x', 'a/b', '../../../../../tmp/extcheck-was-here', 'nul\0here'];

  test.each(names)('%j is never made', async (name) => {
    const image = sound();
    const etc = TestDirectory.at(image, '/etc');
    etc.add(name, { inode: tree.fstab, file_type: 1 });
    const { outside, folder } = target();
    const before = listingOf(outside);
    const { out } = await look(['extract', '--links', '--format', 'json', imageFile(image.bytes), '/etc', folder]);
    expect(listingOf(outside, '/to')).toEqual(before);
    const made = readdirSync(join(folder, 'etc')).sort();
    expect(made).toEqual(['cos', 'fast-59', 'fstab', 'os-release', 'passwd', 'slow-400', 'slow-60', 'ssh']);
    // the view leaves out all that are called '.' and '..'
    if (name.length > 2) expect(outcomeOf(out).lostCount).toBe(1);
  });

  test.each([
    'new\nline',
    '\x1b[2J',
    'x'.repeat(255),
    '\u00e2\u0080\u00aeR',
    '\xff\xfe',
    '-rf',
    '...',
    ' ',
  ])('%j is a name like any other, and escaped where it is printed', async (name) => {
    const image = sound().setInode(tree.fstab, { i_links_count: 2 });
    TestDirectory.at(image, '/etc').add(name, { inode: tree.fstab, file_type: 1 });
    const { folder } = target();
    const { status, out } = await look(['extract', '--links', imageFile(image.bytes), '/etc', folder]);
    expect(status).toBe(0);
    expect([...listingOf(folder).keys()]).toContain(`/etc/${name}`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be printed
    expect(out).not.toMatch(/[\x00-\x09\x0b-\x1f\u202e]/);
  });

  test('names that Windows understands in another way are refused there', () => {
    for (const name of ['a\\b', 'C:x', 'con', 'NUL.txt', 'dot.', 'blank ', 'a\x01b', 'a?'])
      expect([name, nameFault(Buffer.from(name), 'win32')]).toEqual([name, 'Windows gives this name a meaning']);
    for (const name of ['console', 'a.b', 'null']) expect(nameFault(Buffer.from(name), 'win32')).toBeNull();
  });
});

describe('what is lost', () => {
  test('bytes of a file become a hole, and are listed; the rest is copied', async () => {
    const image = sound();
    const physical = blocksOf(image, tree.initrd).get(10)!;
    const cut = imageFile(image.resized(image.blockAt(physical)).bytes);
    const { folder } = target();
    const { status, out } = await look(['extract', '--format', 'json', cut, '/boot/initrd-6.4.0', folder]);
    expect(status).toBe(4);
    expect(outcomeOf(out)).toMatchObject({
      files: 1,
      bytes: 40960,
      lost: [
        {
          path: '/boot/initrd-6.4.0',
          why: 'bytes 40960 to 57343 cannot be read from the image',
          at: 40960,
          length: 16384,
        },
      ],
    });
    const { bytes } = await look(['cat', cut, '/boot/initrd-6.4.0']);
    expect(readFileSync(join(folder, 'initrd-6.4.0')).equals(bytes)).toBe(true);
  });

  test('inodes, directories, second names and loops', async () => {
    const image = sound().setInode(tree.passwd, { i_mode: 0 }).setInode(tree.osRelease, { i_links_count: 0 });
    const etc = TestDirectory.at(image, '/etc');
    etc.add('again', { inode: tree.fstab, file_type: 1 }).add('loop', { inode: tree.etc, file_type: 2 });
    etc.add('nowhere', { inode: 99_999_999, file_type: 1 });
    const { folder } = target();
    const { status, out } = await look(['extract', '--format', 'json', imageFile(image.bytes), '/etc', folder]);
    expect(status).toBe(4);
    expect(outcomeOf(out).lost).toEqual([
      { path: '/etc/fstab', why: 'inode 44 has another name, but can have only one' },
      { path: '/etc/loop', why: 'directory 15 has another name, but can have only one' },
      { path: '/etc/nowhere', why: 'inode 99999999 does not exist' },
      { path: '/etc/os-release', why: 'inode 42 is not in use' },
      { path: '/etc/passwd', why: 'inode 43 is damaged: it is of no known type' },
    ]);
    expect(readdirSync(join(folder, 'etc/cos'))).toEqual(['bootargs.cfg', 'grub.cfg']);
  });

  test('files that are too large', async () => {
    const { folder } = target();
    const { status, out } = await look(['extract', '--max-size', '1M', path, '/var/lib', folder]);
    expect(status).toBe(4);
    expect(out).toMatch(/lost \(\d+\):\n(.*\n)*? {2}\/var\/lib\/\S+: its \d+ bytes are more than --max-size allows\n/);
    expect((await look(['extract', '--max-size', '100', path, '/etc/passwd', folder])).status).toBe(4);
    expect([...listingOf(folder).keys()]).not.toContain('/passwd');
  });
});

test.each([
  [['extract', path, '/nope', '/tmp/extcheck-never'], 4, '/nope: no such name'],
  [['extract', path, '/dev/null', path], 8, 'not a directory'],
  [['extract', path, '/etc', '/proc/extcheck/never'], 8, 'cannot be written'],
  [['extract', '/nowhere.img', '/', '/tmp/extcheck-never'], 8, 'no such file'],
  [['extract'], 16, 'No image given.'],
  [['extract', path], 16, 'No path given.'],
  [['extract', path, '/'], 16, 'No folder given.'],
  [['extract', path, '/a', '/b', '/c'], 16, 'Only one path can be extracted.'],
])('%j: %i', async (argv, expected, message) => {
  const { status, out, err } = await look(argv);
  expect([status, out]).toEqual([expected, '']);
  expect(err).toContain(message);
});
