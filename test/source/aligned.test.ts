/** Buffers for reading: their place in memory as far as it shows. */
import { expect, test } from 'vitest';
import { alignedBuffer } from '../../src/source/aligned';

test.each([0, 1, 7, 4096, 262_144, 1_048_577])('%d bytes, zeroed, past the slow start of a page', (length) => {
  const bytes = alignedBuffer(length);
  expect(bytes.length).toBe(length);
  expect(bytes.every((byte) => byte === 0)).toBe(true);
  expect(bytes.byteOffset % 8).toBe(0);
  // The ArrayBuffer starts 0 or 16 bytes into a page, so the offset after it must not be 1 to 31.
  expect(bytes.byteOffset % 4096).toBeGreaterThanOrEqual(32);
  expect(bytes.byteOffset % 4096).toBeLessThan(4096 - 16);
  new Float64Array(bytes.buffer, bytes.byteOffset, length >> 3);
});

test.each([-1, 1.5, Number.NaN, 2 ** 53])('refuses %d bytes', (length) => {
  expect(() => alignedBuffer(length)).toThrow(RangeError);
});
