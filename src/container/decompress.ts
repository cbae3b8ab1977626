/** The interface by which layers unpack single compressed blocks. */

export type Compression = 'deflate-raw' | 'zlib' | 'zstd';

/**
 * Unpacks one block of at most `size` bytes; bytes after the end of the compressed data are ignored. The result may have
 * fewer bytes than `size`. Rejects with an Error whose message is a clause for damaged data, or if this platform does not
 * have the compression.
 */
export type Decompress = (kind: Compression, packed: Uint8Array, size: number) => Uint8Array | Promise<Uint8Array>;
