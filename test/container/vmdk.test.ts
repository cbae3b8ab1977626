/** VMDK disks built by hand: one file, split, stream-optimized, and descriptors that cannot be trusted. */
import { describe, expect, test } from 'vitest';
import { ContainerError } from '../../src/container/error';
import type { LayerContext } from '../../src/container/layer';
import { vmdk } from '../../src/container/vmdk/vmdk';
import { memorySource } from '../../src/source/memory';
import { SourceError } from '../../src/source/source';
import {
  contextWith,
  descriptorText,
  difference,
  diskOf,
  noise,
  openLayer,
  readAll,
  type SparseVmdk,
  sparseVmdk,
  vmdkPlaces,
} from '../support/virtual-disks';

const sector = 512;
const grainSize = 8;
const grainBytes = grainSize * sector;
const capacity = 40 * grainSize - 3;
const grains = { 1: noise(grainBytes, 1), 0: noise(grainBytes, 2), 17: null, 39: noise(grainBytes, 3) };
const descriptor = descriptorText([`RW ${capacity} SPARSE "disk.vmdk"`]);
const expected = new Uint8Array(capacity * sector);
expected.set(grains[0]);
expected.set(grains[1], grainBytes);
expected.set(grains[39].subarray(0, 5 * sector), 39 * grainBytes);

const monolithic = (more: Partial<SparseVmdk> = {}): Uint8Array =>
  sparseVmdk({ capacity, grainSize, grains, descriptor, ...more });
const stream = (more: Partial<SparseVmdk> = {}): Uint8Array =>
  monolithic({
    compressed: true,
    hasFooter: true,
    descriptor: descriptorText([`RW ${capacity} SPARSE "disk.vmdk"`], { createType: 'streamOptimized' }),
    ...more,
  });
