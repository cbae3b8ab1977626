/** VDI disks made by hand: maps, extra bytes of blocks, and headers that are wrong. */
import { describe, expect, test } from 'vitest';
import { vdi } from '../../src/container/vdi';
import { memorySource } from '../../src/source/memory';
import { asynchronous, openDisk, randomBytes, randomNumbers, readBytes } from '../support/layer-context';
import { makeVdi, type VdiRecipe, vdiMapAt } from '../support/vdi';

const free = 0xffffffff;
const zero = 0xfffffffe;
const random = randomNumbers(5);
const blocks = Array.from({ length: 4 }, () => randomBytes(512, random));
const recipe: VdiRecipe = { size: 7 * 512 + 100, map: [2, free, 0, zero, free, 3, free, 1], blocks };
const expected = Buffer.alloc(8 * 512);
recipe.map.forEach((entry, i) => void (entry < zero && expected.set(blocks[entry]!, i * 512)));
const disk = expected.subarray(0, recipe.size);

const refusal = (image: Uint8Array): Promise<unknown> =>
  openDisk(vdi, image).then(
    () => 'opened',
    (error: unknown) => error,
  );

/** The image with one little-endian word changed. */
function changed(at: number, value: number, image = makeVdi(recipe)): Buffer {
  image.writeUInt32LE(value, at);
  return image;
}

describe('disks', () => {
  test.each([
    ['dynamic', recipe],
    ['static', { ...recipe, type: 2 }],
    ['dynamic', { ...recipe, extraBytes: 48 }],
  ])('%s', async (kind, made) => {
    const image = makeVdi(made);
    for (const source of [memorySource(image), asynchronous(memorySource(image))]) {
      const opened = await openDisk(vdi, source);
      expect(opened.opened).toMatchObject({
        details: `version 1.1, ${kind}`,
        notes: [],
        parts: [{ size: disk.length }],
      });
      expect(Buffer.from(await readBytes(opened.disk)).equals(disk)).toBe(true);
      for (let at = 0; at < disk.length; at += 100) {
        const place = await opened.disk.locate!(at);
        if (place == null) expect([1, 3, 4, 6]).toContain(Math.floor(at / 512));
        else expect(image[place]).toBe(disk[at]);
      }
    }
  });

  test('is recognised by its signature, not by its text', async () => {
    const image = makeVdi(recipe);
    const recognised = (head: Uint8Array): unknown => vdi.recognise(head, memorySource(head));
    expect(recognised(image)).toBe(true);
    expect(recognised(image.subarray(0, 0x43))).toBe(false);
    image.write('<<< QEMU VM Virtual Disk Image >>>', 0, 'latin1');
    expect(recognised(image)).toBe(true);
    expect(recognised(changed(0x40, 1))).toBe(false);
  });

  test('the map is read in parts, and each part again and again', async () => {
    const map = new Array<number>(40_000).fill(free);
    const used = [0, 16383, 16384, 39_999];
    used.forEach((block, i) => {
      map[block] = i;
    });
    const { disk: large } = await openDisk(vdi, makeVdi({ size: map.length * 512, map, blocks }));
    for (const i of [0, 3, 1, 2, 0, 2, 1, 3]) expect(await readBytes(large, used[i]! * 512, 512)).toEqual(blocks[i]);
    expect(await readBytes(large, 16383 * 512 + 500, 20)).toEqual(
      Uint8Array.of(...blocks[1]!.subarray(500), ...blocks[2]!.subarray(0, 8)),
    );
  });

  test('an empty disk', async () => {
    expect((await openDisk(vdi, makeVdi({ size: 0, map: [] }))).disk.size).toBe(0);
  });
});

describe('damaged entries: the rest can be read', () => {
  test.each([
    ['a block that is not in the image', 8, 'block map entry 2 is 8, but the image has 8 blocks'],
    [
      'a block past the end of the file',
      6,
      'block map entry 2 is 6, which is at byte 4096, but the file ends at byte 3072',
    ],
  ])('%s', async (_name, entry, message) => {
    const { disk: broken } = await openDisk(vdi, changed(vdiMapAt + 8, entry));
    expect(() => broken.read(1024, new Uint8Array(512))).toThrow(
      expect.objectContaining({ name: 'SourceError', message, at: 1024, length: 512 }),
    );
    expect(broken.locate!(1024)).toBeUndefined();
    expect(Buffer.from(await readBytes(broken, 0, 1024)).equals(disk.subarray(0, 1024))).toBe(true);
    expect(Buffer.from(await readBytes(broken, 1536)).equals(disk.subarray(1536))).toBe(true);
  });

  test('the last block is incomplete', async () => {
    const image = makeVdi(recipe);
    const { disk: short } = await openDisk(vdi, image.subarray(0, image.length - 12));
    expect(await readBytes(short, 5 * 512, 500)).toEqual(blocks[3]!.slice(0, 500));
    expect(() => short.read(5 * 512 + 490, new Uint8Array(11))).toThrow('but the file ends at byte 3060');
  });
});

describe('refused', () => {
  test('a differencing disk, with the disk that it needs', async () => {
    const image = makeVdi({ ...recipe, type: 4 });
    Buffer.from('33221100554477668899aabbccddeeff', 'hex').copy(image, 0x1a8);
    expect(await refusal(image)).toMatchObject({
      code: 'container-unsupported',
      message: 'it has only the differences to the disk 00112233-4455-6677-8899-aabbccddeeff',
      commands: ['VBoxManage clonemedium disk FILE FILE.raw --format RAW'],
    });
  });

  test.each([
    ['an undo image', 0x4c, 3, 'it is an undo image'],
    ['version 0.1', 0x44, 1, 'the version 0.1 of this format is not known'],
  ])('%s', async (_name, at, value, message) => {
    expect(await refusal(changed(at, value))).toMatchObject({ code: 'container-unsupported', message });
  });

  test.each([
    [0x4c, 0, 'the field image_type is 0, which is not within 1 to 4'],
    [0x48, 0x17f, 'the field header_size is 383, but 384 is the least'],
    [0x178, 0, 'the field block_size is 0, which is not a power of two of at least 512'],
    [0x178, 768, 'the field block_size is 768, which is not a power of two of at least 512'],
    [0x180, 7, 'the field blocks_in_image is 7, but a disk of 3684 bytes needs 8 blocks'],
    [0x174, 1, 'the field blocks_in_image is 8, but a disk of 4294970980 bytes needs 8388616 blocks'],
    [0x174, 0x200000, /^the field disk_size is 9007199254744\d+, but less than 2\^53 is supported$/],
    [0x154, 471, 'the field offset_bmap is 471, but the block map has to be between the header and the end'],
    [0x154, 4000, 'the field offset_bmap is 4000, but the block map has to be between the header and the end'],
    [0x158, 543, 'the field offset_data is 543, which is before the end of the block map at byte 544'],
  ])('byte %i is %i', async (at, value, message) => {
    expect(await refusal(changed(at, value))).toMatchObject({
      code: 'container-damaged',
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
  });

  test('a file without all of the header', async () => {
    expect(await refusal(makeVdi(recipe).subarray(0, 455))).toMatchObject({
      code: 'container-damaged',
      message: 'it has 455 bytes, fewer than the 456 of the header',
    });
  });
});
