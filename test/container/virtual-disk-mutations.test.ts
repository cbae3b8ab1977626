/** Virtual disks with any number changed: only the errors that are meant for it, in bounded reads and memory. */
import { expect, test } from 'vitest';
import { ContainerError } from '../../src/container/error';
import type { Layer } from '../../src/container/layer';
import { headBytes } from '../../src/container/layer';
import { vhd } from '../../src/container/vhd';
import { vhdx } from '../../src/container/vhdx/vhdx';
import { vmdk } from '../../src/container/vmdk/vmdk';
import { memorySource } from '../../src/source/memory';
import { SourceError } from '../../src/source/source';
import { boundedSource } from '../support/bounded-source';
import {
  contextWith,
  descriptorText,
  dynamicVhd,
  fixedVhd,
  logEntry,
  vhdx as makeVhdx,
  mebibyte,
  noise,
  randomNumbers,
  sealVhd,
  sealVhdx,
  sparseVmdk,
  vhdTableOffset,
  vhdxPlaces,
  vmdkPlaces,
} from '../support/virtual-disks';

/** Part of a file with numbers: its first byte, its length, and what repairs its checksum. */
interface Structure {
  at: number;
  length: number;
  seal?: (file: Uint8Array) => void;
}

interface Sample {
  name: string;
  layer: Layer;
  file: Uint8Array;
  littleEndian: boolean;
  structures: readonly Structure[];
}

const budget = { bytes: 32 * mebibyte, reads: 4000, memory: 512 * mebibyte };
const beside = {
  'a.vmdk': memorySource(noise(8192, 1)),
  'b.vmdk': memorySource(sparseVmdk({ capacity: 16, grainSize: 8, grains: { 0: noise(4096, 2) } })),
};
const context = contextWith(beside);

/** Opens and reads the start, the middle and the end; returns what came of it. */
async function use({ layer, file }: Sample): Promise<string> {
  const { source } = boundedSource(file, budget);
  try {
    const head = new Uint8Array(Math.min(headBytes, file.length));
    await source.read(0, head);
    await layer.recognise(head, source);
    const { parts } = await layer.open(source, context);
    const disk = parts[0]!.source;
    if (typeof disk === 'string') return 'unreadable';
    let failed = 0;
    for (const at of [0, Math.floor(disk.size / 2), Math.max(0, disk.size - 3000)])
      try {
        const bytes = new Uint8Array(Math.min(20_000, disk.size - at));
        expect(await disk.read(at, bytes)).toBe(bytes.length);
        const place = at < disk.size ? await disk.locate!(at) : null;
        if (typeof place === 'number') expect(Number.isSafeInteger(place)).toBe(true);
      } catch (error) {
        if (!(error instanceof SourceError)) throw error;
        failed++;
      }
    return failed === 0 ? 'read' : 'partly';
  } catch (error) {
    if (error instanceof ContainerError || error instanceof SourceError) return 'refused';
    throw error;
  }
}

const blockSize = 8192;
const bits = [0xf0, 0x0f];
const sealAt = (at: number, length: number, checksum: number) => (file: Uint8Array) =>
  sealVhd(file.subarray(at, at + length), checksum);
const dynamicFile = dynamicVhd({
  size: 3 * blockSize,
  blockSize,
  blocks: [
    { index: 0, bitmap: bits, data: noise(blockSize, 3) },
    { index: 2, bitmap: bits, data: noise(blockSize, 4) },
  ],
});
const fixedFile = fixedVhd(noise(4096, 5));

