import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allOnes, Bitmap, differingRuns, isAllZero, popcount32 } from '../../src/bytes/bitmap';
import { amount } from '../support/project';
import { patchyBytes } from './patchy-bytes';

const numRuns = amount({ unit: 150, ci: 500, full: 10_000 });

type Run = [start: number, end: number, inA: boolean];

function filled(size: number, indexes: Iterable<number>): Bitmap {
  const bitmap = new Bitmap(size);
  for (const i of indexes) bitmap.set(i);
  return bitmap;
}

/** Bitmaps with long runs of equal bits as well as noise. */
const someBits = fc
  .array(fc.tuple(fc.nat(70), fc.constantFrom('set', 'clear', 'mixed')), { maxLength: 8, size: 'max' })
  .map((parts) =>
    parts.flatMap(([length, kind]) =>
      Array.from({ length }, (_, i) => kind === 'set' || (kind === 'mixed' && (i * i + (i >> 1)) % 3 === 0)),
    ),
  );

function bitmapOf(bits: boolean[]): Bitmap {
  return filled(
    bits.length,
    bits.flatMap((bit, i) => (bit ? [i] : [])),
  );
}

const rangeEnd = fc.integer({ min: -20, max: 400 });

test('single bits behave like a set of numbers', () => {
  const step = fc.tuple(fc.constantFrom('set', 'clear', 'testAndSet', 'test'), fc.integer({ min: -3, max: 140 }));
  fc.assert(
    fc.property(fc.nat(130), fc.array(step, { maxLength: 60, size: 'max' }), (size, steps) => {
      const bitmap = new Bitmap(size);
      const model = new Set<number>();
      const wrong: string[] = [];
      for (const [what, i] of steps) {
        if (what !== 'test' && what !== 'testAndSet') bitmap[what](i);
        else if (bitmap[what](i) !== model.has(i)) wrong.push(`${what} ${i}`);
        if (what === 'clear') model.delete(i);
        else if (what !== 'test' && i >= 0 && i < size) model.add(i);
      }
      expect(bitmap.count()).toBe(model.size);
      for (let i = -3; i < 140; i++) if (bitmap.test(i) !== model.has(i)) wrong.push(`bit ${i}`);
      expect(wrong).toEqual([]);
    }),
  );
});

test('ranges are set, found and counted bit by bit', () => {
  fc.assert(
    fc.property(someBits, rangeEnd, fc.integer({ min: -5, max: 300 }), (bits, from, count) => {
      const bitmap = bitmapOf(bits);
      const part = bits.filter((_, i) => i >= from && i < from + count);
      expect(bitmap.anyInRange(from, count)).toBe(part.includes(true));
      expect(bitmap.count(from, from + count)).toBe(part.filter((bit) => bit).length);
      bitmap.setRange(from, count);
      const expected = bits.map((bit, i) => bit || (i >= from && i < from + count));
      expect(bits.map((_, i) => bitmap.test(i))).toEqual(expected);
      expect(bitmap.count()).toBe(expected.filter((bit) => bit).length);
    }),
    { numRuns },
  );
});

test('one bit anywhere is found by the ranges that hold it', () => {
  for (let i = 0; i < 200; i += 3) {
    const bitmap = filled(200, [i]);
    for (const [from, to] of [
      [0, 200],
      [5, 190],
      [i, i + 1],
      [i, 200],
      [0, i + 1],
      [0, i],
      [i + 1, 200],
    ]) {
      const holds = i >= from && i < to;
      expect(bitmap.anyInRange(from, to - from)).toBe(holds);
      expect(bitmap.count(from, to)).toBe(Number(holds));
    }
  }
});

test('bits lie as on disk', () => {
  const bitmap = filled(64, [0, 9, 31, 32, 63]);
  expect([...new Uint8Array(bitmap.words.buffer)]).toEqual([0x01, 0x02, 0, 0x80, 0x01, 0, 0, 0x80]);
  expect(bitmap.words.length).toBe(2);
});

test('setting a range leaves the bits past the size alone', () => {
  const bitmap = new Bitmap(40);
  bitmap.setRange(0, 1000);
  expect([...bitmap.words]).toEqual([-1, 0xff]);
  bitmap.words[1] = -1;
  expect([bitmap.count(), bitmap.test(40), bitmap.anyInRange(40, 20)]).toEqual([40, false, false]);
});

test('a value that is not an index is not a bit', () => {
  const bitmap = new Bitmap(10);
  for (const i of [-1, 10, 2 ** 32, 2 ** 40, Number.NaN, Number.POSITIVE_INFINITY]) {
    bitmap.set(i);
    bitmap.clear(i);
    expect([bitmap.test(i), bitmap.testAndSet(i), bitmap.anyInRange(i, 0)]).toEqual([false, false, false]);
    bitmap.setRange(i, 0);
    bitmap.setRange(0, Number.NaN);
  }
  expect(bitmap.count()).toBe(0);
  expect(new Bitmap(0).count()).toBe(0);
});

