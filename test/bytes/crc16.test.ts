import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc16 } from '../../src/bytes/crc16';

/** By definition: one bit at a time. */
function reference(crc: number, bytes: Uint8Array): number {
  let c = crc;
  for (const byte of bytes) {
    c ^= byte;
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xa001 : c >>> 1;
  }
  return c;
}

test('published check values for starts of 0 (ARC) and 0xffff (MODBUS)', () => {
  const digits = new TextEncoder().encode('123456789');
  expect(crc16(0, digits)).toBe(0xbb3d);
  expect(crc16(0xffff, digits)).toBe(0x4b37);
});

test('agrees with the definition on any part of any array', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200, size: 'max' }),
      fc.nat(0xffff),
      fc.nat(200),
      fc.nat(200),
      (bytes, crc, a, b) => {
        const from = Math.min(a, b, bytes.length);
        const to = Math.min(Math.max(a, b), bytes.length);
        expect(crc16(crc, bytes, from, to)).toBe(reference(crc, bytes.subarray(from, to)));
        expect(crc16(crc16(crc, bytes, 0, from), bytes, from)).toBe(crc16(crc, bytes));
      },
    ),
  );
});

test('a range past the array counts only what exists', () => {
  const bytes = Uint8Array.of(1, 2, 3);
  expect(crc16(9, bytes, -4, 50)).toBe(crc16(9, bytes));
  expect(crc16(9, bytes, 3, 1)).toBe(9);
});
