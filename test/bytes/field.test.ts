/** 64-bit values as reports have them: numbers where these are exact, else digits. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exact64 } from '../../src/bytes/field';

const word = fc.oneof(
  fc.constantFrom(0, 1, 999_999, 1_000_000, 2 ** 21 - 1, 2 ** 21, 2 ** 31, 2 ** 32 - 1),
  fc.nat(2 ** 32 - 1),
);

test('all halves give the exact digits', () => {
  fc.assert(
    fc.property(word, word, (low, high) => {
      expect(String(exact64(low, high))).toBe(String((BigInt(high) << 32n) | BigInt(low)));
    }),
    { numRuns: 2000 },
  );
});

test('what a number holds exactly is a number', () => {
  expect(exact64(5, 0)).toBe(5);
  expect(exact64(2 ** 32 - 1, 2 ** 21 - 1)).toBe(Number.MAX_SAFE_INTEGER);
  expect(exact64(0, 2 ** 21)).toBe('9007199254740992');
  expect(exact64(2 ** 32 - 1, 2 ** 32 - 1)).toBe('18446744073709551615');
});
