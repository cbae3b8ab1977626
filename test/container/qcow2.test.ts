/** qcow2 disks made by hand: all kinds of clusters, and tables that are wrong. */
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decompressWeb } from '../../src/container/decompress-web';
import { qcow2 } from '../../src/container/qcow2/layer';
import { memorySource } from '../../src/source/memory';
import type { ByteSource } from '../../src/source/source';
import { asynchronous, layerContext, openDisk, randomBytes, randomNumbers, readBytes } from '../support/layer-context';
import { type Cluster, makeQcow2, type Qcow2Recipe } from '../support/qcow2';

const random = randomNumbers(7);
const clusterBytes = 512;
const content = Array.from({ length: 200 }, () => randomBytes(clusterBytes, random));
const packable = content.map((bytes) => bytes.map((byte) => byte & 3));

/** Clusters of all kinds in a disk that needs several L2 tables, and what the disk has. */
function allKinds(version: number): { recipe: Qcow2Recipe; expected: Buffer } {
  const size = 200 * clusterBytes - 100;
  const clusters: Record<number, Cluster> = {};
  const expected = Buffer.alloc(200 * clusterBytes);
  for (let i = 0; i < 200; i++) {
    // the second table has no cluster
    const kind = i >= 64 && i < 128 ? 0 : random(4);
    if (kind === 1) clusters[i] = { data: content[i]! };
    if (kind === 2) clusters[i] = { packed: packable[i]! };
    if (kind === 3 && version > 2) clusters[i] = { zero: true };
    if (kind === 1 || kind === 2) expected.set((kind === 1 ? content : packable)[i]!, i * clusterBytes);
  }
  return { recipe: { version, size, clusters }, expected: expected.subarray(0, size) };
}

const equal = (bytes: Uint8Array, expected: Uint8Array): void => expect(Buffer.compare(bytes, expected)).toBe(0);

const readAt = async (disk: ByteSource, at: number, length: number): Promise<unknown> =>
  readBytes(disk, at, length).catch((error: unknown) => error);

describe.each([2, 3])('version %i', (version) => {
  const { recipe, expected } = allKinds(version);
  const made = makeQcow2(recipe);

  test('all kinds of clusters, from memory at once', async () => {
    const { disk, opened } = await openDisk(qcow2, made.image);
    expect(opened).toMatchObject({ details: `version ${version}`, notes: [], parts: [{ size: recipe.size }] });
    const into = new Uint8Array(expected.length);
    expect(disk.read(0, into)).toBe(expected.length);
    equal(into, expected);
    for (let i = 0; i < 200; i++) {
      const at = random(expected.length);
      const part = into.subarray(0, random(4000));
      const length = Math.min(part.length, expected.length - at);
      expect(disk.read(at, part)).toBe(length);
      equal(part.subarray(0, length), expected.subarray(at, at + length));
    }
  });

  test('from an asynchronous source, many reads at the same time', async () => {
    const context = { ...layerContext(), decompress: decompressWeb };
    const { disk } = await openDisk(qcow2, asynchronous(memorySource(made.image)), context);
    const reads = Array.from({ length: 30 }, async () => {
      const at = random(expected.length - 3000);
      equal(await readBytes(disk, at, 3000), expected.subarray(at, at + 3000));
    });
    await Promise.all(reads);
  });

  test('the place of a byte', async () => {
    const { disk } = await openDisk(qcow2, made.image);
    for (let i = 0; i < 199; i++) {
      const cluster = recipe.clusters![i] ?? {};
      const elsewhere = 'packed' in cluster ? undefined : null;
      const place = 'data' in cluster ? made.dataAt.get(i)! + 5 : elsewhere;
      expect(disk.locate!(i * clusterBytes + 5)).toBe(place);
    }
  });
});

test('large clusters, the last of which is incomplete', async () => {
  const bytes = randomBytes(2 ** 16, random);
  const recipe: Qcow2Recipe = { clusterBits: 16, size: 4 * 65536 - 1000, clusters: { 1: { packed: bytes } } };
  const { image } = makeQcow2({ ...recipe, clusters: { ...recipe.clusters, 3: { data: bytes.subarray(0, 64536) } } });
  const { disk } = await openDisk(qcow2, image);
  const zeros = Buffer.alloc(65536);
  equal(await readBytes(disk), Buffer.concat([zeros, bytes, zeros, bytes]).subarray(0, recipe.size));
});

