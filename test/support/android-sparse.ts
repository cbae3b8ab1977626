/** Android sparse images in memory. */
import { crc32le } from '../../src/bytes/crc32le';

/** A chunk to write. `count` is in blocks; `total` and `type` replace what belongs there. */
export type ChunkRecipe = (
  | { raw: Uint8Array }
  | { fill: number; count: number }
  | { skip: number }
  | { crc: number }
) & {
  type?: number;
  blocks?: number;
  total?: number;
};

export interface SparseRecipe {
  blockSize?: number;
  /** Blocks of the whole image; default: those of the chunks. */
  blocks?: number;
  /** Fields of the header to replace, by their byte. */
  words?: Readonly<Record<number, number>>;
  halves?: Readonly<Record<number, number>>;
}

/** A sparse image of some chunks. */
export function sparseOf(chunks: readonly ChunkRecipe[], recipe: SparseRecipe = {}): Buffer {
  const { blockSize = 4096, words = {}, halves = {} } = recipe;
  let total = 0;
  const pieces: Buffer[] = [];
  for (const chunk of chunks) {
    const header = Buffer.alloc(12);
    let [type, count, data] = [0xcac1, 0, Buffer.alloc(0)];
    if ('raw' in chunk) [count, data] = [chunk.raw.length / blockSize, Buffer.from(chunk.raw)];
    else if ('skip' in chunk) [type, count] = [0xcac3, chunk.skip];
    else {
      data = Buffer.alloc(4);
      data.writeUInt32LE('fill' in chunk ? chunk.fill : chunk.crc);
      [type, count] = 'fill' in chunk ? [0xcac2, chunk.count] : [0xcac4, 0];
    }
    header.writeUInt16LE(chunk.type ?? type, 0);
    header.writeUInt32LE(chunk.blocks ?? count, 4);
    header.writeUInt32LE(chunk.total ?? 12 + data.length, 8);
    total += count;
    pieces.push(header, data);
  }
  const head = Buffer.alloc(28);
  head.writeUInt32LE(0xed26ff3a, 0);
  head.writeUInt16LE(1, 4);
  head.writeUInt16LE(28, 8);
  head.writeUInt16LE(12, 10);
  head.writeUInt32LE(blockSize, 12);
  head.writeUInt32LE(recipe.blocks ?? total, 16);
  head.writeUInt32LE(chunks.length, 20);
  for (const [at, value] of Object.entries(words)) head.writeUInt32LE(value, Number(at));
  for (const [at, value] of Object.entries(halves)) head.writeUInt16LE(value, Number(at));
  return Buffer.concat([head, ...pieces]);
}

/** The checksum of a whole image. */
export const sparseChecksum = (bytes: Uint8Array): number => crc32le(0, bytes);

/** The part of `image` from block `from` to before `to`, as splitting tools write it. */
export function sparsePart(image: Uint8Array, from: number, to: number, blockSize = 4096): Buffer {
  const blocks = image.length / blockSize;
  return sparseOf(
    [
      ...(from > 0 ? [{ skip: from }] : []),
      { raw: image.subarray(from * blockSize, to * blockSize) },
      ...(to < blocks ? [{ skip: blocks - to }] : []),
    ],
    { blockSize },
  );
}
