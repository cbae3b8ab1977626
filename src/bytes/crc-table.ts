/** The lookup tables of checksums. */

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

/** Tables of 256 words each: table k advances a byte over k further zero bytes. */
export function crcTables(polynomial: number, count: number): Int32Array {
  const t = new Int32Array(count * 256);
  t.set(crcTable(polynomial));
  for (let i = 256; i < t.length; i++) {
    const previous = t[i - 256]!;
    t[i] = t[previous & 255]! ^ (previous >>> 8);
  }
  return t;
}
