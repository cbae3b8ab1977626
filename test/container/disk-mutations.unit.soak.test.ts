/**
 * Headers and tables of virtual disks with one field set to any value: opening and reading either work or fail with an error
 * for people, read nothing outside the file, and take a bounded time and memory.
 */
import { describe, expect, test } from 'vitest';
import { ContainerError } from '../../src/container/error';
import type { Layer } from '../../src/container/layer';
import { qcow2 } from '../../src/container/qcow2/layer';
import { vdi } from '../../src/container/vdi';
import { memorySource } from '../../src/source/memory';
import { SourceError } from '../../src/source/source';
import { boundedSource } from '../support/bounded-source';
import { layerContext, randomBytes, randomNumbers } from '../support/layer-context';
import { amount } from '../support/project';
import { makeQcow2, type Qcow2Recipe } from '../support/qcow2';
import { makeVdi, vdiMapAt } from '../support/vdi';

/** Values of each field, besides the usual ones: single bits, and any. */
const more = amount({ unit: 2, ci: 50, full: 1000 });

const random = randomNumbers(11);
const data = randomBytes(16384, random);
const cluster = data.subarray(0, 512);

const recipe: Qcow2Recipe = {
  size: 150 * 512,
  backing: 'base',
  clusters: { 0: { data: cluster }, 1: { packed: cluster }, 3: { zero: true }, 70: { data: cluster } },
};
const extended: Qcow2Recipe = {
  clusterBits: 14,
  size: 5 * 16384,
  clusters: { 0: { data }, 1: { packed: data }, 2: { data } },
  extended: { 0: [0xff, 0xff00], 2: [0, 0xffffffff] },
};
const map = [1, 0xffffffff, 0, 0xfffffffe];

/** Offsets of the fields, by their length. */
interface Fields {
  4: readonly number[];
  8: readonly number[];
}

const qcow2Fields: Fields = {
  4: [0, 4, 16, 20, 32, 36, 56, 60, 96, 100, 104, 112, 116],
  8: [8, 24, 40, 48, 64, 72, 80, 88],
};
const entries = (from: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => from + i * 8);

const plain = makeQcow2(recipe);
const withBitmaps = makeQcow2(extended);
const disks: [string, Layer, Uint8Array, Fields][] = [
  [
    'qcow2',
    qcow2,
    plain.image,
    { 4: qcow2Fields[4], 8: [...qcow2Fields[8], ...entries(plain.l1At, 3), ...entries(plain.entryAt(0), 4)] },
  ],
  [
    'qcow2 with subclusters',
    qcow2,
    withBitmaps.image,
    { 4: qcow2Fields[4], 8: [...qcow2Fields[8], ...entries(withBitmaps.entryAt(0), 6)] },
  ],
  [
    'VDI',
    vdi,
    makeVdi({ size: 4 * 512 - 8, map, blocks: [cluster, cluster] }),
    {
      4: [
        0x40,
        0x44,
        0x48,
        0x4c,
        0x50,
        0x154,
        0x158,
        0x168,
        0x178,
        0x17c,
        0x180,
        0x184,
        ...map.map((_, i) => vdiMapAt + i * 4),
      ],
      8: [0x170],
    },
  ],
];

/** Opens and reads; the name of what happened. */
async function use(layer: Layer, image: Uint8Array): Promise<string> {
  const { source, tally } = boundedSource(image, { reads: 2000, bytes: 2 ** 22 });
  const context = layerContext({ base: memorySource(data) });
  const allowed = (error: unknown): string => {
    if (error instanceof ContainerError || error instanceof SourceError) return error.name;
    throw error;
  };
  const outcomes = new Set<string>();
  try {
    const { parts } = await layer.open(source, context);
    const disk = parts[0]!.source;
    if (typeof disk === 'string') return 'without a disk';
    const into = new Uint8Array(1500);
    const places = [0, 500, 1100, 3000, 16384 + 100, 40_000, disk.size / 2, disk.size - 700];
    for (const place of places) {
      const at = Math.max(0, Math.floor(place));
      try {
        const got = await disk.read(at, into);
        expect(got).toBe(Math.max(0, Math.min(into.length, disk.size - at)));
        await disk.locate!(at);
        outcomes.add('read');
      } catch (error) {
        outcomes.add(allowed(error));
      }
    }
  } catch (error) {
    return allowed(error);
  }
  expect(tally.bytes).toBeLessThan(2 ** 22);
  return [...outcomes].sort().join(' and ');
}

describe.each(disks)('%s', (_name, layer, image, fields) => {
  test('any value in any field', async () => {
    const seen = new Set<string>();
    for (const bytes of [4, 8] as const)
      for (const at of fields[bytes]) {
        const bits = bytes * 8;
        const max = 2n ** BigInt(bits) - 1n;
        const values = [0n, 1n, max, max / 2n];
        for (let i = 0; i < more; i++) {
          const any = (BigInt(random(2 ** 32)) << 32n) | BigInt(random(2 ** 32));
          values.push(i % 2 === 0 ? 1n << BigInt(i < 2 * bits ? (i / 2 + at) % bits : random(bits)) : any & max);
        }
        for (const value of values) {
          const changed = Buffer.from(image);
          if (bytes === 8) changed[layer === vdi ? 'writeBigUInt64LE' : 'writeBigUInt64BE'](value, at);
          else changed[layer === vdi ? 'writeUInt32LE' : 'writeUInt32BE'](Number(value), at);
          seen.add(await use(layer, changed));
        }
      }
    expect([...seen]).toEqual(expect.arrayContaining(['read', 'ContainerError', 'SourceError and read']));
  }, 600_000);

  test('a file truncated anywhere', async () => {
    const seen = new Set<string>();
    for (let length = 0; length < image.length; length += 1 + random(image.length / (20 + more)))
      seen.add(await use(layer, image.subarray(0, length)));
    expect(seen).toContain('SourceError and read');
  });
});
