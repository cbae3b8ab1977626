/** The compression formats that kernels unpack, recognised by their first bytes. */

export type Compression = 'gzip' | 'bzip2' | 'lzma' | 'xz' | 'lzo' | 'lz4' | 'lz4-frame' | 'zstd';

const magics: readonly (readonly [Compression, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['gzip', [0x1f, 0x9e]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['lzma', [0x5d, 0x00, 0x00]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['lzo', [0x89, 0x4c, 0x5a, 0x4f, 0x00, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['lz4', [0x02, 0x21, 0x4c, 0x18]],
  ['lz4-frame', [0x04, 0x22, 0x4d, 0x18]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
];

/** Bytes that `compressionOf` needs. */
export const magicLength = 9;

/** The format that begins with these bytes; null if none does. */
export function compressionOf(head: Uint8Array): Compression | null {
  const found = magics.find(([, magic]) => magic.every((byte, i) => head[i] === byte));
  return found === undefined ? null : found[0];
}

/** What the kernel prints if data of a format cannot be unpacked. */
export const unpackMessages: Readonly<Record<Compression, string>> = {
  gzip: 'uncompression error',
  bzip2: 'data integrity error when decompressing',
  lzma: 'LZMA data is corrupt',
  xz: 'XZ-compressed data is corrupt',
  lzo: 'Compressed data violation',
  lz4: 'data corrupted',
  'lz4-frame': 'invalid header',
  zstd: 'ZSTD-compressed data is corrupt',
};
