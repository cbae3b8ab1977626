/** Decodes UTF-8 from arbitrary bytes. */

/**
 * The code point whose UTF-8 form starts at `at`; -1 for invalid UTF-8: truncated, overlong, a surrogate, too large.
 */
export function codePointAt(bytes: Uint8Array, at: number, to: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return first;
  if (first < 0xc2 || first > 0xf4) return -1;
  const second = at + 1 < to ? bytes[at + 1]! : 0;
  if ((second & 0xc0) !== 0x80) return -1;
  if (first < 0xe0) return ((first & 0x1f) << 6) | (second & 0x3f);
  const third = at + 2 < to ? bytes[at + 2]! : 0;
  if ((third & 0xc0) !== 0x80) return -1;
  if (first < 0xf0) {
    const code = ((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f);
    return code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? -1 : code;
  }
  const fourth = at + 3 < to ? bytes[at + 3]! : 0;
  if ((fourth & 0xc0) !== 0x80) return -1;
  const code = ((first & 0x07) << 18) | ((second & 0x3f) << 12) | ((third & 0x3f) << 6) | (fourth & 0x3f);
  return code < 0x10000 || code > 0x10ffff ? -1 : code;
}

export const utf8Length = (code: number): number => (code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4);
