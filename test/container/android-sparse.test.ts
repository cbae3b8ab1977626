/** Android sparse images, whole and split, sound and hostile. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc32leJoined, crc32leRepeated } from '../../src/bytes/crc32-joined';
import { crc32le } from '../../src/bytes/crc32le';
import { androidSparse } from '../../src/container/android-sparse/layer';
import { seriesOf } from '../../src/container/android-sparse/parts';
import { type ChunkRecipe, type SparseRecipe, sparseChecksum, sparseOf, sparsePart } from '../support/android-sparse';
import { bytesOf, contextOf, openLayer, recognises } from '../support/layers';

const block = (value: number, count = 1): Buffer => Buffer.alloc(4096 * count, value);
const chunks: ChunkRecipe[] = [
  { raw: Buffer.concat([block(1), block(2)]) },
  { skip: 3 },
  { fill: 0x04030201, count: 2 },
  { fill: 0, count: 1 },
  { raw: block(9) },
];
const image = Buffer.concat([
  block(1),
  block(2),
  block(0, 3),
  Buffer.from([1, 2, 3, 4].concat(...Array<number[]>(2047).fill([1, 2, 3, 4]))),
  block(0),
  block(9),
]);
const open = (bytes: Uint8Array, context = contextOf()) => openLayer(androidSparse, bytes, context);
const rejection = async (bytes: Uint8Array) =>
  open(bytes).then(
    () => 'opened',
    (error: Error) => error,
  );

test('all kinds of chunks', async () => {
  const bytes = sparseOf(chunks);
  expect(await recognises(androidSparse, bytes)).toBe(true);
  expect(await recognises(androidSparse, image)).toBe(false);
  const layer = await open(bytes);
  expect(layer).toMatchObject({ details: 'version 1.0, 5 chunks', notes: [], parts: [{ size: image.length }] });
  expect(image.equals(await bytesOf(layer.parts[0]!.source))).toBe(true);
});

test('any range of it', async () => {
  const [part] = (await open(sparseOf(chunks))).parts;
  const source = part!.source as Exclude<typeof part, undefined>['source'] & object;
  await fc.assert(
    fc.asyncProperty(fc.nat(image.length), fc.nat(9000), async (at, length) => {
      const into = Buffer.alloc(length);
      const got = await source.read(at, into);
      expect(into.subarray(0, got).equals(image.subarray(at, at + length))).toBe(true);
    }),
    { numRuns: 200, seed: 1 },
  );
  expect(await source.locate!(4096)).toBe(28 + 12 + 4096);
  expect(await source.locate!(3 * 4096)).toBeNull();
});

test('longer headers, as later minor versions may have', async () => {
  const bytes = sparseOf([{ skip: 2 }], { halves: { 8: 32, 6: 1 } });
  const longer = Buffer.concat([bytes.subarray(0, 28), Buffer.alloc(4), bytes.subarray(28)]);
  expect(await open(longer)).toMatchObject({ details: 'version 1.1, 1 chunk', parts: [{ size: 8192 }] });
});

describe('checksums', () => {
  test('of pieces joined', () => {
    const all = Buffer.from('what is read twice takes twice as long');
    for (const at of [0, 1, 17, all.length]) {
      const [first, second] = [all.subarray(0, at), all.subarray(at)];
      expect(crc32leJoined(crc32le(0, first), crc32le(0, second), second.length)).toBe(crc32le(0, all));
    }
    const repeated = Buffer.concat(Array<Buffer>(1000).fill(all));
    expect(crc32leRepeated(crc32le(0, all), all.length, 1000)).toBe(crc32le(0, repeated));
  });

  test('a right one is silent: in a chunk and in the header', async () => {
    const crc = sparseChecksum(image);
    expect((await open(sparseOf([...chunks, { crc }], { words: { 24: crc } }))).notes).toEqual([]);
  });

  test('one that leaves out what is not stored, as libsparse writes it', async () => {
    const stored = Buffer.concat([image.subarray(0, 8192), image.subarray(5 * 4096)]);
    expect((await open(sparseOf([...chunks, { crc: crc32le(0, stored) }]))).notes).toEqual([]);
  });

  test('a wrong one', async () => {
    const crc = sparseChecksum(image);
    const bytes = sparseOf([...chunks, { crc }]);
    bytes[50] ^= 1;
    const { notes } = await open(bytes);
    expect(notes).toMatchObject([{ kind: 'damaged', text: expect.stringContaining('the checksum chunk is 0x') }]);
    const header = await open(sparseOf(chunks, { words: { 24: 7 } }));
    expect(header.notes).toMatchObject([
      { kind: 'damaged', text: expect.stringContaining('image_checksum is 0x00000007') },
    ]);
  });
});

describe('what does not fit', () => {
  const wrong: [string, ChunkRecipe[], SparseRecipe][] = [
    ['major_version is 2', chunks, { halves: { 4: 2 } }],
    ['file_hdr_sz is 27', chunks, { halves: { 8: 27 } }],
    ['chunk_hdr_sz is 11', chunks, { halves: { 10: 11 } }],
    ['blk_sz is 0', chunks, { words: { 12: 0 } }],
    ['blk_sz is 4095', chunks, { words: { 12: 4095 } }],
    ['2^53 bytes', chunks, { words: { 12: 0x8000_0000, 16: 0xffff_ffff } }],
    ['total_blks is 10, but the 5 chunks have 9 blocks', chunks, { blocks: 10 }],
    ['chunk_sz of chunk 2 at byte 8244 is 2, only 1 of the 6 blocks are left', chunks, { blocks: 6 }],
    ['total_sz of chunk 0 at byte 28 is 4107, should be 4108', [{ raw: block(1), total: 4107 }], {}],
    ['total_sz of chunk 0 at byte 28 is 0, should be 12', [{ skip: 1, total: 0 }], {}],
    ['total_sz of chunk 0', [{ fill: 1, count: 1, total: 12 }], {}],
    ['total_sz of chunk 0', [{ crc: 1, total: 20 }], {}],
    ['chunk_sz of checksum chunk 0', [{ crc: 1, blocks: 1 }], { blocks: 1 }],
    ['chunk_type of chunk 0 at byte 28 is 0xcac5', [{ skip: 1, type: 0xcac5 }], {}],
    ['total_chunks is 4294967295', [], { words: { 20: 0xffff_ffff } }],
  ];
  test.each(wrong)('%s', async (text, recipe, options) => {
    const error = await rejection(sparseOf(recipe, options));
    expect(error).toMatchObject({ name: 'ContainerError', message: expect.stringContaining(text) });
  });

  test('a header that ends too early', async () => {
    expect(await rejection(sparseOf(chunks).subarray(0, 20))).toMatchObject({ code: 'container-damaged' });
  });

  test.each([60, 8239, 8240, 8260, 8272, 12_000])('a file that ends at byte %d', async (end) => {
    const { notes, parts } = await open(sparseOf(chunks).subarray(0, end));
    expect(notes).toMatchObject([{ kind: 'damaged', text: expect.stringContaining(`ends at byte ${end}`) }]);
    const source = parts[0]!.source as { read(at: number, into: Uint8Array): number };
    expect(parts[0]!.size).toBe(image.length);
    expect(() => source.read(8 * 4096, Buffer.alloc(10))).toThrow('the sparse image ends before it');
    if (end > 8240) expect(source.read(0, Buffer.alloc(8192))).toBe(8192);
  });

  test('any change of one byte ends in an error of the container or of its bytes', async () => {
    const sound = sparseOf([...chunks, { crc: sparseChecksum(image) }]);
    for (let at = 4; at < 28; at++)
      for (const value of [0, 1, 0x7f, 0xff]) {
        const bytes = Buffer.from(sound);
        bytes[at] = value;
        const layer = await rejection(bytes);
        if (layer !== 'opened') expect(layer).toMatchObject({ name: 'ContainerError' });
      }
  });
});

describe('parts', () => {
  const whole = Buffer.concat(Array.from({ length: 100 }, (_, i) => block(i + 1)));
  const cuts = [0, 30, 60, 100];
  const parts = [0, 1, 2].map((i) => sparsePart(whole, cuts[i]!, cuts[i + 1]!));
  const files = (name: (i: number) => string, ...of: number[]) =>
    Object.fromEntries(of.map((i) => [name(i), parts[i]!] as const));
  const underscore = (i: number) => `super_${i}.img`;

  test.each([
    ['super_0.img', 'super_11.img'],
    ['system.img_sparsechunk.0', 'system.img_sparsechunk.11'],
    ['system.img_sparsechunk0', 'system.img_sparsechunk11'],
    ['out.0', 'out.11'],
    ['a-00.simg', 'a-11.simg'],
  ])('%s', (name, eleventh) => {
    expect(seriesOf(name)?.nameOf(11)).toBe(eleventh);
    expect(seriesOf(name)?.own).toBe(0);
  });

  test.each(['system.img', 'android10.img', 'x.1234', 'super_0.img.gz'])('%s has no number of a part', (name) => {
    expect(seriesOf(name)).toBeNull();
  });

  test.each([0, 1, 2])('all parts, if number %d is opened', async (i) => {
    for (const name of [underscore, (n: number) => `system.img_sparsechunk.${n}`]) {
      const layer = await open(parts[i]!, contextOf(files(name, 0, 1, 2), name(i)));
      expect(layer.details).toBe(`version 1.0, ${[2, 3, 2][i]} chunks, 3 parts`);
      expect(layer.notes).toEqual([]);
      expect(whole.equals(await bytesOf(layer.parts[0]!.source))).toBe(true);
    }
  });

  test.each<[string, number, number[], string, number]>([
    ['the first', 2, [1], 'super_0.img', 0],
    ['the middle', 0, [2], 'super_1.img', 30],
    ['two', 2, [], 'super_0.img to super_1.img', 59],
  ])('%s is missing', async (_, own, present, name, lostBlock) => {
    const { notes, parts: found } = await open(
      parts[own]!,
      contextOf(files(underscore, own, ...present), underscore(own)),
    );
    expect(notes).toMatchObject([{ kind: 'damaged', text: expect.stringContaining(`the part ${name} is missing`) }]);
    const source = found[0]!.source as { read(at: number, into: Uint8Array): number };
    expect(() => source.read(lostBlock * 4096, Buffer.alloc(1))).toThrow(`the part ${name} is missing`);
    expect(source.read(99 * 4096, Buffer.alloc(4096))).toBe(4096);
  });

  test('a truncated part loses only its own blocks', async () => {
    const short = { ...files(underscore, 0, 1, 2), 'super_1.img': parts[1]!.subarray(0, 28 + 24 + 4096 * 5) };
    const { notes, parts: found } = await open(parts[0]!, contextOf(short, 'super_0.img'));
    expect(notes).toMatchObject([{ kind: 'damaged', text: expect.stringContaining('ends at byte') }]);
    const source = found[0]!.source as { read(at: number, into: Uint8Array): number };
    expect(source.read(34 * 4096, Buffer.alloc(4096))).toBe(4096);
    expect(() => source.read(35 * 4096, Buffer.alloc(4096))).toThrow('ends before it');
    expect(source.read(60 * 4096, Buffer.alloc(4096))).toBe(4096);
  });

  test('an image beside it that is not a part', async () => {
    const other = sparseOf([{ raw: block(1, 4) }]);
    const alone = sparseOf([{ raw: whole }]);
    const layer = await open(alone, contextOf({ 'disk_1.img': other, 'disk_2.img': whole }, 'disk_0.img'));
    expect(layer.notes).toMatchObject([{ kind: 'remark' }, { kind: 'remark' }]);
    expect(whole.equals(await bytesOf(layer.parts[0]!.source))).toBe(true);
    // whole images of the same size
    const same = await open(alone, contextOf({ 'disk_1.img': alone }, 'disk_0.img'));
    expect(same).toMatchObject({ notes: [], details: 'version 1.0, 1 chunk' });
  });

  test('without a name it is a single image', async () => {
    expect((await open(parts[1]!)).notes).toEqual([]);
  });
});
