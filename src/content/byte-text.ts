/** Text of bytes: what names files may be in no encoding, so it is parsed with one character for each byte. */
import { printableName } from '../bytes/names';

const decoder = new TextDecoder();
/** As many as can be arguments of a call. */
const pieceBytes = 8192;

function isAscii(bytes: Uint8Array): boolean {
  let any = 0;
  for (let i = 0; i < bytes.length; i++) any |= bytes[i]!;
  return any < 0x80;
}

/** Text of one character for each byte. */
export function byteText(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const piece = bytes.subarray(at, at + pieceBytes);
    // ASCII is alike in both, and nearly all there is; argument by argument took a third of reading a manifest
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

/** Byte text in the form in which reports show it. */
export const shown = (text: string): string => printableName(textBytes(text.length > 80 ? text.slice(0, 80) : text));

/** Names of visible ASCII without a backslash, one slash between them: printable as they are. */
const plainPath = /^[ -.0-[\]-~]+(?:\/[ -.0-[\]-~]+)*$/;
const dotName = /(?:^|\/)\.{1,2}(?:\/|$)/;

/**
 * A path of byte text as an absolute, printable one: `.`, empty names and the leading slash make no difference. Null
 * where it holds a NUL or leads upwards with `..`.
 */
export function absolutePath(text: string): string | null {
  const plain = text.slice(text.startsWith('./') ? 2 : text.startsWith('/') ? 1 : 0);
  if (plainPath.test(plain) && !dotName.test(plain)) return `/${plain}`;
  if (text.includes('\0')) return null;
  const names = text.split('/').filter((name) => name !== '' && name !== '.');
  if (names.includes('..')) return null;
  return `/${names.map((name) => printableName(textBytes(name))).join('/')}`;
}
