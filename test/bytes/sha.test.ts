import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Blake2b } from '../../src/bytes/blake2b';
import { Md5 } from '../../src/bytes/md5';
import { Sha1 } from '../../src/bytes/sha1';
import { Sha256 } from '../../src/bytes/sha256';
import { Sha512 } from '../../src/bytes/sha512';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const kinds = [
  ['sha256', () => new Sha256()],
  ['sha512', () => new Sha512()],
  ['sha224', () => new Sha256(28)],
  ['sha384', () => new Sha512(48)],
  ['sha1', () => new Sha1()],
  ['md5', () => new Md5()],
] as const;

describe.each(kinds)('%s', (name, make) => {
  const native = (bytes: Uint8Array): string => createHash(name).update(bytes).digest('hex');

  test('every length around the ends of blocks', () => {
    const bytes = Uint8Array.from({ length: 400 }, (_, i) => i * 7 + 1);
    const parts = Array.from({ length: 401 }, (_, length) => bytes.subarray(0, length));
    expect(parts.map((part) => hex(make().update(part).digest()))).toEqual(parts.map(native));
  });

  test('pieces of any size give what the whole gives, and a reset forgets', () => {
    const hash = make();
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }), (pieces) => {
        hash.reset();
        for (const piece of pieces) hash.update(piece);
        expect(hex(hash.digest())).toBe(native(Buffer.concat(pieces)));
      }),
    );
  });

  test('a part of an array, and a place for the result', () => {
    const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i ^ (i >> 3));
    const hash = make();
    const out = new Uint8Array(hash.digestSize + 3);
    hash.update(bytes, 1, 700).update(bytes, 700, 999).digest(out.subarray(3));
    expect(hex(out)).toBe(`000000${native(bytes.subarray(1, 999))}`);
  });
});

test('the examples of FIPS 180-4', () => {
  const abc = new TextEncoder().encode('abc');
  expect(hex(new Sha256().update(abc).digest())).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
  expect(hex(new Sha512().update(abc).digest())).toMatch(/^ddaf35a193617abacc417349ae204131.*fa54ca49f$/);
});

describe('blake2b512', () => {
  const native = (bytes: Uint8Array): string => createHash('blake2b512').update(bytes).digest('hex');

  test('every length around the ends of blocks', () => {
    const bytes = Uint8Array.from({ length: 400 }, (_, i) => i * 7 + 1);
    const lengths = Array.from({ length: 401 }, (_, length) => length);
    expect(lengths.map((length) => hex(new Blake2b().update(bytes, 0, length).digest()))).toEqual(
      lengths.map((length) => native(bytes.subarray(0, length))),
    );
  });

  test('pieces of any size give what the whole gives', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }), (pieces) => {
        const hash = new Blake2b();
        for (const piece of pieces) hash.update(piece);
        expect(hex(hash.digest())).toBe(native(Buffer.concat(pieces)));
      }),
    );
  });
});
