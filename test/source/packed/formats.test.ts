/** Which bytes are taken for compressed data, and what such data states about its size. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { memorySource } from '../../../src/source/memory';
import { formatOf, magicOf } from '../../../src/source/packed/formats';
import { statedSize } from '../../../src/source/packed/stated-size';
import { lz4Frame, lzmaHeader, skippable, xzStream, zstdFrame } from './by-hand';

const bytesOf = (...parts: (string | number[])[]): Uint8Array =>
  Uint8Array.from(
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part)))),
  );
const of = (bytes: Uint8Array, more = false) => formatOf(memorySource(bytes), more);

describe('formats', () => {
  test.each([
    ['gzip', new Uint8Array(gzipSync('x'))],
    ['xz', xzStream(1)],
    ['zstd', zstdFrame('x')],
    ['lz4', lz4Frame('x')],
    ['lz4', bytesOf([0x02, 0x21, 0x4c, 0x18])],
    ['bzip2', bytesOf('BZh91AY&SY')],
    ['bzip2', bytesOf('BZh1', [0x17, 0x72, 0x45, 0x38, 0x50, 0x90])],
    ['lzma', lzmaHeader(2 ** 23)],
    ['lzma', lzmaHeader(2 ** 22 + 2 ** 21)],
    ['lzma', lzmaHeader(0xffff_ffff)],
    ['lzma', lzmaHeader(2 ** 16, 5e9)],
  ] as const)('%s', async (format, bytes) => {
    expect(await of(bytes)).toBe(format);
  });

  test.each([
    ['nothing', ''],
    ['zeros', '\0'.repeat(64)],
    ['the start of a magic', '\x28\xb5\x2f'],
    ['text that starts as bzip2 does', 'BZh9 is a text'],
    ['bzip2 of level 0', 'BZh01AY&SY'],
    ['the boot sector of a PC', '\xeb\x58\x90mkfs.fat'],
    ['the properties of lzma, and a dictionary of another size', '\x5d\x00\x00\x41\x00'.padEnd(20, '\xff')],
  ])('not compressed: %s', async (_name, text) => {
    expect(await of(bytesOf(text))).toBeNull();
  });

  test('lzma needs a credible length and the zero of its coder', () => {
    expect(magicOf(lzmaHeader(2 ** 23, 2 ** 39))).toBeNull();
    const other = lzmaHeader(2 ** 23);
    other[13] = 1;
    expect(magicOf(other)).toBeNull();
    expect(magicOf(lzmaHeader(2 ** 23).subarray(0, 13))).toBeNull();
  });

  test('after skippable frames only zstd and lz4 count', async () => {
    const two = Buffer.concat([skippable(5), skippable(0, 15)]);
    expect(await of(Buffer.concat([two, zstdFrame('x')]))).toBe('zstd');
    expect(await of(Buffer.concat([two, lz4Frame('x')]))).toBe('lz4');
    expect(await of(Buffer.concat([two, gzipSync('x')]))).toBeNull();
    expect(await of(two)).toBeNull();
    expect(await of(Buffer.concat(Array.from({ length: 1000 }, () => skippable(0))))).toBeNull();
    const claims = Buffer.from(skippable(0));
    claims.writeUInt32LE(0xffff_ffff, 4);
    expect(await of(claims)).toBeNull();
    // a stream, of which only the start is known
    expect(await of(claims, true)).toBe('zstd');
  });
});

describe('sizes', () => {
  const sizeOf = (format: Parameters<typeof statedSize>[0], bytes: Uint8Array) =>
    statedSize(format, memorySource(bytes));

  test('gzip, zstd, lz4, lzma', async () => {
    expect(await sizeOf('gzip', gzipSync(Buffer.alloc(1234)))).toBe(1234);
    expect(await sizeOf('gzip', new Uint8Array(3))).toBeNull();
    for (const length of [5, 255, 256, 70_000])
      expect(await sizeOf('zstd', zstdFrame('x'.repeat(length)))).toBe(length);
    expect(await sizeOf('zstd', zstdFrame('x'.repeat(50), { stated: 2 ** 40 }))).toBe(2 ** 40);
    expect(await sizeOf('zstd', zstdFrame('x'.repeat(50), { stated: null }))).toBeNull();
    expect(await sizeOf('zstd', Buffer.alloc(40))).toBeNull();
    expect(await sizeOf('lz4', lz4Frame('hello, world', 12))).toBe(12);
    expect(await sizeOf('lz4', lz4Frame('hello, world'))).toBeNull();
    expect(await sizeOf('lzma', lzmaHeader(2 ** 23, 5e9))).toBe(5e9);
    expect(await sizeOf('lzma', lzmaHeader(2 ** 23))).toBeNull();
    expect(await sizeOf('bzip2', Buffer.alloc(100))).toBeNull();
  });

  test('the index of xz, of all streams', async () => {
    expect(await sizeOf('xz', xzStream(1000))).toBe(1000);
    expect(await sizeOf('xz', xzStream(1000, 2 ** 45, 3))).toBe(2 ** 45 + 1003);
    expect(await sizeOf('xz', xzStream())).toBe(0);
    expect(
      await sizeOf('xz', Buffer.concat([xzStream(5), new Uint8Array(8), xzStream(70_000), new Uint8Array(4)])),
    ).toBe(70_005);
  });

  test('an index of xz that cannot be true', async () => {
    const sound = xzStream(1000, 2000);
    for (let at = 0; at < sound.length; at++) {
      const bad = sound.slice();
      bad[at]! ^= 0xff;
      const size = await sizeOf('xz', bad);
      expect(size === null || Number.isSafeInteger(size)).toBe(true);
      expect(await sizeOf('xz', sound.subarray(0, at))).toBe(at === 0 ? 0 : null);
    }
    // records without end, larger than 2^53, and more streams than are looked at
    expect(await sizeOf('xz', xzStream(...Array.from({ length: 5 }, () => 2 ** 53 - 1)))).toBeNull();
    expect(await sizeOf('xz', Buffer.concat(Array.from({ length: 400 }, () => xzStream(1))))).toBeNull();
    const long = xzStream(1);
    new DataView(long.buffer).setUint32(long.length - 8, 0xffff_ffff, true);
    expect(await sizeOf('xz', long)).toBeNull();
  });
});
