/** CRC-32 as gzip and xz use it: the Ethernet polynomial, least significant bit first. */
import { crcTables } from './crc-table';

let tables: Int32Array | null = null;

/**
 * Continues a checksum, 0 at the start, over `bytes`; returns an unsigned 32-bit number. Eight bytes are taken at a time,
 * because an initramfs can have 1 GiB: 1.2 ns a byte on Node 24 and Zen 3, 2.6 ns with one at a time.
 */
export function crc32le(crc: number, bytes: Uint8Array): number {
  tables ??= crcTables(0xedb88320, 8);
  const t = tables;
  const whole = bytes.length & ~7;
  let c = ~crc;
  let at = 0;
  for (; at < whole; at += 8) {
    c ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    c =
      t[1792 | (c & 255)]! ^
      t[1536 | ((c >>> 8) & 255)]! ^
      t[1280 | ((c >>> 16) & 255)]! ^
      t[1024 | (c >>> 24)]! ^
      t[768 | bytes[at + 4]!]! ^
      t[512 | bytes[at + 5]!]! ^
      t[256 | bytes[at + 6]!]! ^
      t[bytes[at + 7]!]!;
  }
  for (; at < bytes.length; at++) c = t[(c ^ bytes[at]!) & 255]! ^ (c >>> 8);
  return ~c >>> 0;
}
