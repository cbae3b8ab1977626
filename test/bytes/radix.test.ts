import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sortIndexes } from '../../src/bytes/radix';

/** Array.prototype.sort is stable. */
function reference(keys: ArrayLike<number>): number[] {
  return Array.from(keys, (_, i) => i).sort((a, b) => keys[a] - keys[b]);
}

const key = fc.oneof(
  fc.nat(5),
  fc.nat(5000),
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.maxSafeNat(),
  fc.constantFrom(0, 2047, 2048, 2 ** 22, 2 ** 32 - 1, 2 ** 32, 2 ** 43, 2 ** 53 - 1),
);

test('sorts like Array.prototype.sort, equal keys staying in order', () => {
  fc.assert(
    fc.property(fc.array(key, { maxLength: 300, size: 'max' }), (keys) => {
      expect([...sortIndexes(Float64Array.from(keys), keys.length)]).toEqual(reference(keys));
    }),
    { numRuns: 200 },
  );
});

test('sorts 32-bit keys the same way', () => {
  fc.assert(
    fc.property(fc.uint32Array({ minLength: 100, maxLength: 300, size: 'max' }), (keys) => {
      expect([...sortIndexes(keys, keys.length)]).toEqual(reference(keys));
    }),
  );
});

test('sorts ten thousand block numbers above 2^32', () => {
  let state = 1;
  const keys = Float64Array.from({ length: 10_000 }, () => {
    state = Math.imul(state, 48271) & 0x7fffffff;
    return 2 ** 32 + (state % 5000) * 1_000_003;
  });
  expect([...sortIndexes(keys, keys.length)]).toEqual(reference(keys));
});

test('keys in order give the indexes in order', () => {
  const keys = Float64Array.from({ length: 1000 }, (_, i) => Math.floor(i / 3) * 2 ** 20);
  expect([...sortIndexes(keys, 1000)]).toEqual(Array.from({ length: 1000 }, (_, i) => i));
});

test.each([5, 200])('looks only at the first keys of %i', (count) => {
  const keys = Float64Array.from({ length: 2 * count }, (_, i) => 2 * count - i);
  expect([...sortIndexes(keys, count)]).toEqual(reference(keys.subarray(0, count)));
});

test('a count outside the keys is cut to them', () => {
  expect([...sortIndexes(Uint32Array.of(2, 1), 9)]).toEqual([1, 0]);
  expect(sortIndexes(Uint32Array.of(2, 1), -1).length).toBe(0);
});
