/** Virtual disks that qemu-img makes have the bytes of the raw disk, and commands of messages end well. */
import { execFileSync } from 'node:child_process';
import { closeSync, copyFileSync, openSync, readFileSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Layer, LayerContext } from '../../src/container/layer';
import { headBytes } from '../../src/container/layer';
import { vhd } from '../../src/container/vhd';
import { vhdx } from '../../src/container/vhdx/vhdx';
import { vmdk } from '../../src/container/vmdk/vmdk';
import { fileSource } from '../../src/source/file';
import type { ByteSource } from '../../src/source/source';
import { freshFolder } from '../support/scratch';
import { isInstalled } from '../support/tools';
import {
  difference,
  diskOf,
  dynamicVhd,
  guidBytes,
  logEntry,
  logGuid,
  mebibyte,
  noise,
  randomNumbers,
  readAll,
  sealVhdx,
} from '../support/virtual-disks';

/** Not a multiple of a block, of a grain or of a cylinder. */
const size = 41 * mebibyte + 7 * 512;

/** Data of many lengths, holes, and a run of equal bytes. */
function makeDisk(): Uint8Array {
  const disk = new Uint8Array(size);
  const next = randomNumbers(5);
  const data = noise(mebibyte, 6);
  for (let i = 0; i < 30; i++) {
    const at = Math.floor(next() * (size - mebibyte));
    disk.set(data.subarray(0, Math.floor(next() ** 3 * mebibyte)), at);
  }
  disk.fill(0x41, 20 * mebibyte, 20 * mebibyte + 300_000);
  disk.set(data.subarray(0, 1000), size - 1000);
  return disk;
}

const hasQemu = isInstalled('qemu-img', '--version');