test('subclusters: data, zeros and the backing file', async () => {
  const clusterBits = 14;
  const data = randomBytes(2 ** 14, random);
  const base = randomBytes(40_000, random);
  // the first is data, the second zero, the third unallocated, and so on
  const states = { zero: 0x92492492, data: 0x49249249 };
  const { image } = makeQcow2({
    clusterBits,
    size: 4 * 2 ** 14,
    backing: 'base.raw',
    backingFormat: 'raw',
    clusters: { 0: { data }, 1: { packed: data }, 2: { data } },
    extended: { 0: [states.zero, states.data], 2: [0, 0xffffffff], 3: [0x0000ffff, 0] },
  });
  const context = layerContext({ 'base.raw': memorySource(base) });
  const { disk, opened } = await openDisk(qcow2, image, context);
  expect(opened.details).toBe('version 3, backing file base.raw');
  expect(context.asked).toEqual([{ name: 'base.raw', what: 'backing file', raw: true }]);
  const expected = Buffer.alloc(4 * 2 ** 14);
  expected.set(base.subarray(0, 2 ** 14));
  for (let i = 0; i < 32; i++) {
    if ((states.data >>> i) & 1) expected.set(data.subarray(i * 512, i * 512 + 512), i * 512);
    if ((states.zero >>> i) & 1) expected.fill(0, i * 512, i * 512 + 512);
  }
  expected.set(data, 2 ** 14);
  expected.set(data, 2 ** 15);
  equal(await readBytes(disk), expected);
});

describe('other files', () => {
  const base = Uint8Array.from({ length: 1300 }, (_, i) => (i % 255) + 1);

  test.each([
    [undefined, false],
    ['qcow2', false],
    ['raw', true],
  ])('a shorter backing file of format %s', async (backingFormat, raw) => {
    const clusters = { 1: { data: content[0]! } };
    const recipe: Qcow2Recipe = { size: 2048, backing: 'dir/base', clusters };
    const { image } = makeQcow2(backingFormat === undefined ? recipe : { ...recipe, backingFormat });
    const context = layerContext({ 'dir/base': memorySource(base) });
    const { disk } = await openDisk(qcow2, image, context);
    expect(context.asked).toEqual([{ name: 'dir/base', what: 'backing file', raw }]);
    const expected = Buffer.alloc(2048);
    expected.set(base);
    expected.set(content[0]!, 512);
    equal(await readBytes(disk), expected);
    expect([disk.locate!(0), disk.locate!(512), disk.locate!(2000)]).toEqual([undefined, 1536, null]);
  });

  test('a backing file that is named with file:', async () => {
    const context = layerContext({ '/a:b': memorySource(base) });
    await openDisk(qcow2, makeQcow2({ size: 512, backing: 'file:/a:b' }).image, context);
    expect(context.asked[0]!.name).toBe('/a:b');
  });

  test.each([
    'nbd://host/disk',
    'json:{"driver":"raw"}',
  ])('a backing file that only qemu can open: %s', async (backing) => {
    await expect(openDisk(qcow2, makeQcow2({ size: 512, backing }).image)).rejects.toMatchObject({
      code: 'container-needs-file',
      message: `its backing file is "${backing}", which only qemu can open`,
      commands: ['qemu-img convert -O raw FILE FILE.raw'],
    });
  });

  test('a backing file that is missing', async () => {
    const opening = openDisk(qcow2, makeQcow2({ size: 512, backing: 'base' }).image);
    await expect(opening).rejects.toMatchObject({ code: 'container-needs-file' });
  });

  test('a data file', async () => {
    const { image, data } = makeQcow2({
      size: 2048,
      dataFile: 'disk.data',
      clusters: { 0: { data: content[0]! }, 2: { data: content[2]! }, 3: { zero: true } },
    });
    data.fill(9, 512, 1024);
    const context = layerContext({ 'disk.data': memorySource(data) });
    const { disk, opened } = await openDisk(qcow2, image, context);
    expect(opened.details).toBe('version 3, data file disk.data');
    expect(context.asked).toEqual([{ name: 'disk.data', what: 'data file', raw: true }]);
    const zeros = new Uint8Array(512);
    equal(await readBytes(disk), Buffer.concat([content[0]!, zeros, content[2]!, zeros]));
    expect(disk.locate!(0)).toBeUndefined();
  });

  test('a data file without a name', async () => {
    await expect(openDisk(qcow2, makeQcow2({ size: 512, incompatible: 4 }).image)).rejects.toMatchObject({
      code: 'container-needs-file',
      message: 'its clusters are in a data file that it does not name',
    });
  });

  test.each<[string, Cluster, string]>([
    ['another place', { entry: [0x80000000, 0] }, 'points to byte 0 of the other file, but must point to byte 512'],
    [
      'a compressed cluster',
      { packed: packable[0]! },
      'is of a compressed cluster, but the clusters are in another file',
    ],
    ['a place past its end', { entry: [0x80000000, 512] }, 'points to byte 512, and the file ends at byte 512'],
  ])('a data file with %s', async (_name, cluster, message) => {
    const { image } = makeQcow2({ size: 1024, dataFile: 'data', clusters: { 1: cluster } });
    const { disk } = await openDisk(qcow2, image, layerContext({ data: memorySource(new Uint8Array(512)) }));
    expect(await readAt(disk, 512, 10)).toMatchObject({ message: `L2 entry 1 of L1 entry 0 ${message}` });
  });
});

