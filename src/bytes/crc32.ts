/** CRC-32 of polynomial 0x04c11db7, most significant bit first, as version 1 of jbd2's checksums uses it. */

let table: Int32Array | null = null;

function buildTable(): Int32Array {
  const built = new Int32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let c = byte << 24;
    for (let bit = 0; bit < 8; bit++) c = c < 0 ? (c << 1) ^ 0x04c11db7 : c << 1;
    built[byte] = c;
  }
  return built;
}

/** Continues a checksum over `bytes` and returns it as an unsigned 32-bit number. Nothing is inverted. */
export function crc32(crc: number, bytes: Uint8Array): number {
  table ??= buildTable();
  let c = crc | 0;
  for (let at = 0; at < bytes.length; at++) c = (c << 8) ^ table[(c >>> 24) ^ bytes[at]!]!;
  return c >>> 0;
}
