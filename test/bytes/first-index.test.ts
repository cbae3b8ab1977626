import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstIndex } from '../../src/bytes/first-index';

test('finds what a search from the start finds', () => {
  const anyNumbers = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 40 });
  fc.assert(
    fc.property(anyNumbers, fc.integer({ min: -1, max: 21 }), fc.nat(40), (numbers, value, start) => {
      const inOrder = numbers.sort((a, b) => a - b);
      const from = Math.min(start, inOrder.length);
      const found = inOrder.slice(from).findIndex((number) => number >= value);
      const wanted = found < 0 ? inOrder.length : from + found;
      expect(firstIndex(from, inOrder.length, (i) => inOrder[i]! >= value)).toBe(wanted);
    }),
  );
});

test('asks no more often than the logarithm, also for what counts past 32 bits', () => {
  let asked = 0;
  const found = firstIndex(0, 2 ** 40, (i) => {
    asked++;
    return i >= 2 ** 39 + 3;
  });
  expect([found, asked <= 41]).toEqual([2 ** 39 + 3, true]);
});
