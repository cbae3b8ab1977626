/** VHD disks built by hand: fixed, dynamic and differencing, with damaged footers and tables. */
import { describe, expect, test } from 'vitest';
import { ContainerError } from '../../src/container/error';
import { vhd } from '../../src/container/vhd';
import { memorySource } from '../../src/source/memory';
import { SourceError } from '../../src/source/source';
import {
  difference,
  diskOf,
  dynamicVhd,
  fixedVhd,
  joined,
  noise,
  openLayer,
  readAll,
  sealVhd,
  vhdFooter,
  vhdTableOffset,
} from '../support/virtual-disks';

const disk = noise(6 * 512, 1);
const blockSize = 8192;
const first = noise(blockSize, 2);
const third = noise(blockSize, 3);
const size = 2 * blockSize + 5 * 512;

/** Block 0 has all sectors but two, block 1 none, block 2 is stored before block 0. */
const dynamic = (): Uint8Array =>
  dynamicVhd({
    size,
    blockSize,
    blocks: [
      { index: 2, bitmap: [0xff, 0xff], data: third },
      { index: 0, bitmap: [0b1011_1111, 0xfe], data: first },
    ],
  });

const expected = (): Uint8Array => {
  const bytes = new Uint8Array(size);
  bytes.set(first);
  bytes.fill(0, 512, 1024);
  bytes.fill(0, 15 * 512, 16 * 512);
  bytes.set(third.subarray(0, 5 * 512), 2 * blockSize);
  return bytes;
};

const head = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, 0x11000);
const recognised = (bytes: Uint8Array) => vhd.recognise(head(bytes), memorySource(bytes));

/** Changes a 32-bit number and repairs the checksum of the structure that starts at `structure`. */
function changed(
  bytes: Uint8Array,
  at: number,
  value: number,
  structure?: number,
  length = 512,
  checksum = 64,
): Uint8Array {
  new DataView(bytes.buffer).setUint32(at, value);
  if (structure !== undefined) sealVhd(bytes.subarray(structure, structure + length), checksum);
  return bytes;
}
const header = (bytes: Uint8Array, at: number, value: number) => changed(bytes, 512 + at, value, 512, 1024, 36);

const flipAt =
  (at: number) =>
  (bytes: Uint8Array): void => {
    bytes[at < 0 ? bytes.length + at : at]! ^= 1;
  };