describe('damaged entries: the rest can be read', () => {
  const standard = 'has reserved bits set';
  const packed = 'is of a compressed cluster and has reserved bits set';
  test.each<[string, readonly number[], string | RegExp, Qcow2Recipe?]>([
    ['a reserved low bit', [0x80000000, 0x802], standard],
    ['a reserved high bit', [0x81000000, 0x800], standard],
    ['the end of the file', [0x80000000, 0x10000], 'points to byte 65536, and the file ends at byte 2560'],
    ['2^55', [0x80800000, 0], 'points to byte 36028797018963968, and the file ends at byte 2560'],
    ['byte 0 of the file', [0x80000000, 0], 'is of a used cluster, but points to byte 0'],
    ['a zero flag in version 2', [0, 1], 'has a zero flag, which version 2 does not know', { version: 2, size: 2048 }],
    ['a used compressed cluster', [0xc0000000, 0x800], packed],
    ['bit 56 of a compressed offset', [0x41000000, 0x800], packed],
    [
      'a compressed cluster past the end',
      [0x40000001, 0],
      'points to byte 4294967296, which is past the end of the file',
    ],
    [
      'zeros that are not compressed',
      [0x40000000, 1100],
      /^points to a compressed cluster at byte 1100 that cannot be unpacked: /,
    ],
  ])('%s', async (_name, entry, message, recipe = { size: 2048 }) => {
    const clusters = { 0: { data: content[0]! }, 1: { entry }, 2: { data: content[2]! } };
    const { image } = makeQcow2({ ...recipe, clusters });
    for (const source of [memorySource(image), asynchronous(memorySource(image))]) {
      const { disk } = await openDisk(qcow2, source);
      const error = await readAt(disk, 600, 100);
      expect(error).toMatchObject({ name: 'SourceError', at: 600, length: 100 });
      const clause = (error as Error).message.replace('L2 entry 1 of L1 entry 0 ', '');
      if (typeof message === 'string') expect(clause).toBe(message);
      else expect(clause).toMatch(message);
      equal(await readBytes(disk, 0, 512), content[0]!);
      equal(await readBytes(disk, 1024, 512), content[2]!);
      expect(await disk.locate!(600)).toBeUndefined();
    }
  });

  test.each([
    ['fewer bytes', deflateRawSync(new Uint8Array(511)), 'it unpacks to 511 bytes, not to 512'],
    ['more bytes', deflateRawSync(new Uint8Array(513)), 'it unpacks to more than 512 bytes'],
    ['half of the data', deflateRawSync(content[0]!).subarray(0, 50), 'it ends too early'],
  ])('a compressed cluster with %s', async (_name, stored, reason) => {
    const { image, dataAt } = makeQcow2({ size: 512, clusters: { 0: { stored } } });
    const { disk } = await openDisk(qcow2, image);
    expect(await readAt(disk, 0, 1)).toMatchObject({
      message: `L2 entry 0 of L1 entry 0 points to a compressed cluster at byte ${dataAt.get(0)} that cannot be unpacked: ${reason}`,
    });
  });

  test('a cluster that is not aligned', async () => {
    const clusters = { 0: { entry: [0x80000000, 0x1200] } };
    const { disk } = await openDisk(qcow2, makeQcow2({ clusterBits: 12, size: 4096, clusters }).image);
    expect(await readAt(disk, 0, 1)).toMatchObject({
      message: 'L2 entry 0 of L1 entry 0 points to byte 4608, which is not the start of a cluster',
    });
  });

  test.each<[string, readonly [number, number], Cluster, string]>([
    ['both', [1, 1], { data: new Uint8Array(16384) }, 'has subclusters that are both allocated and zero'],
    ['without a cluster', [0, 2], { entry: [0, 0] }, 'has allocated subclusters, but no cluster'],
    ['a zero flag', [0, 0], { zero: true }, 'has a zero flag, which extended entries do not know'],
    ['a compressed cluster', [0, 1], { packed: new Uint8Array(16384) }, packed],
  ])('subclusters: %s', async (_name, states, cluster, message) => {
    const recipe: Qcow2Recipe = { clusterBits: 14, size: 16384, clusters: { 0: cluster }, extended: { 0: states } };
    const { disk } = await openDisk(qcow2, makeQcow2(recipe).image);
    expect(await readAt(disk, 16000, 1)).toMatchObject({ message: `L2 entry 0 of L1 entry 0 ${message}` });
  });

  test.each<[string, number, readonly [number, number], string]>([
    ['reserved bits', 1, [0x80000000, 0x401], 'L1 entry 1 has reserved bits set'],
    ['reserved high bits', 1, [0xc0000000, 0x400], 'L1 entry 1 has reserved bits set'],
    ['not aligned', 1, [0x80000000, 0xa00], 'L1 entry 1 points to byte 2560, which is not the start of a cluster'],
    [
      'past the end',
      1,
      [0x80000001, 0],
      /* 2^32 */ 'the L2 table of L1 entry 1 at byte 4294967296 is past the end of the 12288 bytes',
    ],
  ])('an L1 entry: %s', async (_name, index, words, message) => {
    const clusterBits = 10;
    const { image, l1At } = makeQcow2({
      clusterBits,
      size: 3 * 131072,
      clusters: { 0: { data: packable.slice(0, 2).reduce((a, b) => Buffer.concat([a, b])) } },
    });
    words.forEach((word, i) => void image.writeUInt32BE(word, l1At + index * 8 + i * 4));
    const padded = Buffer.concat([image, new Uint8Array(12288 - image.length)]);
    const { disk } = await openDisk(qcow2, padded);
    if (_name === 'not aligned') expect(await readAt(disk, 131072, 1)).toMatchObject({ message });
    expect(await readAt(disk, 131072 + 70_000, 1)).toMatchObject({ name: 'SourceError', message });
    equal(await readBytes(disk, 0, 512), packable[0]!);
    equal(await readBytes(disk, 262144, 131072), new Uint8Array(131072));
  });

  test('an L1 entry that points to the L1 table', async () => {
    const { image, l1At, dataAt } = makeQcow2({ size: 200 * 512, clusters: { 150: { data: content[0]! } } });
    image.writeUInt32BE(l1At, l1At + 4);
    // after the L1 table, which is shorter than an L2 table
    image.writeUInt32BE(0x80000000, l1At + 10 * 8);
    image.writeUInt32BE(dataAt.get(150)!, l1At + 10 * 8 + 4);
    const { disk } = await openDisk(qcow2, image);
    equal(await readBytes(disk, 10 * 512, 512), content[0]!);
  });
});

