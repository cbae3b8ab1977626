/** CRC-16 (ANSI, reflected polynomial 0xa001) as ext4 uses it for group descriptors without metadata_csum. */
import { crcTable } from './crc-table';

let table: Int32Array | null = null;

/**
 * Continues a checksum over `bytes[from..to)`, clipped to `bytes`, and returns it as a number from 0 to 0xffff. Nothing
 * is inverted: ext4 starts at 0xffff and stores the result unchanged.
 */
export function crc16(crc: number, bytes: Uint8Array, from = 0, to = bytes.length): number {
  table ??= crcTable(0xa001);
  const t = table;
  const end = Math.min(to, bytes.length);
  let c = crc & 0xffff;
  for (let at = Math.max(from, 0); at < end; at++) c = t[(c ^ bytes[at]) & 255] ^ (c >>> 8);
  return c;
}
