/** Headers of qcow2: features, notes, and fields that are wrong. */
import { describe, expect, test } from 'vitest';
import type { ContainerError } from '../../src/container/error';
import { qcow2 } from '../../src/container/qcow2/layer';
import { memorySource } from '../../src/source/memory';
import { layerContext, openDisk, readBytes } from '../support/layer-context';
import { makeQcow2, type Qcow2Recipe } from '../support/qcow2';

const recipe: Qcow2Recipe = { size: 4096, clusters: { 1: { data: new Uint8Array(512).fill(1) } } };

/** What opening the image gives, after a change. */
async function opening(change: (image: Buffer) => void, made = recipe): Promise<unknown> {
  const { image } = makeQcow2(made);
  change(image);
  return openDisk(qcow2, image).catch((error: unknown) => error);
}

const word = (at: number, value: number) => (image: Buffer) => void image.writeUInt32BE(value, at);

test('is recognised by its first bytes', () => {
  const { image } = makeQcow2(recipe);
  const recognised = (head: Uint8Array): unknown => qcow2.recognise(head, memorySource(head));
  expect([recognised(image), recognised(image.subarray(0, 3)), recognised(image.subarray(1))]).toEqual([
    true,
    false,
    false,
  ]);
});

describe('notes', () => {
  test.each([
    [1, [{ kind: 'suspect', text: 'it is marked as dirty: it was not closed after the last use' }]],
    [2, [{ kind: 'damaged', text: 'it is marked as corrupt' }]],
    [0, []],
  ])('incompatible features %i', async (incompatible, notes) => {
    const { opened, disk } = await openDisk(qcow2, makeQcow2({ ...recipe, incompatible }).image);
    expect(opened.notes).toEqual(notes);
    expect((await readBytes(disk, 512, 1))[0]).toBe(1);
  });

  test.each([
    [1, 'its 1 internal snapshot is not read'],
    [4, 'its 4 internal snapshots are not read'],
  ])('%i snapshots', async (count, text) => {
    expect(await opening(word(60, count))).toMatchObject({ opened: { notes: [{ kind: 'remark', text }] } });
  });
});

describe('features that are not known', () => {
  const table = Buffer.alloc(3 * 48);
  // a compatible feature of the same bit comes first
  table.set([1, 7], 0);
  table.write('wrong', 2);
  table.set([0, 7], 48);
  table.write('time\u001b[31m travel', 50);
  table.set([0, 63], 96);
  table.fill('x', 98);

  test('have names in the header', async () => {
    const extensions = [[0x6803f857, table]] as const;
    const image = { ...recipe, incompatible: 0x280, extensions };
    expect(await opening(word(72, 0x80000000), image)).toMatchObject({
      code: 'container-unsupported',
      message: `the field incompatible_features has unknown features: bit 7 "time\\x1b[31m travel", bit 9, bit 63 "${'x'.repeat(46)}"`,
      commands: ['qemu-img convert -O raw FILE FILE.raw'],
    });
  });

  test('compatible ones are ignored', async () => {
    expect(await opening(word(84, 0xffff))).toMatchObject({ opened: { details: 'version 3' } });
    expect(await opening(word(92, 0xffff))).toMatchObject({ opened: { details: 'version 3' } });
  });
});

describe('extensions', () => {
  test('others are skipped', async () => {
    const made: Qcow2Recipe = {
      ...recipe,
      backing: 'base',
      extensions: [
        [0x23852875, new Uint8Array(3)],
        [7, new Uint8Array(0)],
      ],
      backingFormat: 'raw',
    };
    const context = layerContext({ base: memorySource(new Uint8Array(9).fill(2)) });
    const { disk } = await openDisk(qcow2, makeQcow2(made).image, context);
    expect(context.asked).toEqual([{ name: 'base', what: 'backing file', raw: true }]);
    expect(Array.from(await readBytes(disk, 8, 2))).toEqual([2, 0]);
  });

  test('one that reaches into the name of the backing file', async () => {
    const made = { ...recipe, backing: 'base', extensions: [[0x1234, new Uint8Array(8)]] as const };
    expect(await opening(word(116, 17), made)).toMatchObject({
      message: 'the header extension 0x1234 at byte 112 has 17 bytes, but only 16 follow',
    });
  });

  test('one that exceeds the first cluster', async () => {
    const made = { ...recipe, extensions: [[0x1234, new Uint8Array(8)]] as const };
    expect(await opening(word(116, 500), made)).toMatchObject({
      code: 'container-damaged',
      message: 'the header extension 0x1234 at byte 112 has 500 bytes, but only 392 follow',
    });
  });
});

describe('encrypted', () => {
  test.each([
    [1, 'it is encrypted with AES'],
    [2, 'it is encrypted with LUKS'],
  ])('method %i', async (method, message) => {
    const error = await opening(word(32, method));
    expect(error).toMatchObject({ code: 'container-unsupported', message });
    expect((error as ContainerError).commands.at(-1)).toContain('encrypt.key-secret=key');
  });
});

