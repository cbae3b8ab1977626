/** Text from bytes that may be anything. */

const decoder = new TextDecoder('utf-8');

/** The text, with U+FFFD for what is no UTF-8; never throws. */
export const decodeUtf8 = (bytes: Uint8Array): string => decoder.decode(bytes);