describe.skipIf(!hasQemu)('a disk made by qemu-img', () => {
  const disk = makeDisk();
  const opened: ByteSource[] = [];
  let folder = '';
  const file = (name: string): string => join(folder, name);
  const qemu = (...args: string[]): string =>
    execFileSync('qemu-img', args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  const openFile = async (name: string): Promise<ByteSource> => {
    const source = await fileSource(file(name));
    opened.push(source);
    return source;
  };
  const context: LayerContext = {
    openBeside: (name) => openFile(name),
    decompress: (_kind, packed, most) => new Uint8Array(inflateSync(packed, { maxOutputLength: most })),
  };
  const open = async (layer: Layer, name: string) => {
    const source = await openFile(name);
    const head = await readAll(source, 0, Math.min(headBytes, source.size));
    expect(await layer.recognise(head, source)).toBe(true);
    return layer.open(source, context);
  };

  beforeAll(() => {
    folder = freshFolder();
    writeFileSync(file('source.raw'), disk);
  });
  afterAll(() => {
    for (const source of opened) source.close?.();
  });

  /** Reads all of a disk, and pieces of it; its bytes after those of the raw disk are zeros. */
  async function compare(source: ByteSource, wanted: Uint8Array, name: string): Promise<void> {
    const { size: bytes } = source;
    expect(bytes).toBeGreaterThanOrEqual(wanted.length);
    const padded = new Uint8Array(bytes);
    padded.set(wanted);
    expect(difference(await readAll(source), padded)).toBe(-1);
    const next = randomNumbers(8);
    const fd = openSync(file(name), 'r');
    let located = 0;
    for (let i = 0; i < 300; i++) {
      const at = Math.floor(next() * bytes);
      const length = Math.floor(next() ** 4 * 3 * mebibyte);
      expect(difference(await readAll(source, at, length), padded.subarray(at, at + length))).toBe(-1);
      const place = await source.locate!(at);
      if (typeof place !== 'number') continue;
      located++;
      const byte = new Uint8Array(1);
      readSync(fd, byte, 0, 1, place);
      expect(byte[0]).toBe(padded[at]);
    }
    closeSync(fd);
    const isStored = !name.includes('split') && !name.includes('flat') && !name.includes('stream');
    expect(located > 0).toBe(isStored);
  }

  test.each([
    ['dynamic.vhd', vhd, 'vpc', 'subformat=dynamic', 'dynamic'],
    ['dynamic-exact.vhd', vhd, 'vpc', 'subformat=dynamic,force_size=on', 'dynamic'],
    ['fixed.vhd', vhd, 'vpc', 'subformat=fixed', 'fixed'],
    ['fixed-exact.vhd', vhd, 'vpc', 'subformat=fixed,force_size=on', 'fixed'],
    ['dynamic.vhdx', vhdx, 'vhdx', 'subformat=dynamic', 'dynamic'],
    ['dynamic-1.vhdx', vhdx, 'vhdx', 'subformat=dynamic,block_size=1M,block_state_zero=off', 'dynamic'],
    ['dynamic-32.vhdx', vhdx, 'vhdx', 'subformat=dynamic,block_size=32M,log_size=4M', 'dynamic'],
    ['fixed.vhdx', vhdx, 'vhdx', 'subformat=fixed,block_size=2M', 'fixed'],
    ['sparse.vmdk', vmdk, 'vmdk', 'subformat=monolithicSparse', 'monolithic sparse'],
    ['zeroed.vmdk', vmdk, 'vmdk', 'subformat=monolithicSparse,zeroed_grain=on', 'monolithic sparse'],
    ['flat.vmdk', vmdk, 'vmdk', 'subformat=monolithicFlat', 'monolithic flat'],
    ['split-sparse.vmdk', vmdk, 'vmdk', 'subformat=twoGbMaxExtentSparse', 'split sparse'],
    ['split-flat.vmdk', vmdk, 'vmdk', 'subformat=twoGbMaxExtentFlat', 'split flat'],
    ['stream.vmdk', vmdk, 'vmdk', 'subformat=streamOptimized', 'stream-optimized'],
  ] as const)('%s has its bytes', async (name, layer, format, options, details) => {
    qemu('convert', '-O', format, '-o', options, 'source.raw', name);
    const result = await open(layer, name);
    expect(result.notes).toEqual([]);
    expect(result.details).toBe(details);
    const source = diskOf(result);
    if (!['dynamic.vhd', 'fixed.vhd'].includes(name)) expect(source.size).toBe(size);
    expect(result.parts[0]!.size).toBe(source.size);
    await compare(source, disk, name);
  });

  test('a disk of several extents', async () => {
    // 2 GiB and a little more, of which the parts around the border are not zero
    const bytes = 2 ** 31 + 5 * mebibyte;
    const data = noise(mebibyte, 9);
    const places = [0, 2 ** 31 - 300_000, bytes - mebibyte];
    const fd = openSync(file('large.raw'), 'w');
    for (const at of places) writeSync(fd, data, 0, data.length, at);
    closeSync(fd);
    for (const subformat of ['twoGbMaxExtentSparse', 'twoGbMaxExtentFlat']) {
      const name = `${subformat}.vmdk`;
      qemu('convert', '-O', 'vmdk', '-o', `subformat=${subformat}`, 'large.raw', name);
      const layer = await open(vmdk, name);
      expect(layer.details).toMatch(/^split (sparse|flat), 2 extents$/);
      expect(diskOf(layer).size).toBe(bytes);
      for (const at of places) expect(difference(await readAll(diskOf(layer), at, mebibyte), data)).toBe(-1);
      expect(difference(await readAll(diskOf(layer), 2 ** 30, 1000), new Uint8Array(1000))).toBe(-1);
    }
  });

  test('VHDX: a log that was not applied gives what qemu-img reads after its replay', async () => {
    qemu('convert', '-O', 'vhdx', '-o', 'subformat=dynamic,block_size=1M', 'source.raw', 'clean.vhdx');
    const bytes = new Uint8Array(readFileSync(file('clean.vhdx')));
    const view = new DataView(bytes.buffer);
    const [one, two] = [65536, 131072];
    const current = view.getBigUint64(one + 8, true) > view.getBigUint64(two + 8, true) ? one : two;
    const logAt = Number(view.getBigUint64(current + 72, true));
    const logLength = view.getUint32(current + 68, true);
    const bat = batOffset(bytes);
    // exchanges blocks 2 and 20, and clears and writes parts of others
    const table = bytes.slice(bat, bat + 4096);
    const entry = (index: number): Uint8Array => bytes.slice(bat + index * 8, bat + index * 8 + 8);
    table.set(entry(20), 2 * 8);
    table.set(entry(2), 20 * 8);
    const stored = Array.from({ length: 41 }, (_, i) => view.getBigUint64(bat + i * 8, true)).filter(
      (value) => (value & 7n) === 6n,
    );
    const block = (i: number): number => Number((stored[i]! >> 20n) << 20n);
    const older = logEntry({ sequence: 11, tail: 0, changes: [{ at: bat, data: noise(4096, 1) }] });
    const first = logEntry({
      sequence: 12,
      tail: logLength - 4 * 4096,
      flushed: bytes.length,
      last: bytes.length,
      changes: [
        { at: bat, data: noise(4096, 2) },
        { at: block(1), data: noise(4096, 3) },
      ],
    });
    const second = logEntry({
      sequence: 13,
      tail: logLength - 4 * 4096,
      flushed: bytes.length,
      last: bytes.length,
      changes: [
        { at: bat, data: table },
        { at: block(3), zeros: 3 * 4096 },
        { at: block(4) + 8192, data: noise(4096, 4) },
      ],
    });
    // from the fourth sector before the end of the ring on to its start
    const ring = (at: number, part: Uint8Array): void => {
      for (let i = 0; i < part.length; i++) bytes[logAt + ((at + i) % logLength)] = part[i]!;
    };
    ring(100 * 4096, older);
    ring(logLength - 4 * 4096, first);
    ring(logLength - 4 * 4096 + first.length, second);
    bytes.set(guidBytes(logGuid), current + 48);
    sealVhdx(bytes.subarray(current, current + 4096));
    writeFileSync(file('log.vhdx'), bytes);

    const layer = await open(vhdx, 'log.vhdx');
    expect(layer.notes).toEqual([{ kind: 'suspect', text: 'it was not closed: its log was replayed in memory' }]);
    copyFileSync(file('log.vhdx'), file('replayed.vhdx'));
    expect(() => qemu('convert', '-O', 'raw', 'replayed.vhdx', 'replayed.raw')).toThrow('needs to be replayed');
    qemu('check', '-r', 'all', 'replayed.vhdx');
    qemu('convert', '-O', 'raw', 'replayed.vhdx', 'replayed.raw');
    const wanted = readFileSync(file('replayed.raw'));
    expect(difference(await readAll(diskOf(layer)), wanted)).toBe(-1);
    expect(difference(wanted, disk)).not.toBe(-1);
    // and the replayed file is clean
    const closed = await open(vhdx, 'replayed.vhdx');
    expect(closed.notes).toEqual([]);
    expect(difference(await readAll(diskOf(closed)), wanted)).toBe(-1);
  });

  test('VMDK: the command for a disk with a parent', async () => {
    qemu('convert', '-O', 'vmdk', 'source.raw', 'base.vmdk');
    qemu('create', '-f', 'vmdk', '-b', 'base.vmdk', '-F', 'vmdk', 'delta.vmdk');
    const error = await open(vmdk, 'delta.vmdk').catch((thrown) => thrown);
    expect(error).toMatchObject({ message: 'it has only what differs from its parent "base.vmdk"' });
    execFileSync('qemu-io', ['-c', 'write -P 0x33 1M 64k', 'delta.vmdk'], { cwd: folder });
    runCommand(error.commands[0], 'delta.vmdk');
    const wanted = disk.slice().fill(0x33, mebibyte, mebibyte + 65536);
    expect(difference(readFileSync(file('disk.raw')), wanted)).toBe(-1);
  });

  test.skipIf(!isInstalled('vhdimount', '-V'))('VHD: the command for a disk with a parent', async (current) => {
    const blockSize = 2 * mebibyte;
    const bits = new Array<number>(512).fill(0xff);
    const base = noise(blockSize, 20);
    const wanted = new Uint8Array(3 * blockSize);
    wanted.set(base);
    wanted.fill(0x42, blockSize, 2 * blockSize);
    const child = wanted.slice(blockSize, 2 * blockSize);
    const shape = { size: wanted.length, blockSize };
    writeFileSync(file('parent.vhd'), dynamicVhd({ ...shape, blocks: [{ index: 0, bitmap: bits, data: base }] }));
    const blocks = [{ index: 1, bitmap: bits, data: child }];
    writeFileSync(file('child.vhd'), dynamicVhd({ ...shape, blocks, parent: 'parent.vhd' }));
    const error = await open(vhd, 'child.vhd').catch((thrown) => thrown);
    try {
      runCommand(error.commands[0], 'child.vhd');
    } catch (failure) {
      // needs FUSE
      return current.skip(String(failure));
    }
    expect(difference(readFileSync(file('disk.raw')), wanted)).toBe(-1);
  });

  const runCommand = (command: string, name: string): void =>
    void execFileSync('sh', ['-c', command.replaceAll('FILE', name)], { cwd: folder, stdio: 'pipe' });
});

/** Where the block allocation table of a VHDX file is, by its first region table. */
function batOffset(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer);
  const guid = guidBytes('2dc27766-f623-4200-9d64-115e9bfd4a08');
  for (let at = 196608 + 16; ; at += 32)
    if (difference(bytes.subarray(at, at + 16), guid) === -1) return Number(view.getBigUint64(at + 16, true));
}
