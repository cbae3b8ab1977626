/** Text of bytes: what names files may be in no encoding, so it is parsed with one character for each byte. */
import { printableName } from '../bytes/names';

/** Text of one character for each byte. */
export function byteText(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 8192)
    pieces.push(String.fromCharCode(...bytes.subarray(at, Math.min(at + 8192, bytes.length))));
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

/**
 * A path of byte text as an absolute, printable one: `.`, empty names and the leading slash make no difference. Null
 * where it holds a NUL or leads upwards with `..`.
 */
export function absolutePath(text: string): string | null {
  if (text.includes('\0')) return null;
  const names = text.split('/').filter((name) => name !== '' && name !== '.');
  if (names.includes('..')) return null;
  return `/${names.map((name) => printableName(textBytes(name))).join('/')}`;
}
