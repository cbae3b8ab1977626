/** Single compressed blocks, with zlib of Node and with the DecompressionStream of browsers. */
import { deflateRawSync, deflateSync } from 'node:zlib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Decompress, zstdRefusal } from '../../src/container/decompress';
import { decompressNode } from '../../src/container/decompress-node';
import { decompressWeb } from '../../src/container/decompress-web';
import { zstdFrame } from '../../src/container/zstd-frame';
import { randomBytes, randomNumbers } from '../support/layer-context';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const hasZstd = major > 23 || (major === 23 && minor >= 8) || (major === 22 && minor >= 15);

const random = randomNumbers(3);
const contents: Record<string, Uint8Array> = {
  empty: new Uint8Array(0),
  short: Uint8Array.of(1, 2, 3),
  cluster: randomBytes(65536, random),
  large: randomBytes(2 ** 18, random),
  zeros: new Uint8Array(2 ** 21),
};
const junk = Uint8Array.from({ length: 700 }, () => random(256));
const joined = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
const attempt = async (decompress: Decompress, ...args: Parameters<Decompress>): Promise<Uint8Array> =>
  decompress(...args);

afterEach(() => vi.unstubAllGlobals());

describe.each([
  ['zlib', decompressNode],
  ['a stream', decompressWeb],
] as const)('with %s', (_name, decompress) => {
  const packers = { 'deflate-raw': deflateRawSync, zlib: deflateSync } as const;

  describe.each(['deflate-raw', 'zlib'] as const)('%s', (kind) => {
    test.each(Object.keys(contents))('%s, exact or with bytes after the end', async (name) => {
      const bytes = contents[name]!;
      const packed = new Uint8Array(packers[kind](bytes));
      for (const input of [packed, joined(packed, junk), joined(packed, packed)]) {
        const unpacked = await decompress(kind, input, bytes.length);
        expect(Buffer.compare(unpacked, bytes)).toBe(0);
      }
    });

    test('fewer bytes than there is room', async () => {
      const unpacked = await decompress(kind, packers[kind](contents['short']!), 4096);
      expect(Array.from(unpacked)).toEqual([1, 2, 3]);
    });

    test('too many bytes, truncated, not compressed', async () => {
      const packed = packers[kind](contents['cluster']!);
      await expect(attempt(decompress, kind, packed, 65535)).rejects.toThrow('it unpacks to more than 65535 bytes');
      await expect(attempt(decompress, kind, packed.subarray(0, 3000), 65536)).rejects.toThrow(/./);
      await expect(attempt(decompress, kind, new Uint8Array(512).fill(7), 65536)).rejects.toThrow(/./);
    });
  });
});

test('zlib has clauses for messages', async () => {
  const packed = deflateRawSync(contents['cluster']!).subarray(0, 100);
  expect(() => decompressNode('deflate-raw', packed, 65536)).toThrow(/^it ends too early$/);
});

describe('a platform whose stream fails at bytes after the end', () => {
  /** Unpacks all of a chunk at once, in chunks of `bytes`, then fails. */
  const failing = (bytes: number, content: Uint8Array) =>
    class {
      readonly readable: ReadableStream;
      readonly writable: WritableStream;
      constructor() {
        const { readable, writable } = new TransformStream({
          transform(_chunk, controller) {
            for (let at = 0; at < content.length; at += bytes) controller.enqueue(content.slice(at, at + bytes));
            throw new TypeError('Junk found after end of compressed data.');
          },
        });
        this.readable = readable;
        this.writable = writable;
      }
    };

  test.each([65536, 16384, 4096])('keeps chunks of %i bytes', async (bytes) => {
    const content = contents['large']!;
    vi.stubGlobal('DecompressionStream', failing(bytes, content));
    expect(Buffer.compare(await decompressWeb('deflate-raw', junk, content.length), content)).toBe(0);
  });

  test('rejects if bytes are missing', async () => {
    vi.stubGlobal('DecompressionStream', failing(4096, contents['cluster']!));
    await expect(decompressWeb('deflate-raw', junk, 65537)).rejects.toThrow('Junk found');
  });
});

describe('zstd', () => {
  test('is refused where the platform does not have it', async () => {
    vi.stubGlobal(
      'DecompressionStream',
      class {
        constructor() {
          throw new TypeError('unknown format');
        }
      },
    );
    expect(await zstdRefusal(decompressWeb)).toBe('this platform cannot unpack zstd');
  });

  test('is unpacked by this Node, or refused with the versions that can', async () => {
    const refusal = await zstdRefusal(decompressNode);
    expect(refusal).toBe(
      hasZstd ? null : `Node ${process.versions.node} cannot unpack zstd, which Node 22.15, 23.8 and later can`,
    );
  });

  // made by the library of Node 24, and by hand
  test.each([
    ['one raw block', '28b52ffd200109000041'],
    ['a content size of two bytes', '28b52ffd6060e975000030616263646566010057eae8a508'],
    ['a checksum', '28b52ffda4701101007500003061626364656601006711c94b1191e89734'],
    ['no content size', '28b52ffd00485400001000000100fbff39c00202001000039f0400'],
    [
      'several blocks',
      '28b52ffd0058740000306162636465660100f7ffc94b114c000008630100fcff3910024d000008650100dc131d0801',
    ],
    ['a repeated byte and a checksum', '28b52ffd24100300000711223344'],
    ['a window, a raw block and a repeated byte', '28b52ffd005810000041420b000043'],
  ])('the end of a frame: %s', (_name, hex) => {
    const frame = Buffer.from(hex, 'hex');
    for (const next of [junk, frame]) expect(zstdFrame(joined(frame, next)).length).toBe(frame.length);
  });

  test.skipIf(!hasZstd)('a frame with another one after it', () => {
    const frame = Buffer.from('28b52ffd6060e975000030616263646566010057eae8a508', 'hex');
    const unpacked = decompressNode('zstd', joined(frame, frame), 60000);
    expect(Buffer.compare(unpacked as Uint8Array, Buffer.alloc(60000, 'abcdef'))).toBe(0);
    expect(() => decompressNode('zstd', frame, 59999)).toThrow('it unpacks to more than 59999 bytes');
    expect(() => decompressNode('zstd', frame.subarray(0, 20), 60000)).toThrow(/./);
  });

  test('what has no end is left as it is', () => {
    expect(zstdFrame(junk)).toBe(junk);
    const open = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x20, 1, 8, 0, 0, 0x41);
    expect(zstdFrame(open)).toBe(open);
    expect(zstdFrame(new Uint8Array(0)).length).toBe(0);
  });
});
