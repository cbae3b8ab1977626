/** CRC-32 as gzip and xz use it: the Ethernet polynomial, least significant bit first. */
import { crcTable } from './crc-table';

let table: Int32Array | null = null;

/** Continues a checksum, 0 at the start, over `bytes`; returns an unsigned 32-bit number. */
export function crc32le(crc: number, bytes: Uint8Array): number {
  table ??= crcTable(0xedb88320);
  let c = ~crc;
  for (let at = 0; at < bytes.length; at++) c = table[(c ^ bytes[at]!) & 0xff]! ^ (c >>> 8);
  return ~c >>> 0;
}
