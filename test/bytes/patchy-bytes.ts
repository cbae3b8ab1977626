/** Byte arrays for property tests that look like records on disk: stretches of data between stretches of one byte. */

import fc from 'fast-check';

/** At most about `limit` bytes. */
export function patchyBytes(limit: number): fc.Arbitrary<Uint8Array> {
  const longest = Math.max(1, Math.floor(limit / 8));
  const data = fc.uint8Array({ maxLength: longest, size: 'max' });
  const fill = fc
    .tuple(fc.nat(longest), fc.constantFrom(0, 0, 0, 0xff))
    .map(([length, byte]) => new Uint8Array(length).fill(byte));
  return fc.array(fc.oneof(data, fill), { maxLength: 8, size: 'max' }).map((parts) => {
    const bytes = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  });
}
