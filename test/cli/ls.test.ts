/** `extcheck ls` on sound and damaged images. */
import { describe, expect, test } from 'vitest';
import { dirent } from '../../src/layout/dirent';
import { TestDirectory } from '../support/directory';
import { TestImage } from '../support/image';
import { fixtureFile, imageFile, look, rowsOf } from '../support/look';
import { tree } from '../support/tree';

const sound = () => TestImage.load('ext4-4k-csum');
const path = fixtureFile('clean/ext4-4k-csum');

describe('a sound image', () => {
  test('names of the root, one per line, sorted', async () => {
    const { status, out, err } = await look(['ls', path]);
    expect([status, err]).toEqual([0, '']);
    expect(out).toMatch(/^bin\nboot\ndev\netc\nhome\nlost\+found\noem\n(.+\n)*usr\nvar\n$/);
  });

  test('the long form has aligned columns, devices and targets of links', async () => {
    const { out } = await look(['ls', '-l', path, '/dev']);
    expect(out).toBe(
      [
        'crw------- 1 0 0      5, 1 2023-11-14T22:13:20Z console',
        'crw-rw-rw- 1 0 0      1, 3 2023-11-14T22:13:20Z null',
        'brw-rw---- 1 0 0 259, 1000 2023-11-14T22:13:20Z nvme0n1',
        'brw-rw---- 1 0 0    253, 0 2023-11-14T22:13:20Z vda\n',
      ].join('\n'),
    );
    const { out: link } = await look(['ls', '-l', path, 'boot/vmlinuz']);
    expect(link).toBe('lrwxrwxrwx 1 0 0 13 2023-11-14T22:13:20Z /boot/vmlinuz -> vmlinuz-6.4.0\n');
  });

  test('all directories with -R, parents first', async () => {
    const { status, out } = await look(['ls', '-R', path, '/var']);
    expect(status).toBe(0);
    expect(out.split('\n\n').map((part) => part.split('\n', 1)[0])).toEqual([
      '/var:',
      '/var/lib:',
      '/var/lib/rancher:',
      '/var/log:',
    ]);
  });

  test('NDJSON', async () => {
    const looked = await look(['ls', '--format', 'json', path, '/bin']);
    expect(rowsOf(looked)).toEqual([
      expect.objectContaining({ path: '/bin/bash', type: 'file', mode: '04755', links: 3, size: 53248, uid: 0 }),
      expect.objectContaining({ path: '/bin/sh', type: 'symlink', target: '../usr/bin/bash' }),
    ]);
    expect(rowsOf(looked)[0]).toMatchObject({ modified: '2023-11-14T22:13:20.000000000Z' });
  });

  test('an inode by its number', async () => {
    const { out } = await look(['ls', path, `<${tree.cos}>`]);
    expect(out).toBe('bootargs.cfg\ngrub.cfg\n');
  });
});

describe('what cannot be read', () => {
  test('an inode that is not in use, and one of no type, are on their lines; the rest is listed', async () => {
    const image = sound().setInode(tree.fstab, { i_links_count: 0 }).setInode(tree.passwd, { i_mode: 0 });
    const { status, out, err } = await look(['ls', '-l', imageFile(image.bytes), '/etc']);
    expect([status, err]).toEqual([4, '']);
    expect(out).toContain(`\n?--------- ? ? ?    ? ?                    fstab: inode ${tree.fstab} is not in use\n`);
    expect(out).toMatch(/\n\?--------- 1 0 0 +700 \S+ passwd: inode 43 is damaged: it is of no known type\n/);
    expect(out).toContain(' os-release\n');
  });

  test('an inode number that does not exist', async () => {
    const image = sound();
    TestDirectory.at(image, '/etc').set('fstab', { inode: 99_999_999 });
    const looked = await look(['ls', '--format', 'json', imageFile(image.bytes), '/etc']);
    expect(looked.status).toBe(4);
    expect(rowsOf(looked)).toContainEqual({
      path: '/etc/fstab',
      inode: 99_999_999,
      error: 'inode 99999999 does not exist',
    });
  });

  test('a damaged directory block is reported, and the rest of the tree is listed', async () => {
    const image = sound();
    const etc = TestDirectory.at(image, '/etc');
    image.poke(dirent.rec_len, etc.entryAt('os-release'), 3);
    const file = imageFile(image.bytes);
    const { status, out, err } = await look(['ls', '-R', file]);
    expect(status).toBe(4);
    expect(err).toBe('extcheck: /etc: parts of this directory are damaged or lost: names may be missing\n');
    expect(out).toContain('\n/usr/lib/systemd:\nsystemd\n');
    const rows = rowsOf(await look(['ls', '--format', 'json', '-R', file]));
    expect(rows).toContainEqual({ path: '/etc', error: expect.stringContaining('names may be missing') });
  });

  test('a directory that contains itself ends', async () => {
    const image = sound();
    TestDirectory.at(image, '/etc').set('cos', { inode: 2 });
    const { status, err } = await look(['ls', '-R', imageFile(image.bytes)]);
    expect(status).toBe(4);
    expect(err).toContain('/etc/cos: directory 2 is listed at another path\n');
  });

  test('names that could garble a terminal are escaped', async () => {
    const image = sound();
    const etc = TestDirectory.at(image, '/etc');
    etc.set('fstab', {}, '\x1b[2J').set('passwd', {}, 'a/../b').set('os-release', {}, 'new\nline');
    etc.set('ssh', {}, '\u00e2\u0080\u00aeR');
    const { out } = await look(['ls', imageFile(image.bytes), '/etc']);
    expect(out.split('\n')).toEqual(
      expect.arrayContaining(['\\x1b[2J', 'a/../b', 'new\\nline', '\\u{202e}R', 'cos', 'slow-60']),
    );
    const rows = rowsOf(await look(['ls', '--format', 'json', imageFile(image.bytes), '/etc']));
    expect(rows.map(({ path }) => path)).toContain('/etc/a\\x2f..\\x2fb');
  });
});

describe('statuses', () => {
  test.each([
    [['ls', path, '/nowhere'], 4, '/nowhere: no such name'],
    [['ls', path, '<0>'], 4, '<0>: inode 0 does not exist'],
    [['ls', '/nowhere.img'], 8, 'no such file'],
    [['ls'], 16, 'No image given.'],
    [['ls', path, '/a', '/b'], 16, 'Only one path can be listed.'],
    [['ls', '--what', path], 16, 'Unknown option --what'],
  ])('%j: %i', async (argv, expected, message) => {
    const { status, out, err } = await look(argv);
    expect([status, out]).toEqual([expected, '']);
    expect(err).toContain(message);
  });

  test('something that is not a file system', async () => {
    const { status, err } = await look(['ls', imageFile(new Uint8Array(65536))]);
    expect(status).toBe(8);
    expect(err).toMatch(/^extcheck: .+\n$/);
  });
});
