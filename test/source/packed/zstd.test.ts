/** Frames of zstd: where they end, and their decompression where Node can do it. */
import { join } from 'node:path';
import * as zlib from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openInput } from '../../../src/source/packed/open';
import { frameMagicLength, ZstdFrames } from '../../../src/source/packed/zstd-frames';
import { fileOf, holds, sampleBytes, scratchFolder } from '../support';
import { skippable, zstdFrame } from './by-hand';

/** The frames of `bytes`, given in pieces of some length: `frame 30` for one that ends, `frame 5…` for one that does not. */
function framesOf(bytes: Uint8Array, pieceLength: number): string[] {
  const frames = new ZstdFrames();
  const found: string[] = [];
  let rest = Buffer.alloc(0);
  let length = 0;
  let kind = '';
  for (let at = 0; at < bytes.length; at += pieceLength) {
    const piece = Buffer.concat([rest, bytes.subarray(at, at + pieceLength)]);
    let from = 0;
    while (piece.length - from >= (frames.isInside ? 1 : frameMagicLength)) {
      const part = frames.take(piece, from);
      from += part.length;
      length += part.length;
      kind = part.kind;
      if (!part.isLast) continue;
      found.push(`${kind} ${length}`);
      length = 0;
    }
    rest = piece.subarray(from);
  }
  if (length > 0) found.push(`${kind} ${length}…`);
  return found;
}

describe('frames', () => {
  const small = zstdFrame('hello');
  const stated = zstdFrame('y'.repeat(300), { blocks: 7, stated: 2 ** 40 });
  const open = zstdFrame('z'.repeat(70), { blocks: 2, stated: null });
  const all = Buffer.concat([small, skippable(9), stated, skippable(0), open, zstdFrame('')]);
  const expected = [small, skippable(9), stated, skippable(0), open, zstdFrame('')].map(
    (part, i) => `${i === 1 || i === 3 ? 'skippable' : 'frame'} ${part.length}`,
  );

  test.each([1, 2, 3, 4, 5, 7, 16, 1000])('in pieces of %d bytes', (length) => {
    expect(framesOf(all, length)).toEqual(expected);
    expect(framesOf(all.subarray(0, -2), length).at(-1)).toBe(`frame ${zstdFrame('').length - 2}…`);
    expect(framesOf(Buffer.concat([small, Buffer.from('other data')]), length).slice(0, 1)).toEqual([
      `frame ${small.length}`,
    ]);
    expect(framesOf(Buffer.concat([small, Buffer.from('other data')]), length).at(-1)).toMatch(/^other \d+…$/);
  });

  test('a checksum, a dictionary and a repeated byte', () => {
    const frame = Buffer.concat([
      small.subarray(0, 4),
      // single segment, checksum, dictionary of two bytes, size of one byte
      Buffer.of(0x26, 1, 2, 200),
      // repeated byte, last block
      Buffer.of(0b011 | ((200 << 3) & 0xff), 200 >>> 5, 0, 0x78),
      Buffer.alloc(4),
    ]);
    expect(framesOf(Buffer.concat([frame, small]), 3)).toEqual([`frame ${frame.length}`, `frame ${small.length}`]);
  });
});

const { zstdCompressSync } = zlib as { zstdCompressSync?: (data: Uint8Array) => Buffer };

describe.skipIf(zstdCompressSync === undefined)('decompression by Node', () => {
  const folder = scratchFolder();
  const bytes = sampleBytes(700_001);
  const compress = (data: Uint8Array) => zstdCompressSync?.(data) ?? Buffer.from(data);
  const packed = compress(bytes);
  const open = (content: Uint8Array) =>
    openInput(fileOf(folder, 'image.zst', content), { tempDir: folder, memoryLimit: 0 });

  test('frames of all kinds', async () => {
    const half = bytes.length >> 1;
    const parts = [bytes.subarray(0, half), bytes.subarray(half)].map((part) => compress(part));
    for (const content of [
      packed,
      Buffer.concat([skippable(7), parts[0]!, skippable(70_000), parts[1]!, skippable(0)]),
    ]) {
      const { source, packed: facts } = await open(content);
      expect(await holds(source, bytes)).toBe(true);
      expect(facts).toEqual({ format: 'zstd', packedSize: content.length });
      await source.close?.();
    }
  });

  test('truncated, corrupt, followed by other data', async () => {
    const cut = await open(packed.subarray(0, -5));
    expect(cut.packed?.damage).toMatch(/^its zstd data is truncated: [\d,]+ bytes(?: of 700,001)? came out$/);
    const bad = Buffer.from(packed);
    bad[bad.length - 2]! ^= 0x5a;
    expect((await open(bad)).packed?.damage).toMatch(/^its zstd data is corrupt after byte \d+ of \d+ \(.+\): /);
    const more = await open(Buffer.concat([packed, Buffer.from('other data')]));
    expect(more.packed?.damage).toBe(
      `its zstd data is not all of it (other data follows at byte ${packed.length}): 700,001 bytes came out`,
    );
    expect(await holds(more.source, bytes)).toBe(true);
    await expect(open(packed.subarray(0, 12))).rejects.toThrow(
      `${join(folder, 'image.zst')}: its zstd data is truncated`,
    );
  });
});
