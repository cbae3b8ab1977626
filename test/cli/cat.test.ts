/** `extcheck cat` writes exactly the bytes, and zeros where there are none. */
import { describe, expect, test } from 'vitest';
import { blocksOf } from '../support/directory';
import { TestImage } from '../support/image';
import { fixtureFile, imageFile, look } from '../support/look';
import { tree } from '../support/tree';

const path = fixtureFile('clean/ext4-4k-csum');
const osRelease = Buffer.from('made up for tests: /etc/os-release'.padEnd(60)).toString();

describe('a sound image', () => {
  test('files one after the other, links followed', async () => {
    const { status, bytes, err } = await look(['cat', path, '/etc/os-release', 'boot/vmlinuz', `<${tree.empty}>`]);
    expect([status, err]).toEqual([0, '']);
    expect(bytes.length).toBe(300 + 60_000);
    expect(bytes.toString('latin1', 0, 60)).toBe(osRelease);
  });

  test('bytes that are not text are unchanged', async () => {
    const image = TestImage.load('ext4-4k-csum');
    const [block] = blocksOf(image, tree.osRelease).values();
    const binary = Uint8Array.from({ length: 256 }, (_, i) => i);
    image.bytes.set(binary, image.blockAt(block!));
    const { bytes } = await look(['cat', imageFile(image.bytes), '/etc/os-release']);
    expect(bytes.subarray(0, 256)).toEqual(Buffer.from(binary));
  });

  test('a hole is zeros', async () => {
    const { status, bytes } = await look(['cat', path, '/var/lib/hole-only']);
    expect(status).toBe(0);
    expect(bytes.equals(Buffer.alloc(50 * 4096))).toBe(true);
  });

  test('nothing is read after the reader has left', async () => {
    const { status, bytes } = await look(['cat', path, '/var/lib/hole-only', '/boot/vmlinuz'], 1000);
    expect(status).toBe(0);
    expect(bytes.length).toBe(65536);
  });
});

describe('what cannot be read', () => {
  test('bytes after the end of the image are zeros, the others in place', async () => {
    const image = TestImage.load('ext4-4k-csum');
    const blocks = [...blocksOf(image, tree.initrd)];
    const [logical, physical] = blocks[10]!;
    expect(logical).toBe(10);
    const { bytes: whole } = await look(['cat', path, '/boot/initrd-6.4.0']);
    const cut = image.resized(image.blockAt(physical));
    const { status, bytes, err } = await look(['cat', imageFile(cut.bytes), '/boot/initrd-6.4.0']);
    expect(status).toBe(4);
    expect(err).toBe('extcheck: /boot/initrd-6.4.0: bytes 40960 to 57343 cannot be read from the image\n');
    expect(bytes.equals(Buffer.concat([whole.subarray(0, 40960), Buffer.alloc(16384)]))).toBe(true);
  });

  test('a damaged mapping is zeros, and the next file is written', async () => {
    const image = TestImage.load('ext4-4k-csum').setBlockWord(tree.initrd, 5, 0xfffffff0);
    const { status, bytes, err } = await look(['cat', imageFile(image.bytes), '/boot/initrd', '/etc/os-release']);
    expect(status).toBe(4);
    expect(err).toBe('extcheck: /boot/initrd: bytes 0 to 57343 have no usable block\n');
    expect(bytes.length).toBe(57344 + 300);
    expect(bytes.subarray(0, 57344).equals(Buffer.alloc(57344))).toBe(true);
  });

  test.each([
    ['/etc', '/etc: it is not a regular file'],
    ['/nope', '/nope: no such name'],
    ['<11>', '<11>: it is not a regular file'],
  ])('%s: the reason, and the rest is written', async (word, why) => {
    const { status, bytes, err } = await look(['cat', path, word, '/etc/os-release']);
    expect([status, bytes.length, err]).toEqual([4, 300, `extcheck: ${why}\n`]);
  });
});

test.each([
  [['cat'], 16, 'No image given.'],
  [['cat', path], 16, 'No path given.'],
  [['cat', '/nowhere.img', '/a'], 8, 'no such file'],
])('%j: %i', async (argv, expected, message) => {
  const { status, bytes, err } = await look(argv);
  expect([status, bytes.length]).toEqual([expected, 0]);
  expect(err).toContain(message);
});
