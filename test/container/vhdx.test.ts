/** VHDX disks built by hand: blocks in each state, damaged copies of structures, and logs that were not applied. */
import { describe, expect, test } from 'vitest';
import { ContainerError } from '../../src/container/error';
import { vhdx as layer } from '../../src/container/vhdx/vhdx';
import { SourceError } from '../../src/source/source';
import {
  difference,
  diskOf,
  type LogEntry,
  logEntry,
  mebibyte,
  noise,
  openLayer,
  vhdxPlaces as places,
  readAll,
  sealVhdx,
  vhdx,
  vhdxHeader,
} from '../support/virtual-disks';

const size = 5 * mebibyte - 4096;
// filled by pattern, which is faster than noise
const data = (seed: number): Uint8Array => {
  const bytes = new Uint8Array(mebibyte);
  const part = noise(4096, seed);
  for (let at = 0; at < mebibyte; at += 4096) {
    bytes.set(part, at);
    bytes[at] = at / 4096;
  }
  return bytes;
};
const [one, two] = [data(1), data(2)];
const blocks = [{ state: 6, data: one }, { state: 0 }, { state: 2 }, { state: 3 }, { state: 6, data: two }];
const whole = new Uint8Array(size);
whole.set(one);
whole.set(two.subarray(0, mebibyte - 4096), 4 * mebibyte);

