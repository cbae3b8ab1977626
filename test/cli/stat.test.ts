/** `extcheck stat` shows all of an inode. */
import { describe, expect, test } from 'vitest';
import { inodeFlagNames } from '../../src/layout/inode-flag-names';
import { blocksOf } from '../support/directory';
import { TestImage } from '../support/image';
import { fixtureFile, imageFile, look } from '../support/look';
import { tree } from '../support/tree';

const path = fixtureFile('clean/ext4-4k-csum');
const sound = () => TestImage.load('ext4-4k-csum');
const json = async (...argv: string[]) => JSON.parse((await look(['stat', '--format', 'json', ...argv])).out);

describe('a sound image', () => {
  test('a file as text', async () => {
    const { status, out, err } = await look(['stat', path, '/etc/os-release']);
    expect([status, err]).toEqual([0, '']);
    expect(out).toBe(`/etc/os-release
  inode          42, at byte 235776
  type           regular file
  mode           0644 -rw-r--r--
  links          1
  user, group    0, 0
  size           300 bytes
  space          8,192 bytes
  accessed       2023-11-14T22:13:20.000000000Z
  modified       2023-11-14T22:13:20.000000000Z
  changed        2023-11-14T22:13:20.000000000Z
  created        2023-11-14T22:13:20.000000000Z
  flags          EXTENTS
  generation     0
  attributes     user.note, 5 bytes
                 user.large, 2,016 bytes
  attributes in  block 172
  blocks         0: data 128, byte 524288
`);
  });

  test('the runs of a file have the places of its blocks', async () => {
    const image = sound();
    const { runs, size, place } = await json(path, '/boot/initrd-6.4.0');
    expect(size).toBe(57_344);
    expect(place).toEqual({ byte: image.inodeAt(tree.initrd), fileByte: image.inodeAt(tree.initrd) });
    const shown = new Map<number, number>();
    for (const { kind, logical, count, physical, byte } of runs) {
      expect([kind, byte]).toEqual(['data', physical * 4096]);
      for (let i = 0; i < count; i++) shown.set(logical + i, physical + i);
    }
    expect(shown).toEqual(blocksOf(image, tree.initrd));
  });

  test('indirect blocks are ranges', async () => {
    const { status, out } = await look(['stat', path, '<7>']);
    expect(status).toBe(0);
    expect(out).toMatch(/\n {2}mapping in +block 72\n +blocks 2-\d+\n {2}blocks +0-2059: hole\n +2060: data 1026, /);
  });

  test('links, devices, directories and inodes without a name or use', async () => {
    expect(await json(path, '/etc/fast-59')).toMatchObject({
      type: 'symlink',
      target: `/${'f'.repeat(58)}`,
      inline: true,
    });
    expect(await json(path, '/dev/vda')).toMatchObject({ type: 'block-device', device: { major: 253, minor: 0 } });
    expect(await json(path, '/etc/cos')).toMatchObject({
      type: 'directory',
      attributes: [{ name: 'user.folder', size: 2016 }],
      attributeBlock: 173,
    });
    const unused = await look(['stat', path, '<100>']);
    expect([unused.status, unused.out.split('\n')[1]]).toEqual([0, '  inode          100, not in use, at byte 250624']);
  });

  test('the place in the outermost file, where that is another byte', async () => {
    const image = sound();
    const disk = new Uint8Array(image.bytes.length + 2 ** 20);
    disk.set(image.bytes, 2 ** 20);
    const file = `${imageFile(disk)}?offset=1M`;
    expect((await json(file, '/etc/passwd')).place).toEqual({
      byte: image.inodeAt(tree.passwd),
      fileByte: image.inodeAt(tree.passwd) + 2 ** 20,
    });
    const { out } = await look(['stat', file, '/etc/os-release']);
    expect(out).toContain('0: data 128, byte 524288, byte 1572864 of the file\n');
  });
});

describe('damage', () => {
  test('a wrong checksum, a damaged mapping and a deletion', async () => {
    const image = sound().setInode(tree.fstab, { i_dtime: 1_700_000_000, i_links_count: 0 });
    image.setBlockWord(tree.initrd, 5, 0xfffffff0).fill(image.inodeAt(tree.passwd) + 4, 1, 7);
    const file = imageFile(image.bytes);
    const lost = await look(['stat', file, '/boot/initrd-6.4.0']);
    expect(lost.status).toBe(4);
    expect(lost.out).toContain('  blocks         0-13: lost\n');
    expect(lost.out).toContain('  damage         the mapping of 14 blocks is damaged or cannot be read\n');
    const wrong = await look(['stat', '--format', 'json', file, '/etc/passwd']);
    expect(wrong.status).toBe(4);
    expect(JSON.parse(wrong.out).faults).toEqual(['the checksum of the inode is wrong']);
    const deleted = await look(['stat', file, `<${tree.fstab}>`]);
    expect(deleted.out).toContain('  deleted        2023-11-14T22:13:20Z\n');
  });

  test('an attribute block that is not one, and one that does not exist', async () => {
    const image = sound();
    image.fill(image.blockAt(172), 4);
    const { status, out } = await look(['stat', imageFile(image.bytes), '/etc/os-release']);
    expect(status).toBe(4);
    expect(out).toContain('block 172 of its attributes is damaged\n');
    expect(out).toContain('  attributes     user.note, 5 bytes\n');
    const other = sound().setInode(tree.osRelease, { i_file_acl_lo: 0xffffff });
    const faults = (await json(imageFile(other.bytes), '/etc/os-release')).faults;
    expect(faults).toEqual(['block 16777215 of its attributes cannot be read']);
  });
});

test('every flag has a name', () => {
  expect(inodeFlagNames(0x80010)).toEqual(['IMMUTABLE', 'EXTENTS']);
  expect(inodeFlagNames(0xffffffff)).toContain('RESERVED');
  expect(inodeFlagNames(0x800000)).toEqual(['0x800000']);
});

test.each([
  [['stat', path], 16, 'No path given.'],
  [['stat', path, '/a', '/b'], 16, 'Only one path can be shown.'],
  [['stat', path, '/nope'], 4, '/nope: no such name'],
  [['stat', path, '<4000000000>'], 4, '<4000000000>: inode 4000000000 does not exist'],
])('%j: %i', async (argv, expected, message) => {
  const { status, out, err } = await look(argv);
  expect([status, out]).toEqual([expected, '']);
  expect(err).toContain(message);
});
