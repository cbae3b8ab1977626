import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GrowableF64, GrowableU32 } from '../../src/bytes/growable';

const kinds = [
  ['GrowableU32', GrowableU32, 0xffffffff],
  ['GrowableF64', GrowableF64, Number.MAX_SAFE_INTEGER],
] as const;

test.each(kinds)('%s keeps what was pushed, in order', (_, Kind, max) => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max }), { maxLength: 100, size: 'max' }),
      fc.nat(5),
      (values, capacity) => {
        const list = new Kind(capacity);
        for (const value of values) list.push(value);
        expect(list.length).toBe(values.length);
        expect([...list.view()]).toEqual(values);
        expect(values.map((_, i) => list.get(i))).toEqual(values);
      },
    ),
  );
});

test.each(kinds)('%s changes in place, and only what it holds', (_, Kind, max) => {
  const list = new Kind();
  list.push(1);
  list.push(2);
  list.set(1, max);
  expect([list.get(0), list.get(1)]).toEqual([1, max]);
  for (const index of [2, -1, Number.NaN]) {
    expect(() => list.get(index)).toThrow(RangeError);
    expect(() => list.set(index, 0)).toThrow(new RangeError(`index ${index} is outside a list of 2`));
  }
  expect(list.length).toBe(2);
});

test('GrowableU32 can be emptied and filled again', () => {
  const list = new GrowableU32(1);
  for (let i = 0; i < 100; i++) list.push(i);
  list.clear();
  expect(list.length).toBe(0);
  expect(list.view().length).toBe(0);
  expect(() => list.get(0)).toThrow(RangeError);
  list.push(7);
  expect([...list.view()]).toEqual([7]);
});

test('GrowableU32 stores modulo 2^32', () => {
  const list = new GrowableU32();
  list.push(2 ** 32 + 5);
  list.push(-1);
  expect([...list.view()]).toEqual([5, 0xffffffff]);
});
