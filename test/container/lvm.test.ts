/** LVM2 physical volumes: volumes that can be read, those that cannot, and hostile metadata. */
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/container/lvm/config';
import { lvm } from '../../src/container/lvm/layer';
import { bytesOf, openLayer, recognises } from '../support/layers';
import {
  areaAt,
  dataStart,
  extentBytes,
  groupText,
  linear,
  physicalVolume,
  sealArea,
  sealLabel,
  segmentText,
  volumeText,
} from '../support/lvm';

const root = volumeText('root', [linear(1, 0, 2, 5), linear(2, 2, 1, 0), linear(3, 3, 2, 20)]);
const home = volumeText('home', [linear(1, 0, 4, 30)]);
const text = groupText([root, home]);
const open = (bytes: Uint8Array) => openLayer(lvm, bytes);
const rejection = async (bytes: Uint8Array) =>
  open(bytes).then(
    () => 'opened',
    (error: Error) => error,
  );
/** Numbers of the extents that a part holds. */
const extentsOf = async (source: Parameters<typeof bytesOf>[0]) => {
  const bytes = await bytesOf(source);
  return Array.from({ length: bytes.length / extentBytes }, (_, i) => bytes[i * extentBytes]! - 1);
};

test.each([0, 1, 2, 3])('linear volumes, with the label in sector %d', async (sector) => {
  const pv = physicalVolume(text, { sector });
  expect(await recognises(lvm, pv)).toBe(true);
  const layer = await open(pv);
  expect(layer).toMatchObject({ details: 'volume group vg0, 2 volumes', notes: [] });
  const [first, second] = layer.parts;
  expect(first).toMatchObject({ name: 'volume vg0/root', label: 'vg0/root', ids: ['root-id'], size: 5 * extentBytes });
  expect(first).not.toHaveProperty('offset');
  expect(await extentsOf(first!.source)).toEqual([5, 6, 0, 20, 21]);
  expect(second).toMatchObject({ label: 'vg0/home', offset: dataStart + 30 * extentBytes, size: 4 * extentBytes });
  expect(await extentsOf(second!.source)).toEqual([30, 31, 32, 33]);
});

test('what is not one', async () => {
  expect(await recognises(lvm, new Uint8Array(4096))).toBe(false);
  expect(await recognises(lvm, Buffer.from('LABELONE'))).toBe(false);
  expect(await recognises(lvm, physicalVolume(text, { sector: 4 }))).toBe(false);
});

test('metadata that continue at the start of their area', async () => {
  const areaBytes = 8192;
  const pv = physicalVolume(text, { areaBytes, textAt: areaBytes - 300 });
  expect((await open(pv)).parts).toHaveLength(2);
  pv[areaAt + 520]! ^= 1;
  expect(await rejection(pv)).toMatchObject({ message: expect.stringContaining('the checksum of the metadata is') });
});

describe('several copies', () => {
  test('the newest one is used', async () => {
    const { parts, notes } = await open(physicalVolume(text, { second: groupText([home], { seqno: 4 }) }));
    expect(parts).toHaveLength(1);
    expect(notes).toEqual([{ kind: 'suspect', text: 'its copies of the metadata differ: number 4 is used' }]);
  });

  test('a bad one is reported', async () => {
    const pv = physicalVolume(text, { second: text });
    pv[areaAt + 600]! ^= 1;
    const { parts, notes } = await open(pv);
    expect(parts).toHaveLength(2);
    expect(notes).toMatchObject([{ kind: 'suspect', text: expect.stringContaining('a copy of the metadata is bad') }]);
  });
});

test('a wrong checksum of the label, or another sector number', async () => {
  const pv = physicalVolume(text);
  pv[900]! ^= 1;
  expect((await open(pv)).notes).toMatchObject([
    { kind: 'suspect', text: expect.stringContaining('checksum of the label') },
  ]);
  const moved = physicalVolume(text);
  moved[512 + 8] = 2;
  sealLabel(moved);
  expect((await open(moved)).notes).toMatchObject([{ text: expect.stringContaining('sector number 2') }]);
});

