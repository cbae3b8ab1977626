/** Virtual disks that qemu-img makes, compared with the raw disk that they are made of. */
import { execFileSync } from 'node:child_process';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { decompressNode } from '../../src/container/decompress-node';
import { ContainerError } from '../../src/container/error';
import type { Layer, LayerContext, OpenedLayer } from '../../src/container/layer';
import { qcow2 } from '../../src/container/qcow2/layer';
import { vdi } from '../../src/container/vdi';
import { openFile } from '../../src/source/file';
import type { ByteSource } from '../../src/source/source';
import { randomBytes, randomNumbers } from '../support/layer-context';
import { freshFolder } from '../support/scratch';
import { isInstalled } from '../support/tools';

const hasZstd = (() => {
  try {
    return decompressNode('zstd', Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x20, 1, 9, 0, 0, 0x41), 1) !== null;
  } catch {
    return false;
  }
})();

const mebibyte = 2 ** 20;
const diskBytes = 24 * mebibyte + 512;
let folder: string;
let disk: Uint8Array;

const img = (...args: string[]): string => execFileSync('qemu-img', args, { cwd: folder, encoding: 'utf8' });
const io = (file: string, ...commands: string[]): string =>
  execFileSync('qemu-io', ['-f', 'qcow2', ...commands.flatMap((one) => ['-c', one]), file], {
    cwd: folder,
    encoding: 'utf8',
  });

/** A disk with data, holes and a short stretch at its end. */
function makeDisk(): Uint8Array {
  const random = randomNumbers(16);
  const bytes = new Uint8Array(diskBytes);
  for (let i = 0; i < 40; i++) {
    const length = 512 * (1 + random(i % 4 === 0 ? 1500 : 60));
    bytes.set(randomBytes(length, random), 512 * random((diskBytes - length) / 512));
  }
  bytes.set(randomBytes(512, random), diskBytes - 512);
  return bytes;
}

const layers: Record<string, Layer> = { qcow2, vdi };

async function open(name: string, format = 'qcow2'): Promise<{ part: ByteSource; opened: OpenedLayer }> {
  const context: LayerContext = {
    decompress: decompressNode,
    async openBeside(other, _what, options) {
      if (options?.raw === true || !other.endsWith('qcow2')) return openFile(join(folder, other)).source;
      return (await open(other)).part;
    },
  };
  const { source } = openFile(join(folder, name));
  const head = new Uint8Array(4096);
  await source.read(0, head);
  const layer = layers[format]!;
  expect(await layer.recognise(head, source)).toBe(true);
  const opened = await layer.open(source, context);
  return { part: opened.parts[0]!.source as ByteSource, opened };
}

/** Compares everything: in large reads, at random places, and the places in the file. */
async function compare(name: string, expected = disk, format = 'qcow2'): Promise<OpenedLayer> {
  const { part, opened } = await open(name, format);
  expect(part.size).toBe(expected.length);
  const whole = new Uint8Array(expected.length);
  expect(part.read(0, whole)).toBe(expected.length);
  expect(Buffer.compare(whole, expected)).toBe(0);
  const random = randomNumbers(name.length);
  const file = readFileSync(join(folder, name));
  let located = 0;
  for (let i = 0; i < 400; i++) {
    const at = random(expected.length);
    const into = new Uint8Array(1 + random(i % 10 === 0 ? 3 * mebibyte : 9000));
    const length = Math.min(into.length, expected.length - at);
    expect(part.read(at, into)).toBe(length);
    expect(Buffer.compare(into.subarray(0, length), expected.subarray(at, at + length))).toBe(0);
    const place = part.locate!(at);
    if (typeof place !== 'number') continue;
    located++;
    const same = Math.min(length, 512 - (at % 512));
    expect(Buffer.compare(file.subarray(place, place + same), expected.subarray(at, at + same))).toBe(0);
  }
  expect(opened.parts[0]).toMatchObject({ size: expected.length });
  if (!/compressed|zstd|overlay-empty|data-file/.test(name)) expect(located).toBeGreaterThan(0);
  if (/empty|data-file/.test(name)) expect(located).toBe(0);
  return opened;
}

/** How many clusters of a qcow2 image are compressed. */
const countCompressed = (name: string): unknown =>
  JSON.parse(img('check', '--output=json', name))['compressed-clusters'];

