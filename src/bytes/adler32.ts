/** Adler-32 — RFC 1950. */

const modulus = 65521;
/** Number of bytes after which the sums still fit into 32 bits. */
const stretch = 5552;

/** The Adler-32 of `bytes[from..to)`, as an unsigned 32-bit number. */
export function adler32(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let a = 1;
  let b = 0;
  for (let at = from; at < to; ) {
    const end = Math.min(to, at + stretch);
    for (; at < end; at++) {
      a += bytes[at]!;
      b += a;
    }
    a %= modulus;
    b %= modulus;
  }
  return b * 65536 + a;
}