describe('compression', () => {
  test('zstd, where the platform does not have it', async () => {
    const { image } = makeQcow2({ ...recipe, compressionType: 1 });
    const decompress = (): never => {
      throw new Error('this platform cannot unpack zstd');
    };
    await expect(openDisk(qcow2, image, { ...layerContext(), decompress })).rejects.toMatchObject({
      code: 'container-unsupported',
      message: 'its clusters are compressed with zstd: this platform cannot unpack zstd',
      commands: ['qemu-img convert -O raw FILE FILE.raw'],
    });
  });

  test('zstd, where the platform has it', async () => {
    const clusters = { 0: { stored: Uint8Array.of(1, 2, 3) } };
    const { image } = makeQcow2({ ...recipe, clusters, compressionType: 1 });
    const asked: unknown[] = [];
    const decompress = (kind: string, packed: Uint8Array, size: number): Uint8Array => {
      asked.push([kind, packed.length, size]);
      return new Uint8Array(size).fill(5);
    };
    const { disk } = await openDisk(qcow2, image, { ...layerContext(), decompress });
    expect((await readBytes(disk, 0, 512))[511]).toBe(5);
    expect(asked.slice(1)).toEqual([['zstd', 3, 512]]);
  });

  test('another type', async () => {
    expect(await opening(() => {}, { ...recipe, compressionType: 2 })).toMatchObject({
      code: 'container-unsupported',
      message: 'the compression type 2 is not known',
    });
  });
});

describe('refused', () => {
  const version2 = { ...recipe, version: 2 };
  test.each<[string, (image: Buffer) => void, string, Qcow2Recipe?]>([
    ['cluster_bits 8', word(20, 8), 'the field cluster_bits is 8, which is not within 9 to 21'],
    ['cluster_bits 22', word(20, 22), 'the field cluster_bits is 22, which is not within 9 to 21', version2],
    ['header_length 96', word(100, 96), 'the field header_length is 96'],
    ['header_length 113', word(100, 113), 'the field header_length is 113'],
    ['header_length 520', word(100, 520), 'the field header_length is 520'],
    ['crypt_method 3', word(32, 3), 'the field crypt_method is 3, which is not within 0 to 2'],
    ['l1_size 0', word(36, 0), 'the field l1_size is 0, but a disk of 4096 bytes needs 1 entries'],
    [
      'size of 2^52',
      word(24, 2 ** 20),
      'the field l1_size is 1, but a disk of 4503599627374592 bytes needs 137438953473 entries',
    ],
    ['size of 2^54', word(24, 2 ** 22), 'the field size is 18014398509486080, but less than 2^53 is supported'],
    [
      'l1_table_offset 8',
      word(44, 8),
      'the field l1_table_offset is 8, which is not the start of a cluster after the header',
    ],
    [
      'l1_table_offset 0',
      word(44, 0),
      'the field l1_table_offset is 0, which is not the start of a cluster after the header',
    ],
    [
      'l1_table_offset after the end',
      word(44, 2048),
      'the field l1_table_offset is 2048, but the 1 entries are past the end of the 2048 bytes',
    ],
    [
      'backing_file_offset in the header',
      word(12, 80),
      'the field backing_file_offset is 80, which is not in the first cluster after the header',
    ],
    [
      'backing_file_offset after the first cluster',
      word(12, 512),
      'the field backing_file_offset is 512, which is not in the first cluster after the header',
    ],
    [
      'backing_file_size 0',
      word(12, 200),
      'the field backing_file_size is 0, which is not a length of a name at byte 200',
    ],
    [
      'compression_type without its bit',
      (image) => void image.writeUInt8(1, 104),
      'the field compression_type is 1, but its feature bit is not set',
    ],
    ['the bit of compression_type alone', word(76, 8), 'the field compression_type is 0, but its feature bit is set'],
    ['extended entries', word(76, 16), 'the field cluster_bits is 9, but extended L2 entries need 14 at least'],
  ])('%s', async (_name, change, message, made) => {
    expect(await opening(change, made)).toMatchObject({ name: 'ContainerError', code: 'container-damaged', message });
  });

  test('a backing file name of 1024 bytes', async () => {
    const made = { ...recipe, clusterBits: 12, backing: 'x'.repeat(1024) };
    expect(await opening(() => {}, made)).toMatchObject({
      message: 'the field backing_file_size is 1024, which is not a length of a name at byte 120',
    });
  });

  test('an L1 table of 2^32 entries is never in memory', async () => {
    const opened = await opening(word(36, 0xffffffff));
    expect(opened).toMatchObject({ opened: { details: 'version 3' } });
    const large = await opening((image) => {
      word(36, 0xffffffff)(image);
      // bytes of a disk that needs all of the entries
      image.writeBigUInt64BE(2n ** 47n - 32768n, 24);
    });
    expect(large).toMatchObject({
      message: 'the field l1_table_offset is 512, but the 4294967295 entries are past the end of the 2048 bytes',
    });
  });

  test.each([1, 4])('version %i', async (version) => {
    expect(await opening(word(4, version))).toMatchObject({
      code: 'container-unsupported',
      message: `the version ${version} of this format is not known`,
    });
  });

  test.each([
    [50, 'it has 50 bytes, fewer than the 72 of the header'],
    [90, 'it has 90 bytes, fewer than the 104 of the header'],
  ])('a file of %i bytes', async (length, message) => {
    await expect(openDisk(qcow2, makeQcow2(recipe).image.subarray(0, length))).rejects.toMatchObject({ message });
  });

  test('a disk without bytes needs no table', async () => {
    expect(await opening(word(28, 0))).toMatchObject({ disk: { size: 0 } });
  });
});
