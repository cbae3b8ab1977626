/** Decodes text from bytes that may hold anything. */

const decoder = new TextDecoder('utf-8');

/** The text, with U+FFFD for invalid UTF-8; never throws. */
export const decodeUtf8 = (bytes: Uint8Array): string => decoder.decode(bytes);

/** The text before the first NUL, or all of it. */
export function cString(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decodeUtf8(end < 0 ? bytes : bytes.subarray(0, end));
}