const refusal = async (bytes: Uint8Array): Promise<ContainerError> => {
  const error = await openLayer(layer, bytes).then(
    () => undefined,
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(ContainerError);
  return error;
};
const setWord = (bytes: Uint8Array, at: number, value: number): void =>
  new DataView(bytes.buffer).setUint32(at, value, true);

describe('blocks', () => {
  test('are found by the table, and what is not stored is zero', async () => {
    const file = vhdx({ size, blocks });
    expect(layer.recognise(file.subarray(0, 64), { size: file.length, read: () => 0 })).toBe(true);
    const opened = await openLayer(layer, file);
    expect(opened).toMatchObject({ details: 'dynamic', notes: [], parts: [{ size }] });
    const source = diskOf(opened);
    expect(difference(await readAll(source), whole)).toBe(-1);
    expect(await source.locate!(4 * mebibyte + 5)).toBe(places.blocks + mebibyte + 5);
    expect(await source.locate!(mebibyte)).toBeNull();
  });

  test('a fixed disk has a table too', async () => {
    expect(
      (await openLayer(layer, vhdx({ size: mebibyte, blocks: [{ state: 6, data: one }], flags: 1 }))).details,
    ).toBe('fixed');
  });

  test.each([
    [4, 0, 'the entry of block 1 in the block allocation table has the state 4'],
    [7, 0, 'the entry of block 1 in the block allocation table has the state 7'],
    [6, 0, 'the entry of block 1 in the block allocation table points to a header or table'],
    [6, 3, 'the entry of block 1 in the block allocation table points to a header or table'],
    [6, 100, /past the end/],
  ])('state %i at mebibyte %i cannot be read, but the rest can', async (state, place, message) => {
    const file = vhdx({ size, blocks });
    setWord(file, places.bat + 8, state + place * mebibyte);
    const source = diskOf(await openLayer(layer, file));
    const reading = async () => readAll(source, mebibyte, 10);
    await expect(reading).rejects.toThrow(SourceError);
    await expect(reading).rejects.toThrow(message);
    expect(difference(await readAll(source, 4 * mebibyte, 100), whole.subarray(4 * mebibyte, 4 * mebibyte + 100))).toBe(
      -1,
    );
  });

  test('an entry past all sizes is a fault of that block', async () => {
    const file = vhdx({ size, blocks });
    file.fill(0xff, places.bat + 8, places.bat + 16);
    file[places.bat + 8] = 6;
    await expect(async () => readAll(diskOf(await openLayer(layer, file)), mebibyte, 1)).rejects.toThrow(
      'points past the end of the file',
    );
  });
});

describe('two copies', () => {
  test.each([
    ['header', places.headers[0], 'one of its two headers is damaged; the other is used'],
    ['header', places.headers[1], 'one of its two headers is damaged; the other is used'],
    ['region table', places.regions[0], 'one of its two region tables is damaged; the other is used'],
    ['region table', places.regions[1], 'one of its two region tables is damaged; the other is used'],
  ])('a damaged %s at %i is noted', async (_what, at, text) => {
    const file = vhdx({ size, blocks });
    file[at + 100]! ^= 1;
    const opened = await openLayer(layer, file);
    expect(opened.notes).toEqual([{ kind: 'suspect', text }]);
    expect(difference(await readAll(diskOf(opened)), whole)).toBe(-1);
  });

  test.each([
    [places.headers, 'both of its headers are damaged'],
    [places.regions, 'both of its region tables are damaged'],
  ])('both damaged', async (both, message) => {
    const file = vhdx({ size, blocks });
    for (const at of both) file[at]! ^= 1;
    expect(await refusal(file)).toMatchObject({ code: 'container-damaged', message });
  });

  test('headers with one number must be equal', async () => {
    const file = vhdx({ size, blocks });
    file.set(vhdxHeader(7, false), places.headers[1]);
    expect((await openLayer(layer, file)).notes).toEqual([]);
    file.set(vhdxHeader(7, false, 2 * mebibyte), places.headers[1]);
    expect((await refusal(file)).message).toBe('the field SequenceNumber is the same in both headers, which differ');
  });

  test('the header with the greater number is used', async () => {
    const file = vhdx({ size, blocks });
    const next = vhdxHeader(8, false);
    new DataView(next.buffer).setUint16(66, 2, true);
    file.set(sealVhdx(next), places.headers[1]);
    expect(await refusal(file)).toMatchObject({
      code: 'container-unsupported',
      message: 'its format has version 2; only version 1 is read',
    });
  });
});

describe('refused', () => {
  const metadataEntry = (item: number): number => places.metadata + 32 + item * 32;
  const item = (offset: number): number => places.metadata + 65536 + offset;
  test.each([
    ['block size', item(0), 3 * mebibyte, 'the field BlockSize is 3145728'],
    ['block size', item(0), 512 * mebibyte, 'the field BlockSize is 536870912'],
    ['size', item(8), 513, 'the field VirtualDiskSize is 513'],
    ['size', item(12), 2 ** 20, 'the field VirtualDiskSize is 4503599632609280'],
    ['sector size', item(32), 1024, 'the field LogicalSectorSize is 1024'],
    ['metadata signature', places.metadata, 0, 'its metadata table does not start with its signature'],
    ['item offset', metadataEntry(1) + 16, 0, 'the field Offset of the metadata item VirtualDiskSize is 0'],
    [
      'item offset',
      metadataEntry(1) + 16,
      mebibyte,
      'the field Offset of the metadata item VirtualDiskSize is 1048576',
    ],
    ['item length', metadataEntry(1) + 20, 4, 'the field Length of the metadata item VirtualDiskSize is 4'],
    ['item count', places.metadata + 8, 0xffff0000, 'the field EntryCount of the metadata table is 65535'],
    ['item count', places.metadata + 8, 0x10000, 'its metadata does not have the item LogicalSectorSize'],
  ])('a wrong %s', async (_what, at, value, message) => {
    const file = vhdx({ size, blocks });
    setWord(file, at, value);
    expect(await refusal(file)).toMatchObject({ code: 'container-damaged', message });
  });

  test('an unknown item that is required', async () => {
    const file = vhdx({ size, blocks });
    setWord(file, metadataEntry(2), 1);
    expect(await refusal(file)).toMatchObject({ code: 'container-unsupported' });
    setWord(file, metadataEntry(2) + 24, 0);
    await openLayer(layer, file);
  });

  test.each([
    ['offset', 16 + 16, 1000, 'the field FileOffset of the block allocation table is 1000'],
    ['offset', 16 + 16, 2 ** 30, /^the block allocation table at byte 1073741824 is past the end of its \d+ bytes$/],
    [
      'offset',
      16 + 16,
      3 * mebibyte,
      'the field FileOffset of the block allocation table is 3145728, which overlaps the metadata',
    ],
    ['length', 16 + 24, 0, 'the field Length of the block allocation table is 0'],
    ['count', 8, 2048, 'the field EntryCount of the region table is 2048'],
    ['count', 8, 1, 'its region table does not have metadata'],
    ['count', 8, 0, 'its region table does not have a block allocation table'],
    ['region', 16, 5, 'it requires the region 00000005-f623-4200-9d64-115e9bfd4a08, which is unknown here'],
  ])('a wrong region %s', async (_what, at, value, message) => {
    const file = vhdx({ size, blocks });
    const table = file.subarray(places.regions[0], places.regions[0] + 65536);
    setWord(file, places.regions[0] + at, value);
    sealVhdx(table);
    const error = await refusal(file);
    if (typeof message === 'string') expect(error.message).toBe(message);
    else expect(error.message).toMatch(message);
  });

  test('a table that is too short for the disk', async () => {
    const file = vhdx({ size, blocks });
    setWord(file, item(12), 2 ** 5);
    expect((await refusal(file)).message).toBe(
      'the field Length of the block allocation table is 1048576, but 131109 entries are needed',
    );
  });

  test('a differencing disk, with its parent and a command', async () => {
    const parent = { absolute_win32_path: '\\\\?\\c:\\x\\base.vhdx', relative_path: '.\\base.vhdx' };
    const error = await refusal(vhdx({ size, blocks: [], flags: 2, parent }));
    expect(error).toMatchObject({
      code: 'container-unsupported',
      message: 'it is a differencing disk, which has only what differs from its parent ".\\base.vhdx"',
    });
    expect(error.commands.join()).toContain('vhdimount FILE');
    expect((await refusal(vhdx({ size, blocks: [], flags: 2 }))).message).toContain('its parent disk');
  });

  test('a truncated file', async () => {
    expect((await refusal(vhdx({ size, blocks }).subarray(0, 70000))).message).toBe(
      'the header at byte 131072 is past the end of its 70000 bytes',
    );
  });
});

describe('a log', () => {
  /** The table with block 1 stored as a third block, at the end of the file or after it. */
  const table = (() => {
    const bytes = vhdx({ size, blocks }).slice(places.bat, places.bat + 4096);
    setWord(bytes, 8, 6 + places.blocks + 2 * mebibyte);
    return bytes;
  })();
  const garbled = new Uint8Array(4096).fill(0x77);
  const after = whole.slice();
  const entry = (
    sequence: number,
    tail: number,
    changes: LogEntry['changes'],
    more: Partial<LogEntry> = {},
  ): Uint8Array => logEntry({ sequence, tail, changes, last: places.blocks + 3 * mebibyte, ...more });
  const change = { at: places.bat, data: table };
  const replayNote = { kind: 'suspect', text: 'it was not closed: its log was replayed in memory' };
  const open = async (log: Uint8Array[], edit = (_file: Uint8Array): void => undefined) => {
    const file = vhdx({ size, blocks, log });
    edit(file);
    return openLayer(layer, file);
  };

  test('is replayed in memory, and the file is as long as the log makes it', async () => {
    const opened = await open([entry(5, 0, [change])]);
    expect(opened.notes).toEqual([replayNote]);
    const source = diskOf(opened);
    // block 1 is in the part by which the replay extends the file
    expect(difference(await readAll(source), after)).toBe(-1);
    expect(await source.locate!(5)).toBe(places.blocks + 5);
    expect(await source.locate!(mebibyte)).toBeNull();
  });

  test('has later entries on top of earlier ones, and restores the ends of sectors', async () => {
    const first = entry(5, 0, [{ at: places.bat, data: garbled }]);
    const opened = await open([first, entry(6, 0, [change, { at: places.blocks, data: garbled }])]);
    const source = diskOf(opened);
    expect(difference(await readAll(source, 0, 4096), garbled)).toBe(-1);
    expect(await source.locate!(0)).toBeUndefined();
    expect(await source.locate!(4096)).toBe(places.blocks + 4096);
  });

  test('clears ranges, also those that earlier entries wrote', async () => {
    const writes = entry(5, 0, [
      { at: places.blocks, data: garbled },
      { at: places.blocks + 8192, data: garbled },
    ]);
    const clears = entry(6, 0, [
      { at: places.blocks, zeros: 4096 },
      { at: places.blocks + 4096, zeros: 4096 },
      { at: places.blocks + 3 * 4096, zeros: 2 * 4096 },
      { at: places.blocks + 4 * 4096, data: garbled },
    ]);
    const source = diskOf(await open([writes, clears]));
    const wanted = one.slice(0, 6 * 4096);
    wanted.fill(0, 0, 8192);
    wanted.fill(0x77, 8192, 3 * 4096);
    wanted.fill(0, 3 * 4096, 4 * 4096);
    wanted.fill(0x77, 4 * 4096, 5 * 4096);
    expect(difference(await readAll(source, 0, 6 * 4096), wanted)).toBe(-1);
  });

  test('is read around its end, from the oldest entry that is needed', async () => {
    const oldest = entry(4, 0, [{ at: places.blocks, data: garbled }]);
    const opened = await open([], (file) => {
      // the last entry starts in the last sector but one and goes on at the start of the log
      const last = entry(6, mebibyte - 4 * 4096, [change, { at: places.blocks + 4096, data: garbled }]);
      const before = entry(5, mebibyte - 4 * 4096, [{ at: places.blocks + 8192, data: garbled }]);
      file.set(before, places.log + mebibyte - 4 * 4096);
      file.set(last.subarray(0, 8192), places.log + mebibyte - 8192);
      file.set(last.subarray(8192), places.log);
      file.set(oldest, places.log + mebibyte - 6 * 4096);
    });
    const source = diskOf(opened);
    expect(difference(await readAll(source, 0, 4096), one.subarray(0, 4096))).toBe(-1);
    expect(difference(await readAll(source, 4096, 8192), new Uint8Array(8192).fill(0x77))).toBe(-1);
  });

  test('ignores older sequences, entries of other times and torn ones', async () => {
    const torn = entry(9, 0, [{ at: places.bat, data: garbled }]);
    torn[5000]! ^= 1;
    const opened = await open([
      entry(2, 0, [{ at: places.bat, data: garbled }]),
      entry(5, 8192, [change]),
      entry(6, 4 * 4096, [{ at: places.bat, data: garbled }], { guid: '11111111-2222-3333-4444-555555555555' }),
      torn,
    ]);
    expect(difference(await readAll(diskOf(opened)), after)).toBe(-1);
  });

  test.each([
    ['signature of a descriptor', 64],
    ['number of a descriptor', 64 + 24],
    ['signature of a data sector', 4096],
    ['number of a data sector', 4100],
    ['number at the end of a data sector', 8188],
    ['number of descriptors', 24],
    ['length', 8],
  ])('with a wrong %s is not valid, even with a checksum', async (_what, at) => {
    const wrong = entry(9, 0, [change]);
    setWord(wrong, at, 3);
    const opened = await open([sealVhdx(wrong), entry(5, wrong.length, [change])]);
    expect(difference(await readAll(diskOf(opened)), after)).toBe(-1);
    expect((await refusal(vhdx({ size, blocks, log: [wrong] }))).message).toContain('does not have a valid sequence');
  });

  test('whose last entry needs one that is not there does not count', async () => {
    const incomplete = entry(9, 5 * 4096, [{ at: places.bat, data: garbled }]);
    const opened = await open([incomplete, entry(5, incomplete.length, [change])]);
    expect(difference(await readAll(diskOf(opened)), after)).toBe(-1);
  });

  test.each([
    ['empty', [], 'it was not closed, and its log does not have a valid sequence of entries'],
    [
      'of a longer file',
      [entry(5, 0, [change], { flushed: 2 ** 40 })],
      /^it is truncated: it has 6291456 bytes, and had 1099511627776/,
    ],
    [
      'that ends at no number',
      [entry(5, 0, [change], { last: 2 ** 60 })],
      'the field LastFileOffset of its log is 1152921504606847000',
    ],
    [
      'that writes to a header',
      [entry(5, 0, [{ at: 65536, zeros: 4096 }])],
      'its log writes to byte 65536, which is in the headers',
    ],
  ])('%s is damaged', async (_what, log, message) => {
    const error = await refusal(vhdx({ size, blocks, log }));
    expect(error.code).toBe('container-damaged');
    if (typeof message === 'string') expect(error.message).toBe(message);
    else expect(error.message).toMatch(message);
  });

  test.each([
    [0, places.log, 'container-damaged', 'the field LogLength is 0'],
    [4096, places.log, 'container-damaged', 'the field LogLength is 4096'],
    [mebibyte, 65536, 'container-damaged', 'the field LogOffset is 65536'],
    [mebibyte, 2 ** 40, 'container-damaged', 'its log at byte 1099511627776 is past the end of its 6291456 bytes'],
    [
      mebibyte,
      places.bat,
      'container-damaged',
      'it was not closed, and its log does not have a valid sequence of entries',
    ],
  ])('of %i bytes at %i is refused', async (length, offset, code, message) => {
    const file = vhdx({ size, blocks, log: [] });
    file.set(vhdxHeader(9, true, length, offset), places.headers[0]);
    expect(await refusal(file)).toMatchObject({ code, message });
  });

  test('must not overlap a table', async () => {
    const file = vhdx({ size, blocks, log: [] });
    file.set(vhdxHeader(9, true, mebibyte, places.bat), places.headers[0]);
    file.set(entry(1, 0, []), places.bat);
    expect((await refusal(file)).message).toBe(
      'the field FileOffset of the block allocation table is 2097152, which is in the log',
    );
  });

  test('with too many changes is refused with a command', async () => {
    const zeros = Array.from({ length: 4200 }, (_, i) => ({ at: places.blocks + i * 4096, zeros: 4096 }));
    const error = await refusal(vhdx({ size, blocks, log: [entry(5, 0, zeros)] }));
    expect(error).toMatchObject({ code: 'container-unsupported' });
    expect(error.commands.join()).toContain('qemu-img check -r all FILE');
  });

  test('whose entries overlap is damaged: computing their checksums would take hours', async () => {
    const file = vhdx({ size, blocks, log: [] });
    const first = entry(5, 0, [change]);
    setWord(first, 8, mebibyte);
    for (let at = 0; at < mebibyte; at += 4096) file.set(first.subarray(0, 64), places.log + at);
    expect((await refusal(file)).message).toBe('the entries of its log overlap');
  });
});
