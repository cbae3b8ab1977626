/** Unpacks compressed blocks with Node's zlib, synchronously. */
import zlib from 'node:zlib';
import { messageOf } from '../error';
import type { Compression, Decompress } from './decompress';
import { zstdFrame } from './zstd-frame';

type Unpack = (packed: Uint8Array, options: { maxOutputLength: number; chunkSize: number }) => Uint8Array;

/** Absent in older versions of Node. */
const { zstdDecompressSync } = zlib as { zstdDecompressSync?: Unpack };

const unpackers: Readonly<Record<Compression, Unpack>> = {
  'deflate-raw': zlib.inflateRawSync,
  zlib: zlib.inflateSync,
  zstd(packed, options) {
    if (zstdDecompressSync === undefined)
      throw new Error(`Node ${process.versions.node} cannot unpack zstd, which Node 22.15, 23.8 and later can`);
    return zstdDecompressSync(zstdFrame(packed), options);
  },
};

export const decompressNode: Decompress = (kind, packed, size) => {
  try {
    // with a little room zlib sees the end of the data without another buffer
    return unpackers[kind](packed, { maxOutputLength: Math.max(size, 1), chunkSize: size + 64 });
  } catch (cause) {
    throw new Error(clause(cause, size), { cause });
  }
};

function clause(error: unknown, size: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_BUFFER_TOO_LARGE') return `it unpacks to more than ${size} bytes`;
  return code === 'Z_BUF_ERROR' ? 'it ends too early' : messageOf(error);
}
