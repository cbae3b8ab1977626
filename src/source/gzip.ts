/** What a gzip file states about itself; RFC 1952. */

/** Number of bytes from the start of a file that `isGzip` needs. */
export const gzipMagicLength = 3;

/** Whether the first bytes of a file are the magic of gzip (1f 8b) with its only method, deflate (08). */
export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b && head[2] === 0x08;
}

/** Length in bytes of the field that `unpackedSizeHint` reads, at the end of a gzip file. */
export const sizeFieldLength = 4;

/**
 * The decompressed size in bytes by the last four bytes of a gzip file. Only a hint: it is modulo 2^32, covers only the
 * last member, and is meaningless when the file is padded, truncated or manipulated.
 */
export function unpackedSizeHint(tail: Uint8Array): number {
  return new DataView(tail.buffer, tail.byteOffset, tail.byteLength).getUint32(0, true);
}