test.each([
  9, 12, 16, 21,
])('compressed clusters of 2^%i bytes: their sectors are read, and no others', async (clusterBits) => {
  const stored = [700, 3, 512, 1300].map((length, i) =>
    new Uint8Array(clusterBits > 9 ? length : length / 4).fill(i + 1),
  );
  const clusters: Record<number, Cluster> = Object.fromEntries(stored.map((bytes, i) => [i, { stored: bytes }]));
  clusters[4] = { data: new Uint8Array(2 ** clusterBits) };
  const { image, dataAt } = makeQcow2({ clusterBits, size: 5 * 2 ** clusterBits, clusters });
  const asked: Uint8Array[] = [];
  const decompress = (_kind: string, packed: Uint8Array, size: number): Uint8Array => {
    asked.push(packed);
    return new Uint8Array(size);
  };
  const { disk } = await openDisk(qcow2, image, { ...layerContext(), decompress });
  for (const i of stored.keys()) await readBytes(disk, i * 2 ** clusterBits, 1);
  const expected = stored.map((bytes, i) => {
    const from = dataAt.get(i)!;
    return image.subarray(from, Math.ceil((from + bytes.length) / 512) * 512);
  });
  expect(asked.map((bytes, i) => Buffer.compare(bytes, expected[i]!))).toEqual([0, 0, 0, 0]);
});

test('compressed clusters are kept, in bounded memory', async () => {
  const clusterBits = 16;
  const bytes = Array.from({ length: 160 }, (_, i) => new Uint8Array(65536).fill(i + 1));
  const clusters = Object.fromEntries(bytes.map((packed, i) => [i, { packed }]));
  const context = layerContext();
  let unpacked = 0;
  const { image } = makeQcow2({ clusterBits, size: 160 * 65536, clusters });
  const { disk } = await openDisk(qcow2, image, {
    ...context,
    decompress(...args) {
      unpacked++;
      return context.decompress(...args);
    },
  });
  const into = new Uint8Array(4096);
  const readClusters = (count: number): void => {
    for (let at = 0; at < count * 65536; at += into.length) {
      expect(disk.read(at, into)).toBe(into.length);
      if (into[7] !== at / 65536 + 1 - ((at / 65536) % 1)) throw new Error(`wrong at ${at}`);
    }
  };
  readClusters(120);
  readClusters(120);
  expect(unpacked).toBe(120);
  readClusters(160);
  readClusters(10);
  expect(unpacked).toBeGreaterThan(160);
});