const words = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const refusal = async (bytes: Uint8Array, context?: LayerContext): Promise<ContainerError> => {
  const error = await openLayer(vmdk, bytes, context).then(
    () => undefined,
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(ContainerError);
  return error;
};

describe('one sparse file', () => {
  test('has stored grains and zeros', async () => {
    const file = monolithic();
    expect(vmdk.recognise(file, memorySource(file))).toBe(true);
    const layer = await openLayer(vmdk, file);
    expect(layer).toMatchObject({ details: 'monolithic sparse', notes: [], parts: [{ size: capacity * sector }] });
    const source = diskOf(layer);
    expect(difference(await readAll(source), expected)).toBe(-1);
    for (let at = 0; at < expected.length; at += 3001)
      expect(difference(await readAll(source, at, 5000), expected.slice(at, at + 5000))).toBe(-1);
    expect(file[(await source.locate!(grainBytes + 9))!]).toBe(grains[1][9]);
    expect(await source.locate!(2 * grainBytes)).toBeNull();
  });

  test.each([
    ['line ends', 74, 0x0d, 'damaged', 'its line ends were changed: it was transferred as a text file'],
    ['clean flag', 72, 1, 'suspect', 'it was not closed'],
  ])('notes its %s', async (_what, at, value, kind, text) => {
    const file = monolithic();
    file[at] = value;
    expect((await openLayer(vmdk, file)).notes).toEqual([{ kind, text }]);
  });

  test('without the redundant directory', async () => {
    expect(difference(await readAll(diskOf(await openLayer(vmdk, monolithic({ redundant: false })))), expected)).toBe(
      -1,
    );
  });

  test.each([
    ['zero', 0],
    ['past the end', 1_000_000],
  ])('uses the redundant directory where an entry is %s', async (_what, value) => {
    const file = monolithic();
    words(file).setUint32(vmdkPlaces.gd * sector, value, true);
    const layer = await openLayer(vmdk, file);
    const text = '1 of 3 entries of its grain directory are damaged; those of the redundant one are used';
    expect(layer.notes).toEqual([{ kind: 'suspect', text }]);
    expect(difference(await readAll(diskOf(layer)), expected)).toBe(-1);
  });

  test('uses the redundant directory where the place of the other is wrong', async () => {
    const file = monolithic();
    words(file).setUint32(56, 0x7fffffff, true);
    const layer = await openLayer(vmdk, file);
    expect(layer.notes).toEqual([
      { kind: 'suspect', text: 'the field gdOffset is 2147483647; the redundant grain directory is used' },
    ]);
    expect(difference(await readAll(diskOf(layer)), expected)).toBe(-1);
    words(file).setUint32(48, 0x7fffffff, true);
    expect((await refusal(file)).message).toBe('the field gdOffset is 2147483647');
  });

  test('with a wrong place of the redundant directory', async () => {
    const file = monolithic();
    words(file).setUint32(48, 0x7fffffff, true);
    expect((await openLayer(vmdk, file)).notes).toEqual([
      { kind: 'suspect', text: 'the field rgdOffset is 2147483647' },
    ]);
  });

  test('with an entry that is damaged in both directories can be read elsewhere', async () => {
    const file = monolithic();
    for (const directory of [vmdkPlaces.gd, vmdkPlaces.rgd]) words(file).setUint32(directory * sector, 1_000_000, true);
    const layer = await openLayer(vmdk, file);
    expect(layer.notes).toEqual([{ kind: 'damaged', text: '1 of 3 entries of its grain directory are damaged' }]);
    const reading = async () => readAll(diskOf(layer), 0, 10);
    await expect(reading).rejects.toThrow(SourceError);
    await expect(reading).rejects.toThrow('entry 0 of the grain directory is 1000000');
    expect(difference(await readAll(diskOf(layer), 39 * grainBytes), expected.subarray(39 * grainBytes))).toBe(-1);
  });

  test.each([
    [vmdkPlaces.descriptor, 'the grain table points to a header or table for grain 0'],
    [vmdkPlaces.gd - 1, 'the grain table points to a header or table for grain 0'],
    [1_000_000, /past the end/],
  ])('with a grain at sector %i cannot be read there', async (value, message) => {
    const file = monolithic();
    words(file).setUint32(8, 3, true);
    words(file).setUint32(vmdkPlaces.tables * sector, value, true);
    const source = diskOf(await openLayer(vmdk, file));
    await expect(async () => readAll(source, 0, 10)).rejects.toThrow(message);
    expect(difference(await readAll(source, grainBytes, 10), grains[1].subarray(0, 10))).toBe(-1);
  });

  test('has the size of its descriptor, and not more than its capacity', async () => {
    const smaller = monolithic({ descriptor: descriptorText(['RW 9 SPARSE "x"']) });
    expect(diskOf(await openLayer(vmdk, smaller)).size).toBe(9 * sector);
    const larger = await openLayer(vmdk, monolithic({ descriptor: descriptorText(['RW 999 SPARSE "x"']) }));
    expect(larger.notes[0]!.text).toBe('its descriptor has 999 sectors, but the field capacity is 317');
    expect(diskOf(larger).size).toBe(expected.length);
  });
});

describe('stream-optimized', () => {
  test.each([true, false])('has unpacked grains, with a footer: %s', async (hasFooter) => {
    let unpacked = 0;
    const context = contextWith();
    const counting: LayerContext = {
      ...context,
      decompress: (...call) => {
        unpacked++;
        return context.decompress(...call);
      },
    };
    const layer = await openLayer(vmdk, stream({ hasFooter }), counting);
    expect(layer).toMatchObject({ details: 'stream-optimized', notes: [] });
    const source = diskOf(layer);
    expect(difference(await readAll(source), expected)).toBe(-1);
    for (let at = 0; at < expected.length; at += 3001)
      expect(difference(await readAll(source, at, 5000), expected.slice(at, at + 5000))).toBe(-1);
    expect(unpacked).toBe(3);
    expect(await source.locate!(5)).toBeUndefined();
  });

  test('with asynchronous decompression and asynchronous reads', async () => {
    const context = contextWith();
    const bytes = memorySource(stream());
    const layer = await vmdk.open(
      { size: bytes.size, read: async (at, into) => bytes.read(at, into) },
      { ...context, decompress: async (...call) => context.decompress(...call) },
    );
    expect(difference(await readAll(diskOf(layer)), expected)).toBe(-1);
  });

  test('truncated', async () => {
    const file = stream();
    for (const length of [file.length - 512, file.length - 100, 600])
      expect((await refusal(file.subarray(0, length))).message).toMatch(/truncated/);
  });

  const firstMarker = (vmdkPlaces.tables + 3) * sector;
  test.each([
    ['sector', firstMarker, 9, 'the marker of grain 0 has the sector 9'],
    ['size', firstMarker + 8, 0, 'the marker of grain 0 has the size 0'],
    ['size', firstMarker + 8, 9000, 'the marker of grain 0 has the size 9000'],
    ['data', firstMarker + 12, 0, 'cannot unpack grain 0: '],
  ])('with a wrong %s of a grain cannot be read there', async (_what, at, value, message) => {
    const file = stream();
    words(file).setUint32(at, value, true);
    const source = diskOf(await openLayer(vmdk, file));
    const reading = async () => readAll(source, 0, 10);
    await expect(reading).rejects.toThrow(SourceError);
    await expect(reading).rejects.toThrow(message);
    expect(difference(await readAll(source, grainBytes, 10), grains[1].subarray(0, 10))).toBe(-1);
  });

  test('with a grain that unpacks to less cannot be read after that', async () => {
    const short = { ...grains, 0: noise(100, 4) };
    const source = diskOf(await openLayer(vmdk, stream({ grains: short })));
    expect(difference(await readAll(source, 0, 0), new Uint8Array(0))).toBe(-1);
    await expect(async () => readAll(source, 0, 10)).rejects.toThrow('grain 0 has 100 bytes instead of 4096');
  });

  test('the last grain may end with the disk', async () => {
    const last = { ...grains, 39: grains[39].subarray(0, 5 * sector) };
    expect(difference(await readAll(diskOf(await openLayer(vmdk, stream({ grains: last })))), expected)).toBe(-1);
  });
});

describe('a descriptor', () => {
  const flat = noise(20 * sector, 7);
  const files = {
    'a-flat.vmdk': memorySource(flat),
    'b-s001.vmdk': memorySource(sparseVmdk({ capacity, grainSize, grains })),
    'c.vmdk': memorySource(sparseVmdk({ capacity, grainSize, grains, compressed: true })),
  };
  const lines = [
    'RW 10 FLAT "a-flat.vmdk" 0',
    'RW 5 ZERO',
    `RW ${capacity} SPARSE "b-s001.vmdk"`,
    'RDONLY 7 VMFS "a-flat.vmdk" 13',
    `RW ${capacity - 1} SPARSE "c.vmdk"`,
  ];

  test('joins its extents', async () => {
    const opened: string[] = [];
    const text = descriptorText(lines, { createType: 'custom' });
    expect(vmdk.recognise(text, memorySource(text))).toBe(true);
    const layer = await openLayer(vmdk, text, contextWith(files, opened));
    expect(layer).toMatchObject({ details: 'custom, 5 extents', notes: [] });
    expect(opened).toEqual(['extent a-flat.vmdk raw', 'extent b-s001.vmdk raw', 'extent c.vmdk raw']);
    const whole = new Uint8Array((22 + 2 * capacity - 1) * sector);
    whole.set(flat.subarray(0, 10 * sector));
    whole.set(expected, 15 * sector);
    whole.set(flat.subarray(13 * sector), (15 + capacity) * sector);
    whole.set(expected.subarray(0, (capacity - 1) * sector), (22 + capacity) * sector);
    const source = diskOf(layer);
    expect(source.size).toBe(whole.length);
    expect(difference(await readAll(source), whole)).toBe(-1);
    for (let at = 0; at < whole.length; at += 4999)
      expect(difference(await readAll(source, at, 9000), whole.slice(at, at + 9000))).toBe(-1);
    // bytes of other files are not in the descriptor
    expect(await source.locate!(5)).toBeUndefined();
  });

  test('has the read latency of its extents', async () => {
    const slow = {
      ...files['a-flat.vmdk'],
      slow: true,
      readAsync: async (at: number, into: Uint8Array) => files['a-flat.vmdk'].read(at, into),
    };
    const layer = await openLayer(vmdk, descriptorText([lines[0]!]), contextWith({ 'a-flat.vmdk': slow }));
    const source = diskOf(layer);
    expect(source.slow).toBe(true);
    const bytes = new Uint8Array(700);
    await source.readAsync!(100, bytes);
    expect(bytes).toEqual(flat.slice(100, 800));
  });

  test('can have line ends of Windows, an encoding of Windows and blanks', async () => {
    const opened: string[] = [];
    const text = new TextDecoder().decode(descriptorText(['  RW\t10  FLAT  "X.vmdk"  0 ']));
    const bytes = Uint8Array.from(text.replaceAll('\n', '\r\n').replace('X', '\xe9'), (letter) => letter.charCodeAt(0));
    await openLayer(vmdk, bytes, contextWith({ 'é.vmdk': memorySource(flat) }, opened));
    expect(opened).toEqual(['extent é.vmdk raw']);
  });

  test('passes names with separators on as they are', async () => {
    const opened: string[] = [];
    await refusal(descriptorText(['RW 10 FLAT "../../etc/passwd" 0']), contextWith(files, opened));
    expect(opened).toEqual(['extent ../../etc/passwd raw']);
  });

  test('notes an extent that is too short, which can be read up to its end', async () => {
    const layer = await openLayer(
      vmdk,
      descriptorText(['RW 30 FLAT "a-flat.vmdk" 0', 'RW 1 ZERO']),
      contextWith(files),
    );
    expect(layer.notes).toEqual([
      { kind: 'damaged', text: 'its extent "a-flat.vmdk" has 10240 bytes of the disk instead of 15360' },
    ]);
    expect(difference(await readAll(diskOf(layer), 0, flat.length), flat)).toBe(-1);
    await expect(async () => readAll(diskOf(layer), flat.length, 10)).rejects.toThrow(SourceError);
    expect(difference(await readAll(diskOf(layer), 30 * sector), new Uint8Array(sector))).toBe(-1);
  });

  test('names the extent in notes', async () => {
    const file = sparseVmdk({ capacity, grainSize, grains });
    file[72] = 1;
    const layer = await openLayer(
      vmdk,
      descriptorText([lines[2]!]),
      contextWith({ 'b-s001.vmdk': memorySource(file) }),
    );
    expect(layer.notes).toEqual([{ kind: 'suspect', text: 'its extent "b-s001.vmdk": it was not closed' }]);
  });

  test('an extent without access cannot be read', async () => {
    const layer = await openLayer(vmdk, descriptorText(['NOACCESS 30 FLAT "a" 0', 'RW 1 ZERO']));
    await expect(async () => readAll(diskOf(layer), 0, 1)).rejects.toThrow('the extent "a" is marked NOACCESS');
  });

  test.each([
    ['RW 10 FLAT "missing" 0', 'container-needs-file', 'the extent "missing" is missing'],
    ['RW 10 VMFSSPARSE "x"', 'container-unsupported', 'its extent "x" is in the COWD format, the sparse format of ESX'],
    ['RW 10 SESPARSE "x"', 'container-unsupported', 'its extent "x" is in the SESparse format of ESXi'],
    ['RW 10 VMFSRDM "x"', 'container-unsupported', /raw device mapping/],
    ['RW 10 NEW "x"', 'container-unsupported', 'its extent "x" is of the unknown type NEW'],
    ['RW 10 __proto__ "x"', 'container-unsupported', 'its extent "x" is of the unknown type __proto__'],
    ['RW 10 FLAT x 0', 'container-damaged', 'an extent in its descriptor does not have a name'],
    ['RW 10 FLAT "x', 'container-damaged', 'the name of an extent in its descriptor does not end'],
    ['RW 10 FLAT "x" -1', 'container-damaged', 'the offset of an extent in its descriptor is "-1"'],
    ['RW 0 ZERO', 'container-damaged', 'the size of an extent in its descriptor is "0"'],
    ['RW 99999999999999999999 ZERO', 'container-damaged', /^the size of an extent/],
    ['RW 9999999999999\nRW 9999999999999 ZERO', 'container-unsupported', /unknown type/],
    ['RW 9999999999999 ZERO\nRW 9999999999999 ZERO', 'container-damaged', /exceed 2\^53 bytes/],
    ['', 'container-damaged', 'its descriptor does not list an extent'],
    [
      'RW 400 SPARSE "b-s001.vmdk"',
      'container-damaged',
      /"b-s001.vmdk": the field capacity is 317, but its descriptor gives it 400 sectors$/,
    ],
    [
      'RW 10 SPARSE "a-flat.vmdk"',
      'container-damaged',
      'its extent "a-flat.vmdk": it does not start as a sparse extent',
    ],
    ['RW 1 ZERO\n'.repeat(1025), 'container-damaged', 'its descriptor lists more than 1024 extents'],
  ])('with %j is refused', async (line, code, message) => {
    const error = await refusal(descriptorText([line]), contextWith(files));
    expect(error.code).toBe(code);
    if (typeof message === 'string') expect(error.message).toBe(message);
    else expect(error.message).toMatch(message);
  });

  test.each([
    'COWD\x01\0\0\0',
    '\xbe\xba\xfe\xca\0\0\0\0\x01\0\0\0\x02\0\0\0',
  ])('refuses extents of ESX', async (start) => {
    const bytes = new Uint8Array(2048);
    bytes.set(Uint8Array.from(start, (letter) => letter.charCodeAt(0)));
    expect(vmdk.recognise(bytes, memorySource(bytes))).toBe(true);
    expect(await refusal(bytes)).toMatchObject({ code: 'container-unsupported' });
    const error = await refusal(descriptorText(['RW 1 SPARSE "x"']), contextWith({ x: memorySource(bytes) }));
    expect(error).toMatchObject({ code: 'container-unsupported', commands: ['qemu-img convert -O raw FILE disk.raw'] });
  });

  test('too long', async () => {
    const error = await refusal(descriptorText(['RW 1 ZERO'], { more: '#'.repeat(70000) }));
    expect(error.message).toMatch(/^its descriptor has 7\d{4} bytes, at most 65536 are read$/);
  });

  test.each([
    ['parentFileNameHint="base one.vmdk"', 'it has only what differs from its parent "base one.vmdk"'],
    ['', 'it has only what differs from its parent disk'],
  ])('with a parent is refused with a command', async (more, message) => {
    for (const text of [
      descriptorText(['RW 1 ZERO'], { parentCID: 'ABCDEF01', more }),
      monolithic({ descriptor: descriptorText(['RW 9 SPARSE "x"'], { parentCID: 'abcdef01', more }) }),
    ])
      expect(await refusal(text)).toMatchObject({
        code: 'container-unsupported',
        message,
        commands: ['qemu-img convert -O raw FILE disk.raw  # with the parent beside it'],
      });
  });
});

describe('refused', () => {
  test.each([
    [4, 9, 'its sparse format has version 9; versions 1 to 3 are read'],
    [12, 0, 'the field capacity is 0'],
    [16, 2 ** 22, /^the field capacity is 1801439850948/],
    [16, 2 ** 10, /^the field capacity is \d+, which needs \d+ grain tables$/],
    [20, 3, 'the field grainSize is 3'],
    [20, 8192, 'the field grainSize is 8192'],
    [44, 0, 'the field numGTEsPerGT is 0'],
    [44, 2 ** 17, 'the field numGTEsPerGT is 131072'],
    [28, 2 ** 30, /^the descriptor at byte 549755813888 is past the end/],
    [77, 5, 'the field compressAlgorithm is 5'],
    [8, 0x30003, 'the field compressAlgorithm is 0'],
  ])('a wrong number at %i', async (at, value, message) => {
    const file = monolithic();
    if (at === 77) file[77] = value;
    else words(file).setUint32(at, value, true);
    const error = await refusal(file);
    if (typeof message === 'string') expect(error.message).toBe(message);
    else expect(error.message).toMatch(message);
  });

  test('an extent of a split disk alone', async () => {
    const error = await refusal(monolithic({ descriptor: undefined }));
    expect(error.message).toContain('open the descriptor that lists them');
  });

  test('one file whose descriptor lists others', async () => {
    const error = await refusal(monolithic({ descriptor: descriptorText(['RW 9 SPARSE "x"', 'RW 9 ZERO']) }));
    expect(error.message).toContain('does not list exactly one sparse extent');
  });

  test('other files are not recognised', () => {
    for (const text of ['', 'KDM', '# Disk', 'COWD\x02\0\0\0', '\xbe\xba\xfe\xca\0\0\0\0']) {
      const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
      expect(vmdk.recognise(bytes, memorySource(bytes))).toBe(false);
    }
  });
});