test('no group, and no metadata', async () => {
  const orphan = await open(physicalVolume(text, { orphan: true }));
  expect(orphan).toMatchObject({ parts: [], notes: [{ kind: 'remark' }] });
  expect(await rejection(physicalVolume(text, { noAreas: true }))).toMatchObject({ code: 'container-unsupported' });
});

describe('volumes that cannot be read', () => {
  const of = async (...volumes: string[]) => (await open(physicalVolume(groupText(volumes)))).parts;
  const typed = (type: string) => segmentText(1, 0, 3, `type = "${type}"`);
  test.each<[string, string, string]>([
    ['thin', typed('thin'), 'it is a thin volume: activate it with vgchange -ay vg0, and check /dev/vg0/x'],
    ['thin-pool', typed('thin-pool'), 'it is a pool of thin volumes, which holds no file system itself: activate'],
    ['raid1', typed('raid1'), 'it is of the type raid1: activate'],
    ['mirror', typed('mirror'), 'it is a mirror: activate'],
    ['cache', typed('cache'), 'it is a cached volume: activate'],
    ['striped', segmentText(1, 0, 3, 'type = "striped"\nstripe_count = 2'), 'it is striped over 2 places: activate'],
    ['another', linear(1, 0, 3, 0, 'pv1'), 'on another physical volume, which was /dev/sdb "2": activate'],
    ['inner', linear(1, 0, 3, 0, 'pool'), 'a part of it is in another volume: activate'],
    ['past', linear(1, 0, 3, 38), 'its extent 40 is past the 40 of the physical volume: the metadata are damaged'],
    ['gap', linear(1, 1, 3, 0), 'it has no segment that starts at extent 0: the metadata are damaged'],
    ['empty', linear(1, 0, 0, 0), 'its field extent_count is 0: the metadata are damaged'],
    ['large', linear(1, 0, 2 ** 45, 0), 'its field extent_count is 35184372088832: the metadata are damaged'],
    ['negative', linear(1, 0, 1, -1), 'its field stripes has no number'],
  ])('%s', async (_, segment, reason) => {
    const [part] = await of(volumeText('x', [segment]));
    expect(part!.source).toContain(reason);
  });

  test('hidden volumes are not parts', async () => {
    expect(await of(volumeText('x_tdata', [linear(1, 0, 3, 0)], '"READ", "WRITE"'), home)).toHaveLength(1);
  });

  test('a snapshot, its origin, and one that is merged', async () => {
    const snapshot = (store: string) =>
      volumeText(
        'snapshot0',
        [segmentText(1, 0, 1, `type = "snapshot"\norigin = "home"\n${store} = "snap"`)],
        '"READ"',
      );
    const snap = volumeText('snap', [linear(1, 0, 1, 0)]);
    const [origin, changes] = await of(home, snap, snapshot('cow_store'));
    expect(await extentsOf(origin!.source)).toEqual([30, 31, 32, 33]);
    expect(changes!.source).toContain('it is a snapshot');
    const [merged] = await of(home, snap, snapshot('merging_store'));
    expect(merged!.source).toContain('a snapshot is being merged into it');
  });

  test('a wrong number of segments', async () => {
    const [part] = await of(home.replace('segment_count = 1', 'segment_count = 2'));
    expect(part!.source).toBe('its field segment_count is 2, but it has 1 segment: the metadata are damaged');
  });
});

test('volumes that use the same extents', async () => {
  const { notes } = await open(physicalVolume(groupText([home, volumeText('x', [linear(1, 0, 2, 33)])])));
  const at = dataStart + 33 * extentBytes;
  const said = `volumes home and x both use bytes ${at} to ${at + extentBytes - 1}`;
  expect(notes).toEqual([{ kind: 'damaged', text: said }]);
  const many = Array.from({ length: 20 }, (_, i) => volumeText(`v${i}`, [linear(1, 0, 1, 0)]));
  expect((await open(physicalVolume(groupText(many)))).notes).toHaveLength(9);
});

