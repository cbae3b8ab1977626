/** The lookup table of byte-wise checksums. */

/** The remainder of each byte by a reflected polynomial: 256 signed words. */
export function crcTable(polynomial: number): Int32Array {
  const table = new Int32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let c = byte;
    for (let bit = 0; bit < 8; bit++) c = (c & 1) !== 0 ? (c >>> 1) ^ polynomial : c >>> 1;
    table[byte] = c;
  }
  return table;
}
