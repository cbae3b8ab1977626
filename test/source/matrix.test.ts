/** The same bytes through every kind of source must read the same. */
import { openAsBlob } from 'node:fs';
import { open } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { blobSource } from '../../src/source/blob';
import { fileSource } from '../../src/source/file';
import { memorySource } from '../../src/source/memory';
import { openImageFile } from '../../src/source/packed/open';
import { sliceSource } from '../../src/source/slice';
import type { ByteSource } from '../../src/source/source';
import { fileOf, sameBytes, sampleBytes, scratchFolder } from './support';

const folder = scratchFolder();
const bytes = sampleBytes(150_001);
const half = bytes.length >> 1;
const plain = fileOf(folder, 'plain.img', bytes);
// Two members, and a name without a meaning.
const packed = fileOf(
  folder,
  'packed.img',
  Buffer.concat([gzipSync(bytes.subarray(0, half)), gzipSync(bytes.subarray(half))]),
);
const handle = await open(plain, 'r');
afterAll(() => handle.close());

const kinds: Record<string, () => ByteSource | Promise<ByteSource>> = {
  memory: () => memorySource(bytes),
  'memory inside a larger buffer': () =>
    memorySource(Buffer.concat([Buffer.alloc(7, 1), bytes, bytes]).subarray(7, 150_008)),
  'a Blob of several parts': () => blobSource(new Blob([bytes.slice(0, half), bytes.slice(half)])),
  'a Blob over a file': async () => blobSource(await openAsBlob(plain)),
  'a path': () => fileSource(plain),
  'a FileHandle': () => fileSource(handle),
  'a plain image file': () => openImageFile(plain),
  'gzip in memory': () => openImageFile(packed),
  'gzip in a temporary file': () => openImageFile(packed, { memoryLimit: 0, tempDir: folder }),
  'gzip that outgrows memory': () => openImageFile(packed, { memoryLimit: half + 1000, tempDir: folder }),
};

/** Reads into the middle of a marked array, so that a write outside the range shows. */
async function readMarked(source: ByteSource, at: number, length: number) {
  const marked = new Uint8Array(length + 32).fill(0xa5);
  const read = await source.read(at, marked.subarray(16, 16 + length));
  return { read, marked };
}

function expected(window: Uint8Array, at: number, length: number) {
  const part = window.subarray(Math.min(at, window.length), Math.min(at + length, window.length));
  const marked = new Uint8Array(length + 32).fill(0xa5);
  marked.set(part, 16);
  return { read: part.length, marked };
}

const offsets = fc.oneof(
  { weight: 6, arbitrary: fc.nat(bytes.length + 5000) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(0, 4095, 4096, 8192, half, bytes.length - 1, bytes.length, bytes.length + 1),
  },
  { weight: 1, arbitrary: fc.constantFrom(2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1, 2 ** 53, 2 ** 64) },
);
const lengths = fc.oneof(fc.nat(20), fc.nat(9000), fc.constantFrom(0, 1, 4096, 65_536, bytes.length, bytes.length + 1));

async function readsLike(source: ByteSource, window: Uint8Array): Promise<void> {
  expect(source.size).toBe(window.length);
  await fc.assert(
    fc.asyncProperty(offsets, lengths, async (at, length) => {
      const { read, marked } = await readMarked(source, at, length);
      const right = expected(window, at, length);
      // a call of expect takes longer than the read
      if (read !== right.read || !sameBytes(marked, right.marked)) expect({ read, marked }).toEqual(right);
    }),
    { numRuns: 120 },
  );
}

describe.each(Object.keys(kinds))('%s', (kind) => {
  test('reads every range as it is, and nothing past the end', async () => {
    const source = await kinds[kind]!();
    await readsLike(source, bytes);
    await source.close?.();
    await source.close?.();
  });

  test('reads the same through windows, and windows on windows', async () => {
    const source = await kinds[kind]!();
    await readsLike(sliceSource(source, 0), bytes);
    await readsLike(sliceSource(source, 4097), bytes.subarray(4097));
    const window = sliceSource(source, 10_000, 90_000);
    await readsLike(window, bytes.subarray(10_000, 100_000));
    const inner = sliceSource(window, 2000, 70_001);
    await readsLike(inner, bytes.subarray(12_000, 82_001));
    await inner.close?.();
    await inner.close?.();
  });

  test('refuses offsets that no image can ask for', async () => {
    const source = await kinds[kind]!();
    for (const at of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      await expect((async () => source.read(at, new Uint8Array(4)))()).rejects.toThrow(RangeError);
    }
    await source.close?.();
  });

  test('takes many reads at once', async () => {
    const source = await kinds[kind]!();
    const places = Array.from({ length: 50 }, (_, i) => i * 2999);
    const results = await Promise.all(places.map((at) => readMarked(source, at, 3001)));
    for (const [i, at] of places.entries()) {
      const right = expected(bytes, at, 3001);
      expect(results[i]!.read).toBe(right.read);
      expect(sameBytes(results[i]!.marked, right.marked)).toBe(true);
    }
    await source.close?.();
  });
});