describe.skipIf(!isInstalled('qemu-img', '--version'))('qemu-img', () => {
  beforeAll(() => {
    folder = freshFolder();
    disk = makeDisk();
    writeFileSync(join(folder, 'disk.raw'), disk);
  });

  const convert = (name: string, options: string, ...more: string[]): string =>
    img('convert', '-f', 'raw', '-O', 'qcow2', ...more, ...(options && ['-o', options]), 'disk.raw', name);

  test.each([
    ['default', '', 'version 3'],
    ['version 2', 'compat=0.10', 'version 2'],
    ...[9, 10, 12, 14, 18, 21].map((bits) => [`clusters of ${2 ** bits}`, `cluster_size=${2 ** bits}`, 'version 3']),
    ['version 2 with clusters of 512', 'compat=0.10,cluster_size=512', 'version 2'],
    ['extended', 'extended_l2=on', 'version 3'],
    ['extended 16k', 'extended_l2=on,cluster_size=16k', 'version 3'],
    ['extended 2M', 'extended_l2=on,cluster_size=2M', 'version 3'],
    ['preallocated tables', 'preallocation=metadata', 'version 3'],
    ['preallocated', 'preallocation=falloc,extended_l2=on', 'version 3'],
    ['narrow refcounts', 'refcount_bits=1,lazy_refcounts=on', 'version 3'],
  ])('%s', async (name, options, details) => {
    convert(`${name}.qcow2`, options!);
    expect(await compare(`${name}.qcow2`)).toMatchObject({ details, notes: [] });
  });

  test.each([
    ['compressed', ''],
    ['compressed version 2', 'compat=0.10'],
    ...[9, 12, 16, 21].map((bits) => [`compressed ${2 ** bits}`, `cluster_size=${2 ** bits}`]),
    ['compressed extended', 'extended_l2=on'],
  ])('%s', async (name, options) => {
    convert(`${name}.qcow2`, options!, '-c');
    await compare(`${name}.qcow2`);
    expect(countCompressed(`${name}.qcow2`)).toBeGreaterThan(5);
  });

  test('compressed and written again', async () => {
    convert('compressed-mixed.qcow2', '', '-c');
    io('compressed-mixed.qcow2', 'write -P 7 65000 70000', 'write -z 1M 128k', 'discard 2M 1M');
    const expected = disk.slice();
    expected.fill(7, 65000, 135000);
    expected.fill(0, mebibyte, mebibyte + 131072);
    expected.fill(0, 2 * mebibyte, 3 * mebibyte);
    const { part } = await open('compressed-mixed.qcow2');
    const whole = new Uint8Array(part.size);
    expect(part.read(0, whole)).toBe(disk.length);
    expect(Buffer.compare(whole, expected)).toBe(0);
  });

  test.skipIf(!hasZstd)('zstd', async () => {
    convert('zstd.qcow2', 'compression_type=zstd', '-c');
    await compare('zstd.qcow2');
    expect(countCompressed('zstd.qcow2')).toBeGreaterThan(5);
  });

  test.runIf(!hasZstd)('zstd where Node does not have it', async () => {
    convert('zstd.qcow2', 'compression_type=zstd', '-c');
    const refusal = await open('zstd.qcow2').catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ContainerError);
    expect(refusal).toMatchObject({
      code: 'container-unsupported',
      message: expect.stringMatching(/^its clusters are compressed with zstd: Node \S+ cannot unpack zstd/),
    });
    img(...(refusal as ContainerError).commands[0]!.replaceAll('FILE', 'zstd.qcow2').split(' ').slice(1));
    expect(Buffer.compare(readFileSync(join(folder, 'zstd.qcow2.raw')), disk)).toBe(0);
  });

  test('a backing file, of qcow2 and of raw', async () => {
    convert('base.qcow2', '');
    img('create', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', 'overlay-empty.qcow2', `${diskBytes + mebibyte}`);
    const larger = new Uint8Array(diskBytes + mebibyte);
    larger.set(disk);
    expect(await compare('overlay-empty.qcow2', larger)).toMatchObject({
      details: 'version 3, backing file base.qcow2',
    });

    img('create', '-f', 'qcow2', '-o', 'extended_l2=on', '-b', 'disk.raw', '-F', 'raw', 'overlay.qcow2');
    io('overlay.qcow2', 'write -P 3 4096 4096', 'write -P 4 5M 1M', 'write -z 9M 70000', 'write -P 5 12345678 1000');
    const expected = disk.slice();
    expected.fill(3, 4096, 8192);
    expected.fill(4, 5 * mebibyte, 6 * mebibyte);
    expected.fill(0, 9 * mebibyte, 9 * mebibyte + 70000);
    expected.fill(5, 12345678, 12346678);
    await compare('overlay.qcow2', expected);
  });

  test.each(['off', 'on'])('a data file, raw %s', async (raw) => {
    const name = `data-file-${raw}.qcow2`;
    convert(name, `data_file=data-${raw}.img,data_file_raw=${raw}`);
    expect(await compare(name)).toMatchObject({ details: `version 3, data file data-${raw}.img` });
  });

  test('snapshots', async () => {
    convert('snapshots.qcow2', '');
    img('snapshot', '-c', 'first', 'snapshots.qcow2');
    io('snapshots.qcow2', 'write -P 9 3M 100k');
    img('snapshot', '-c', 'second', 'snapshots.qcow2');
    const expected = disk.slice();
    expected.fill(9, 3 * mebibyte, 3 * mebibyte + 102400);
    const { notes } = await compare('snapshots.qcow2', expected);
    expect(notes).toEqual([{ kind: 'remark', text: 'its 2 internal snapshots are not read' }]);
  });

  test('the file is truncated: what is left can be read', async () => {
    convert('truncated.qcow2', '');
    truncateSync(join(folder, 'truncated.qcow2'), 3 * mebibyte);
    const { part } = await open('truncated.qcow2');
    let failed = 0;
    for (let at = 0; at < disk.length; at += 65536) {
      const length = Math.min(65536, disk.length - at);
      const into = new Uint8Array(length);
      try {
        await part.read(at, into);
        expect(Buffer.compare(into, disk.subarray(at, at + length))).toBe(0);
      } catch (error) {
        expect(error).toMatchObject({ name: 'SourceError', at });
        expect(String(error)).toMatch(
          /L2 entry \d+ of L1 entry 0 points to byte \d+, and the file ends at byte 3145728/,
        );
        failed++;
      }
    }
    expect(failed).toBeGreaterThan(10);
  });

  test.each(['luks', 'aes'])('%s: refused with commands that work', async (format) => {
    const name = `${format}.qcow2`;
    writeFileSync(join(folder, 'key.txt'), 'PASSPHRASE');
    const secret = ['--object', 'secret,id=key,file=key.txt'];
    const fast = format === 'luks' ? ',encrypt.iter-time=10' : '';
    const options = `encrypt.format=${format},encrypt.key-secret=key${fast}`;
    img('create', '-f', 'qcow2', ...secret, '-o', options, name, '2M');
    const refusal = await open(name).catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      code: 'container-unsupported',
      message: `it is encrypted with ${format.toUpperCase()}`,
    });
    for (const command of (refusal as ContainerError).commands)
      execFileSync('sh', ['-c', command.replaceAll('FILE', name)], { cwd: folder, stdio: 'pipe' });
    expect(Buffer.compare(readFileSync(join(folder, `${name}.raw`)), Buffer.alloc(2 * mebibyte))).toBe(0);
  });

  test('a disk of terabytes has tables that are never read whole', async () => {
    img('create', '-f', 'qcow2', 'huge.qcow2', '60T');
    io('huge.qcow2', 'write -P 1 59T 64k');
    const { part } = await open('huge.qcow2');
    expect(part.size).toBe(60 * 2 ** 40);
    const into = new Uint8Array(1024);
    expect(part.read(59 * 2 ** 40 - 512, into)).toBe(1024);
    expect(into).toEqual(Uint8Array.from({ length: 1024 }, (_, i) => (i < 512 ? 0 : 1)));
  });

  test.each([
    ['dynamic', ''],
    ['static', 'static=on'],
  ])('VDI, %s', async (kind, options) => {
    img('convert', '-f', 'raw', '-O', 'vdi', ...(options && ['-o', options]), 'disk.raw', `${kind}.vdi`);
    expect(await compare(`${kind}.vdi`, disk, 'vdi')).toMatchObject({ details: `version 1.1, ${kind}`, notes: [] });
  });
});
