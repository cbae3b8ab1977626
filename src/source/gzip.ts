/** What a gzip file tells about itself without unpacking it; RFC 1952. */

/** Bytes that `isGzip` needs to see from the start of a file. */
export const gzipMagicLength = 3;

/** Whether these first bytes of a file are the magic of gzip (1f 8b) with its one method, deflate (08). */
export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b && head[2] === 0x08;
}

/** Length in bytes of the field that `unpackedSizeHint` reads: the last one of a gzip file. */
export const sizeFieldLength = 4;

/**
 * The unpacked size in bytes as the last four bytes of a gzip file state it. Only a hint: it is modulo 2^32, counts
 * the last member alone, and means nothing when the file is padded, cut off or made to deceive.
 */
export function unpackedSizeHint(tail: Uint8Array): number {
  return new DataView(tail.buffer, tail.byteOffset, tail.byteLength).getUint32(0, true);
}