test('indexes past 2^32 do not fold onto small ones', () => {
  // Replaces the memory: 2^32 bits and more need 512 MiB, of which only a few words matter.
  const base = 2 ** 32;
  const bitmap = new Bitmap(64);
  const sparse = new Map<number, number>();
  const words = new Proxy({} as Record<string, unknown>, {
    get: (_, key) => (key === 'fill' ? fill : (sparse.get(Number(key)) ?? 0)),
    set: (_, key, value: number) => sparse.set(Number(key), value) !== undefined,
  });
  function fill(value: number, from: number, to: number): void {
    for (let word = from; word < to; word++) sparse.set(word, value);
  }
  Object.assign(bitmap, { size: base * 4, words });

  bitmap.set(base + 5);
  expect(sparse).toEqual(new Map([[base / 32, 1 << 5]]));
  expect([bitmap.test(base + 5), bitmap.test(5), bitmap.testAndSet(base + 5)]).toEqual([true, false, true]);
  bitmap.setRange(base - 3, 70);
  expect(bitmap.count(base - 100, base + 100)).toBe(70);
  expect([bitmap.anyInRange(base + 67, 30), bitmap.anyInRange(base + 66, 1)]).toEqual([false, true]);
  bitmap.clear(base - 1);
  bitmap.clear(base);
  expect(bitmap.count(base - 100, base + 100)).toBe(68);

  const none = new Bitmap(64);
  Object.assign(none, { size: base * 4, words: new Proxy({}, { get: () => 0 }) });
  const runs: Run[] = [];
  differingRuns(none, bitmap, base - 64, base + 128, (...run) => runs.push(run));
  expect(runs).toEqual([
    [base - 3, base - 1, false],
    [base + 1, base + 67, false],
  ]);
});

/** By definition: one bit at a time. */
function runsByBits(a: boolean[], b: boolean[], from: number, to: number): Run[] {
  const runs: Run[] = [];
  for (let i = Math.max(from, 0); i < Math.min(to, a.length, b.length); i++) {
    if (a[i] === b[i]) continue;
    const last = runs.at(-1);
    if (last !== undefined && last[1] === i && last[2] === a[i]) last[1]++;
    else runs.push([i, i + 1, a[i]]);
  }
  return runs;
}

test('differing runs are those found bit by bit', () => {
  fc.assert(
    fc.property(someBits, someBits, rangeEnd, rangeEnd, (a, b, from, to) => {
      const runs: Run[] = [];
      differingRuns(bitmapOf(a), bitmapOf(b), from, to, (...run) => runs.push(run));
      expect(runs).toEqual(runsByBits(a, b, from, to));
    }),
    { numRuns: 2 * numRuns },
  );
});

test('a run goes on across words and ends where the side changes', () => {
  const runs: Run[] = [];
  const a = new Bitmap(200);
  const b = new Bitmap(200);
  a.setRange(0, 96);
  b.setRange(96, 64);
  a.setRange(165, 10);
  b.setRange(170, 30);
  differingRuns(a, b, 0, 200, (...run) => runs.push(run));
  expect(runs).toEqual([
    [0, 96, true],
    [96, 160, false],
    [165, 170, true],
    [175, 200, false],
  ]);
});

test('ignores bits past the size', () => {
  const a = new Bitmap(33);
  a.words[1] = -1;
  const runs: Run[] = [];
  differingRuns(a, new Bitmap(33), 0, 64, (...run) => runs.push(run));
  expect(runs).toEqual([[32, 33, true]]);
});

test('popcount32 counts bits', () => {
  expect([0, 1, -1, 0xffffffff, 0x80000000, 0x55555555, 0xf0f0f0f0].map(popcount32)).toEqual([0, 1, 32, 32, 1, 16, 16]);
  fc.assert(
    fc.property(fc.integer(), (n) => {
      expect(popcount32(n)).toBe((n >>> 0).toString(2).replaceAll('0', '').length);
    }),
  );
});

test('isAllZero and allOnes look at every byte of the range and at no other', () => {
  fc.assert(
    fc.property(
      patchyBytes(400),
      fc.nat(7),
      fc.integer({ min: -3, max: 410 }),
      rangeEnd,
      (content, shift, from, to) => {
        const bytes = new Uint8Array(content.length + shift).subarray(shift);
        bytes.set(content);
        const part = [...content].filter((_, i) => i >= from && i < to);
        expect(isAllZero(bytes, from, to)).toBe(part.every((byte) => byte === 0));
        expect(allOnes(bytes, from, to)).toBe(part.every((byte) => byte === 0xff));
      },
    ),
    { numRuns },
  );
});

test.each([0, 0xff])('one bit anywhere spoils a block of %i', (fill) => {
  const holds = fill === 0 ? isAllZero : allOnes;
  for (let from = 0; from < 5; from++) {
    const bytes = new Uint8Array(150).fill(fill);
    const kept: number[] = [];
    for (let i = 0; i < bytes.length; i++) {
      bytes[i] ^= 1 << (i & 7);
      if (holds(bytes, from, 140)) kept.push(i);
      bytes[i] = fill;
    }
    expect(kept).toEqual([...bytes.keys()].filter((i) => i < from || i >= 140));
    expect(holds(bytes, from, 140)).toBe(true);
  }
});