test('a truncated physical volume', async () => {
  const { notes, parts } = await open(physicalVolume(text).subarray(0, dataStart + 25 * extentBytes));
  expect(notes).toMatchObject([{ kind: 'damaged', text: expect.stringContaining('the rest is missing') }]);
  expect(await extentsOf(parts[0]!.source)).toHaveLength(5);
  await expect(bytesOf(parts[1]!.source)).rejects.toThrow('past the end');
});

test('names that are not names', async () => {
  const [part] = (await open(physicalVolume(groupText([home.replace('home {', '"ho\u202eme; rm" {')])))).parts;
  expect(part!.label).toBe('vg0/ho\\u{202e}me; rm');
});

describe('what does not fit', () => {
  const long = (at: number, value: number, seal: (pv: Buffer) => void) => (pv: Buffer) => {
    pv.writeBigUInt64LE(BigInt(value), at);
    seal(pv);
  };
  test.each<[string, (pv: Buffer) => void]>([
    ['offset_xl of the label is 500', (pv) => pv.writeUInt32LE(500, 512 + 20)],
    ['the list of data areas has no end', (pv) => pv.fill('\x01\0\0\0\0\0\0\0', 512 + 72, 1024, 'latin1')],
    ['2^53 or more', (pv) => pv.fill(0xff, 512 + 64, 512 + 72)],
    ['has no magic text', (pv) => pv.fill(0, areaAt + 4, areaAt + 20)],
    ['the checksum of the header of a metadata area', (pv) => pv.fill(7, areaAt + 100, areaAt + 101)],
    ['the version of a metadata area is 2', (pv) => [pv.writeUInt32LE(2, areaAt + 20), sealArea(pv)]],
    ['has the range 0+65536, should be 4096+65536', long(areaAt + 24, 0, sealArea)],
    ['its metadata have 17000000 bytes', long(areaAt + 48, 17_000_000, sealArea)],
    ['are not inside their area', long(areaAt + 48, 65_536, sealArea)],
    ['are not inside their area', long(areaAt + 40, 65_536, sealArea)],
    ['are not inside their area', long(areaAt + 40, 511, sealArea)],
    ['past the end', long(512 + 104, 2 ** 40, sealLabel)],
  ])('%s', async (said, damage) => {
    const pv = physicalVolume(text);
    damage(pv);
    expect(await rejection(pv)).toMatchObject({ name: 'ContainerError', message: expect.stringContaining(said) });
  });

  test.each([
    ['extent_size of volume group vg0 is 0', groupText([], { extentSize: 0 })],
    ['extent_size of volume group vg0 is missing', groupText([], { extentSize: '"x"' })],
    ['extent_size of volume group vg0 is missing', groupText([], { extentSize: '-1' })],
    ['no number below 2^53', groupText([], { extentSize: '99999999999999999999' })],
    ['2^53 bytes or more', groupText([], { extents: 2 ** 45 })],
    ['no physical volume with its id', groupText([], { id: 'x' })],
    ['no volume group', 'a = 1'],
    ['no end of a string', 'vg0 { a = "x'],
    ['no } at character', 'vg0 { a = 1'],
    ['no = or {', 'vg0 ]'],
    ['no value', 'vg0 { a = }'],
    ['no comma or ]', 'vg0 { a = [1 2] }'],
    ['no end at', 'vg0 { } }'],
    ['more than 16 sections', 'a {'.repeat(100_000)],
  ])('%s: %#', async (said, metadata) => {
    const pv = physicalVolume(metadata, { areaBytes: 400_000 });
    expect(await rejection(pv)).toMatchObject({ name: 'ContainerError', message: expect.stringContaining(said) });
  });

  test('too many values', () => {
    expect(() => parseConfig(`a = [${'1,'.repeat(600_000)}]`)).toThrow('more than 524288 values');
  });

  test('a large text takes time in proportion to it', () => {
    const start = performance.now();
    expect(parseConfig(`a = "${'\\"'.repeat(2 ** 21)}"\n${'# x\n'.repeat(2 ** 21)}b = 1`).get('b')).toBe(1);
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
