/** CRC-32 as gzip and xz use it: the polynomial of Ethernet, least significant bit first. */

let table: Int32Array | null = null;

function buildTable(): Int32Array {
  const built = new Int32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let c = byte;
    for (let bit = 0; bit < 8; bit++) c = (c & 1) !== 0 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
    built[byte] = c;
  }
  return built;
}

/** Continues a checksum, 0 at the start, over `bytes`; an unsigned 32-bit number. */
export function crc32le(crc: number, bytes: Uint8Array): number {
  table ??= buildTable();
  let c = ~crc;
  for (let at = 0; at < bytes.length; at++) c = table[(c ^ bytes[at]!) & 0xff]! ^ (c >>> 8);
  return ~c >>> 0;
}
