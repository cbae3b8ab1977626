import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bitmap } from '../../src/bytes/bitmap';
import { type Bits, differences, flatBits, makeBits, PagedBitmap, pageBits } from '../../src/bytes/bits';
import { amount } from '../support/project';

/** Not a multiple of a page, a byte or a word. */
const size = 3 * pageBits + 77;
const index = fc.integer({ min: -40, max: size + 40 });
const length = fc.oneof(fc.integer({ min: 0, max: 70 }), fc.integer({ min: 0, max: size + 90 }));

const step = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), at: index, count: length }),
  fc.record({ kind: fc.constant('clear' as const), at: index, count: length }),
  fc.record({ kind: fc.constant('setRange' as const), at: index, count: length }),
  fc.record({ kind: fc.constant('testAndSet' as const), at: index, count: length }),
  fc.record({ kind: fc.constant('takeBytes' as const), at: index, count: length }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function take(bits: Bits, { kind, at, count }: Step): unknown {
  if (kind === 'setRange') return bits.setRange(at, count);
  if (kind !== 'takeBytes') return bits[kind](at);
  const from = Math.max(0, at);
  const room = Math.max(0, Math.min(count, size - from));
  const bytes = Uint8Array.from({ length: Math.ceil(room / 8) }, (_, i) => (count % 3 === 0 ? 255 : (i * 37) & 0xb5));
  return bits.takeBytes(from, bytes, room);
}

/** The first index at which two differ. Lists of a hundred thousand bits would be slow to compare. */
const firstDifference = (a: Bits, b: Bits): number | null => {
  for (let i = -2; i < size + 2; i++) if (a.test(i) !== b.test(i)) return i;
  return null;
};

const numRuns = amount({ unit: 40, ci: 150, full: 2000 });

function both(steps: readonly Step[]): [Bitmap, PagedBitmap] {
  const pair: [Bitmap, PagedBitmap] = [new Bitmap(size), new PagedBitmap(size)];
  for (const step of steps) expect(take(pair[1], step), step.kind).toEqual(take(pair[0], step));
  return pair;
}

test('pages hold what a flat bitmap holds, whatever is done to them', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 12 }),
      fc.array(fc.tuple(index, length), { maxLength: 8 }),
      (steps, asked) => {
        const [flat, paged] = both(steps);
        expect(firstDifference(paged, flat)).toBeNull();
        expect(paged.count()).toBe(flat.count());
        for (const [at, count] of asked) {
          expect(paged.anyInRange(at, count)).toBe(flat.anyInRange(at, count));
          expect(paged.count(at, at + count)).toBe(flat.count(at, at + count));
        }
      },
    ),
    { numRuns },
  );
});

test('pages differ, and are taken from each other, as flat bitmaps', () => {
  const steps = fc.array(step, { maxLength: 6 });
  fc.assert(
    fc.property(steps, steps, index, length, (one, two, at, count) => {
      const [a, pagedA] = both(one);
      const [b, pagedB] = both(two);
      const runs = (left: Bits, right: Bits) => {
        const found: [number, number, boolean][] = [];
        differences(left, right, at, at + count, (...run) => found.push(run));
        return found;
      };
      expect(runs(pagedA, pagedB)).toEqual(runs(a, b));
      a.takeRange(b, at, count);
      pagedA.takeRange(pagedB, at, count);
      expect(firstDifference(pagedA, a)).toBeNull();
    }),
    { numRuns },
  );
});

test('only pages with some bits set and some clear take memory, and indexes go far beyond 2^32', () => {
  const bits = makeBits(2 ** 35) as PagedBitmap;
  const far = 2 ** 34 + 2 ** 33 + 5;
  bits.setRange(far - 5, 64 * pageBits);
  bits.takeBytes(2 ** 34, new Uint8Array(pageBits / 8).fill(255), pageBits);
  bits.takeBytes(2 ** 33, new Uint8Array(pageBits / 8), pageBits);
  expect(bits.pagesInUse).toBe(0);
  expect(bits.count()).toBe(65 * pageBits);
  bits.clear(far);
  expect([bits.test(far - 1), bits.test(far), bits.test(far + 1)]).toEqual([true, false, true]);
  expect(bits.pagesInUse).toBe(1);
});

test('small bitmaps are flat', () => {
  expect(makeBits(flatBits)).toBeInstanceOf(Bitmap);
  expect(makeBits(flatBits + 1)).toBeInstanceOf(PagedBitmap);
});
