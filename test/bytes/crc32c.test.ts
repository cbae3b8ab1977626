import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32c, crc32cZeros } from '../../src/bytes/crc32c';
import { patchyBytes } from './patchy-bytes';

/** By definition: one bit at a time. */
function reference(crc: number, bytes: Uint8Array): number {
  let c = crc | 0;
  for (const byte of bytes) {
    c ^= byte;
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1;
  }
  return c >>> 0;
}

const ascii = (text: string) => new TextEncoder().encode(text);
const invert = (crc: number) => ~crc >>> 0;

test.each([
  ['123456789', ascii('123456789'), 0xe3069283],
  ['nothing', new Uint8Array(0), 0],
  ['32 zeros', new Uint8Array(32), 0x8a9136aa],
  ['32 ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ['0 to 31', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ['31 to 0', Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
])('published checksum of %s', (_, bytes, expected) => {
  expect(invert(crc32c(0xffffffff, bytes))).toBe(expected);
});

test('a start of -1 is the same as 0xffffffff', () => {
  const bytes = patchy(300, 1);
  expect(crc32c(-1, bytes)).toBe(crc32c(0xffffffff, bytes));
});

test('agrees with the definition at every alignment and length', () => {
  const bytes = patchy(1024, 2);
  for (let from = 0; from < 9; from++) {
    for (let length = 0; length < 150; length++) {
      const to = from + length;
      expect(crc32c(0x1234567, bytes, from, to)).toBe(reference(0x1234567, bytes.subarray(from, to)));
    }
  }
});

test('agrees with the definition on arrays with zero runs', () => {
  fc.assert(
    fc.property(
      patchyBytes(2000),
      fc.integer(),
      fc.nat(40),
      fc.nat(40),
      fc.nat(7),
      (bytes, crc, front, back, shift) => {
        const buffer = new ArrayBuffer(bytes.length + shift);
        const shifted = new Uint8Array(buffer, shift);
        shifted.set(bytes);
        const from = Math.min(front, bytes.length);
        const to = Math.max(from, bytes.length - back);
        expect(crc32c(crc, shifted, from, to)).toBe(reference(crc, bytes.subarray(from, to)));
      },
    ),
    { numRuns: 300 },
  );
});

test('can be continued at any point', () => {
  fc.assert(
    fc.property(patchyBytes(600), fc.nat(600), (bytes, cut) => {
      const middle = Math.min(cut, bytes.length);
      expect(crc32c(crc32c(-1, bytes, 0, middle), bytes, middle)).toBe(crc32c(-1, bytes));
    }),
  );
});

test('zeros that exist nowhere count like zeros in an array', () => {
  for (let count = 0; count < 300; count++) {
    expect(crc32cZeros(0xdeadbeef, count)).toBe(reference(0xdeadbeef, new Uint8Array(count)));
  }
  expect(crc32cZeros(0xffffffff, 100_000)).toBe(reference(0xffffffff, new Uint8Array(100_000)));
  expect(crc32cZeros(0xffffffff, 0)).toBe(0xffffffff);
  expect(crc32cZeros(-1, -5)).toBe(0xffffffff);
});

test('a range past the array counts only what exists', () => {
  const whole = patchy(64, 3);
  const part = whole.subarray(8, 40);
  expect(crc32c(5, part, -3, 1000)).toBe(reference(5, part));
  expect(crc32c(5, part, 20, 10)).toBe(5);
});

test('sees what changed in a buffer between two calls', () => {
  const bytes = patchy(4096, 4);
  const other = patchy(4096, 5);
  const before = crc32c(-1, bytes);
  crc32c(-1, other);
  bytes[100] ^= 1;
  expect(crc32c(-1, bytes)).toBe(reference(-1, bytes));
  expect(crc32c(-1, bytes)).not.toBe(before);
});

test('sees all of a buffer that has grown', () => {
  // Known to Node 20 and browsers of 2023, but not to the ES2022 library that the project is typed against.
  const Growing = ArrayBuffer as unknown as new (length: number, options: object) => ArrayBuffer;
  const buffer = new Growing(32, { maxByteLength: 128 });
  const bytes = new Uint8Array(buffer);
  crc32c(-1, bytes);
  (buffer as unknown as { resize(length: number): void }).resize(128);
  bytes.fill(0xa5);
  expect(bytes.length).toBe(128);
  expect(crc32c(-1, bytes)).toBe(reference(-1, bytes));
});

test('reads a buffer that was moved elsewhere as empty, not as its old content', () => {
  const bytes = patchy(64, 6);
  crc32c(-1, bytes);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer as ArrayBuffer] });
  expect(crc32c(7, bytes)).toBe(7);
});

/** Repeatable bytes in which about half of the 8-byte groups are zero. */
function patchy(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) | 0;
    if ((Math.imul(i >> 3, 0x9e3779b1) ^ seed) & 0x40000) bytes[i] = state >>> 16;
  }
  return bytes;
}
