/** CRC-16 (ANSI, reflected polynomial 0xa001) as ext4 uses it for group descriptors without metadata_csum. */

let table: Uint16Array | null = null;

/**
 * Continues a checksum over `bytes[from..to)` and returns it as a number from 0 to 0xffff.
 *
 * Nothing is inverted: ext4 starts at 0xffff and stores the last value as it is. Parts of the range outside `bytes` do
 * not count.
 */
export function crc16(crc: number, bytes: Uint8Array, from = 0, to = bytes.length): number {
  const t = table ?? buildTable();
  const end = Math.min(to, bytes.length);
  let c = crc & 0xffff;
  for (let at = Math.max(from, 0); at < end; at++) c = t[(c ^ bytes[at]) & 255] ^ (c >>> 8);
  return c;
}

function buildTable(): Uint16Array {
  const t = new Uint16Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let c = byte;
    for (let bit = 0; bit < 8; bit++) c = (c & 1) !== 0 ? (c >>> 1) ^ 0xa001 : c >>> 1;
    t[byte] = c;
  }
  table = t;
  return t;
}
