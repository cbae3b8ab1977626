/** Byte text: one character for each byte, as file names may have any encoding. */
import { printableName } from '../bytes/names';

const decoder = new TextDecoder();
/** Most bytes that are passed as arguments of one call. */
const pieceBytes = 8192;

function isAscii(bytes: Uint8Array): boolean {
  let any = 0;
  for (let i = 0; i < bytes.length; i++) any |= bytes[i]!;
  return any < 0x80;
}

export function byteText(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const piece = bytes.subarray(at, at + pieceBytes);
    // ASCII is the same in UTF-8 and the most common case, and the decoder is much faster than arguments
    pieces.push(isAscii(piece) ? decoder.decode(piece) : String.fromCharCode(...piece));
  }
  return pieces.join('');
}

/** The bytes again; characters above 255, which `byteText` never makes, lose their high bits. */
export function textBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Byte text as reports show it. */
export const shown = (text: string): string => printableName(textBytes(text.length > 80 ? text.slice(0, 80) : text));

/** Names of visible ASCII without a backslash, separated by single slashes: printable without changes. */
const plainPath = /^[ -.0-[\]-~]+(?:\/[ -.0-[\]-~]+)*$/;
const dotName = /(?:^|\/)\.{1,2}(?:\/|$)/;

/**
 * A path of byte text as an absolute, printable one: `.`, empty names and the leading slash are ignored. Null if it
 * contains a NUL or `..`.
 */
export function absolutePath(text: string): string | null {
  const plain = text.slice(text.startsWith('./') ? 2 : text.startsWith('/') ? 1 : 0);
  if (plainPath.test(plain) && !dotName.test(plain)) return `/${plain}`;
  if (text.includes('\0')) return null;
  const names = text.split('/').filter((name) => name !== '' && name !== '.');
  if (names.includes('..')) return null;
  return `/${names.map((name) => printableName(textBytes(name))).join('/')}`;
}