const table = (at: number) => ({
  at,
  length: 80,
  seal: (file: Uint8Array) => void sealVhdx(file.subarray(at, at + 65536)),
});
const header = (at: number) => ({
  ...table(at),
  seal: (file: Uint8Array) => void sealVhdx(file.subarray(at, at + 4096)),
});
const log = logEntry({
  sequence: 5,
  tail: 0,
  changes: [
    { at: vhdxPlaces.blocks, data: noise(4096, 6) },
    { at: vhdxPlaces.blocks + 8192, zeros: 4096 },
  ],
});
const block = new Uint8Array(mebibyte).fill(7);
const vhdxBlocks = [{ state: 6, data: block }, { state: 0 }, { state: 6, data: block }];
const vhdxFile = makeVhdx({ size: 3 * mebibyte, blocks: vhdxBlocks });
const logFile = makeVhdx({ size: 3 * mebibyte, blocks: vhdxBlocks, log: [log] });
const parentFile = makeVhdx({ size: 3 * mebibyte, blocks: [], flags: 2, parent: { relative_path: 'parent.vhdx' } });
const sealLog = (file: Uint8Array) => void sealVhdx(file.subarray(vhdxPlaces.log, vhdxPlaces.log + log.length));

const text = descriptorText(['RW 40 SPARSE "b.vmdk"']);
const grains = { 0: noise(4096, 7), 4: noise(4096, 8) };
const sparseShape = { capacity: 40, grainSize: 8, grains, descriptor: text };
const sparseFile = sparseVmdk(sparseShape);
const streamFile = sparseVmdk({ ...sparseShape, compressed: true, hasFooter: true });
const vmdkTables = { at: vmdkPlaces.rgd * 512, length: 16 };
const firstGrain = { at: (vmdkPlaces.tables + 1) * 512, length: 24 };

const samples: Sample[] = [
  {
    name: 'dynamic VHD',
    layer: vhd,
    file: dynamicFile,
    littleEndian: false,
    structures: [
      { at: 0, length: 88, seal: sealAt(0, 512, 64) },
      { at: dynamicFile.length - 512, length: 88, seal: sealAt(dynamicFile.length - 512, 512, 64) },
      { at: 512, length: 48, seal: sealAt(512, 1024, 36) },
      { at: vhdTableOffset, length: 12 },
      { at: vhdTableOffset + 512, length: 4 },
    ],
  },
  {
    name: 'fixed VHD',
    layer: vhd,
    file: fixedFile,
    littleEndian: false,
    structures: [{ at: fixedFile.length - 512, length: 88, seal: sealAt(fixedFile.length - 512, 512, 64) }],
  },
  {
    name: 'VHDX',
    layer: vhdx,
    file: vhdxFile,
    littleEndian: true,
    structures: [
      header(vhdxPlaces.headers[0]),
      header(vhdxPlaces.headers[1]),
      table(vhdxPlaces.regions[0]),
      { at: vhdxPlaces.metadata, length: 32 * 6 },
      { at: vhdxPlaces.metadata + 65536, length: 40 },
      { at: vhdxPlaces.bat, length: 24 },
    ],
  },
  {
    name: 'VHDX with a log',
    layer: vhdx,
    file: logFile,
    littleEndian: true,
    structures: [
      { ...header(vhdxPlaces.headers[0]), length: 76 },
      { at: vhdxPlaces.log, length: 128, seal: sealLog },
    ],
  },
  {
    name: 'differencing VHDX',
    layer: vhdx,
    file: parentFile,
    littleEndian: true,
    structures: [{ at: vhdxPlaces.metadata + 65536 + 40, length: 32 }],
  },
  {
    name: 'sparse VMDK',
    layer: vmdk,
    file: sparseFile,
    littleEndian: true,
    structures: [
      { at: 0, length: 80 },
      vmdkTables,
      { at: vmdkPlaces.gd * 512, length: 8 },
      { at: vmdkPlaces.tables * 512, length: 24 },
    ],
  },
  {
    name: 'stream-optimized VMDK',
    layer: vmdk,
    file: streamFile,
    littleEndian: true,
    structures: [
      { at: 0, length: 80 },
      { at: streamFile.length - 3 * 512, length: 16 },
      { at: streamFile.length - 2 * 512, length: 80 },
      { at: vmdkPlaces.gd * 512, length: 8 },
      { at: vmdkPlaces.tables * 512, length: 24 },
      firstGrain,
    ],
  },
];