const refusal = async (bytes: Uint8Array): Promise<ContainerError> => {
  const error = await openLayer(vhd, bytes).then(
    () => undefined,
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(ContainerError);
  return error;
};

describe('a fixed disk', () => {
  test('is recognised by its end and has the bytes before the footer', async () => {
    const file = fixedVhd(disk);
    expect(await recognised(file)).toBe(true);
    const layer = await openLayer(vhd, file);
    expect(layer).toMatchObject({ details: 'fixed', notes: [], parts: [{ offset: 0, size: disk.length }] });
    expect(difference(await readAll(diskOf(layer)), disk)).toBe(-1);
    expect(diskOf(layer).locate!(700)).toBe(700);
    expect(diskOf(layer).close).toBeUndefined();
  });

  test('has the current size, also where the file has more', async () => {
    const layer = await openLayer(vhd, joined(disk, new Uint8Array(512), vhdFooter(2, disk.length)));
    expect(diskOf(layer).size).toBe(disk.length);
  });

  test('that is shorter than its size is damaged, and the rest can be read', async () => {
    const layer = await openLayer(vhd, joined(disk, vhdFooter(2, disk.length + 512)));
    expect(layer.notes).toEqual([
      { kind: 'damaged', text: 'the disk has 3584 bytes, but there are only 3072 before the footer' },
    ]);
    expect(layer.parts[0]!.size).toBe(disk.length + 512);
    expect(difference(await readAll(diskOf(layer)), disk)).toBe(-1);
  });

  test('with a footer of 511 bytes, as of Virtual PC before 2004', async () => {
    const file = joined(disk, vhdFooter(2, disk.length).subarray(0, 511));
    expect(await recognised(file)).toBe(true);
    expect(difference(await readAll(diskOf(await openLayer(vhd, file))), disk.subarray(0, file.length - 512))).toBe(-1);
  });

  test('with a wrong checksum is suspect where the size of the file confirms it', async () => {
    const file = fixedVhd(disk);
    flipAt(disk.length + 70)(file);
    expect((await openLayer(vhd, file)).notes).toEqual([
      { kind: 'suspect', text: 'the checksum of its footer is wrong; the size of the file confirms it' },
    ]);
    const longer = joined(disk, file);
    expect((await refusal(longer)).message).toBe(
      'the checksum of its footer is wrong, and there is no intact copy of it',
    );
  });

  test('that holds a footer at its start is still fixed', async () => {
    const nested = joined(vhdFooter(3, 512, 512), disk);
    expect(difference(await readAll(diskOf(await openLayer(vhd, fixedVhd(nested)))), nested)).toBe(-1);
  });
});

describe('a dynamic disk', () => {
  test('has the sectors whose bits are set, and zeros', async () => {
    const file = dynamic();
    expect(await recognised(file)).toBe(true);
    const layer = await openLayer(vhd, file);
    expect(layer).toMatchObject({ details: 'dynamic', notes: [], parts: [{ size }] });
    expect(layer.parts[0]!.offset).toBeUndefined();
    const whole = expected();
    expect(difference(await readAll(diskOf(layer)), whole)).toBe(-1);
    for (let at = 0; at < size; at += 331)
      expect(difference(await readAll(diskOf(layer), at, 700), whole.slice(at, at + 700))).toBe(-1);
  });

  test('locates the bytes of the file', async () => {
    const file = dynamic();
    const source = diskOf(await openLayer(vhd, file));
    const at = await source.locate!(2 * blockSize + 3);
    expect(file[at!]).toBe(third[3]);
    expect(await source.locate!(512)).toBeNull();
    expect(await source.locate!(blockSize)).toBeNull();
  });

  test.each([
    ['the copy at its start', flipAt(20), 'the copy of the footer at its start is damaged'],
    ['the footer', flipAt(-300), 'the checksum of its footer is wrong; the copy at its start is used'],
    ['the header', flipAt(512 + 60), 'the checksum of the dynamic disk header is wrong'],
  ])('is suspect with a wrong checksum of %s', async (_what, damage, text) => {
    const file = dynamic();
    damage(file);
    const layer = await openLayer(vhd, file);
    expect(layer.notes).toEqual([{ kind: 'suspect', text }]);
    expect(difference(await readAll(diskOf(layer)), expected())).toBe(-1);
  });

  test('without a footer may be truncated, and its missing blocks cannot be read', async () => {
    const file = dynamic();
    const cut = file.subarray(0, file.length - 512 - 1000);
    expect(await recognised(cut)).toBe(true);
    const layer = await openLayer(vhd, cut);
    expect(layer.notes).toEqual([
      { kind: 'suspect', text: 'it does not end with a footer, so it may be truncated; the copy at its start is used' },
    ]);
    const source = diskOf(layer);
    expect(difference(await readAll(source, 2 * blockSize), expected().subarray(2 * blockSize))).toBe(-1);
    await expect(async () => readAll(source, blockSize - 1024, 512)).rejects.toThrow(SourceError);
  });

  test('whose table points to a table cannot be read there', async () => {
    const source = diskOf(await openLayer(vhd, changed(dynamic(), vhdTableOffset, 1)));
    await expect(async () => readAll(source, 0, 10)).rejects.toThrow(
      'the entry of block 0 in the block allocation table points to a header or table',
    );
    expect(difference(await readAll(source, blockSize, 10), new Uint8Array(10))).toBe(-1);
  });

  test('of a virtual machine that was saved is suspect', async () => {
    const file = dynamic();
    file[84] = 1;
    sealVhd(file.subarray(0, 512), 64);
    file.set(file.subarray(0, 512), file.length - 512);
    expect((await openLayer(vhd, file)).notes).toEqual([
      { kind: 'suspect', text: 'its virtual machine was saved, not shut down' },
    ]);
  });
});

describe('refused', () => {
  test.each([
    ['block size', 32, 513, 'the field block size is 513'],
    ['block size', 32, 256, 'the field block size is 256'],
    ['table offset', 16, 1, 'the field table offset is 4294968832'],
    ['table offset', 20, 1000, 'the field table offset is 1000'],
    ['table offset', 20, 1024, 'the field table offset is 1024'],
    ['table offset', 20, 2 ** 31, 'the block allocation table at byte 2147483648 is past the end of its 19968 bytes'],
    ['max table entries', 28, 2, 'the field max table entries is 2, but 18944 bytes need 3 blocks of 8192'],
    ['cookie', 0, 1, 'the dynamic disk header at byte 512 does not start with cxsparse'],
  ])('a wrong %s', async (name, at, value, message) => {
    const error = await refusal(header(dynamic(), at, value));
    expect(error.code).toBe('container-damaged');
    if (name !== 'table offset' || at !== 16) expect(error.message).toBe(message);
    else expect(error.message).toContain('the block allocation table at byte 4294968832');
  });

  test.each([
    [60, 9, 'container-damaged', 'the field disk type is 9'],
    [48, 2 ** 31, 'container-damaged', expect.stringContaining('the field current size is 92233720')],
    [20, 100, 'container-damaged', 'the field data offset is 100'],
    [12, 0x20000, 'container-unsupported', 'its format has version 2.0; only version 1 is read'],
  ])('a footer with a wrong number at %i', async (at, value, code, message) => {
    const file = dynamic();
    const end = file.length - 512;
    expect(await refusal(changed(file, end + at, value, end))).toMatchObject({ code, message });
  });

  test('a differencing disk, with its parent and a command', async () => {
    const error = await refusal(dynamicVhd({ size, blockSize, blocks: [], parent: 'base disk.vhd' }));
    expect(error.code).toBe('container-unsupported');
    expect(error.message).toBe(
      'it is a differencing disk, which has only what differs from its parent "base disk.vhd"',
    );
    expect(error.commands.join()).toContain('vhdimount FILE');
  });

  test('both footers damaged', async () => {
    const file = dynamic();
    flipAt(20)(file);
    flipAt(-300)(file);
    expect((await refusal(file)).message).toBe(
      'the checksum of its footer is wrong, and there is no intact copy of it',
    );
    expect((await refusal(new Uint8Array(1024))).message).toBe('it has no footer');
  });

  test('other files are not recognised', async () => {
    for (const bytes of [new Uint8Array(0), new Uint8Array(511), disk]) expect(await recognised(bytes)).toBe(false);
  });
});