/** Numbers of 4 and 8 bytes that fields are set to. */
function* values(next: () => number): Generator<[width: number, value: bigint], void, undefined> {
  const any = BigInt(Math.floor(next() * 2 ** 32));
  for (const value of [0n, 1n, 2n ** 32n - 1n, 2n ** 31n - 1n, any]) yield [32, value];
  for (const value of [2n ** 64n - 1n, 2n ** 63n - 1n, any << 21n]) yield [64, value];
}

test.each(samples)('$name: every field', async (sample) => {
  const { file, littleEndian, structures } = sample;
  expect(await use(sample)).toBe(sample.name.startsWith('differencing') ? 'refused' : 'read');
  const next = randomNumbers(1);
  const view = new DataView(file.buffer);
  const results = new Set<string>();
  for (const { at, length, seal } of structures)
    for (let field = at; field < at + length; field += 4)
      for (const [width, value] of values(next)) {
        // what a wrong checksum does is a matter of random bytes
        const original = file.slice(at, Math.min(at + length + 4, file.length));
        if (width === 32) view.setUint32(field, Number(value), littleEndian);
        else if (field + 8 <= file.length) view.setBigUint64(field, value, littleEndian);
        seal?.(file);
        results.add(await use(sample));
        file.set(original, at);
      }
  expect(results).toContain('refused');
});

test.each(samples)('$name: random bytes', async (sample) => {
  const { file, structures } = sample;
  const next = randomNumbers(2);
  for (let i = 0; i < 80; i++) {
    const changed: [at: number, byte: number][] = [];
    for (let count = 1 + Math.floor(next() * 6); count > 0; count--) {
      const { at, length } = structures[Math.floor(next() * structures.length)]!;
      const place = at + Math.floor(next() * length);
      changed.unshift([place, file[place]!]);
      file[place] = next() * 256;
    }
    for (const { seal } of structures) if (next() < 0.5) seal?.(file);
    expect(['read', 'partly', 'refused', 'unreadable']).toContain(await use(sample));
    for (const [at, byte] of changed) file[at] = byte;
    for (const { seal } of structures) seal?.(file);
  }
});

test('truncated anywhere', async () => {
  for (const sample of samples) {
    const tables = sample.layer === vhdx ? vhdxPlaces.blocks : sample.file.length;
    for (let i = 0; i < 40; i++) {
      const length = Math.floor((tables * i) / 40);
      expect(['refused', 'partly', 'read']).toContain(await use({ ...sample, file: sample.file.subarray(0, length) }));
    }
  }
});

test('VMDK descriptor: random letters, lines left out and repeated', async () => {
  const original = descriptorText(['RW 8 FLAT "a.vmdk" 4', 'RW 7 ZERO', 'RW 16 SPARSE "b.vmdk"'], { more: 'x="' });
  const next = randomNumbers(3);
  const pick = (from: string): string => from[Math.floor(next() * from.length)]!;
  const results = new Set<string>();
  for (let i = 0; i < 800; i++) {
    const lines = new TextDecoder().decode(original).split('\n');
    const at = 1 + Math.floor(next() * (lines.length - 1));
    const line = lines[at]!;
    const place = Math.floor(next() * line.length);
    const kind = Math.floor(next() * 4);
    if (kind === 0) lines.splice(at, 1);
    else if (kind === 1) lines.splice(at, 0, line, line);
    else lines[at] = line.slice(0, place) + pick(' "\t9=RW\0é\r-') + line.slice(kind === 2 ? place : place + 1);
    const file = new TextEncoder().encode(lines.join('\n'));
    results.add(await use({ name: 'descriptor', layer: vmdk, file, littleEndian: true, structures: [] }));
  }
  expect([...results].sort()).toEqual(['partly', 'read', 'refused']);
});
