/** File names as text that is safe to print and can be converted back into the exact bytes. */

import { codePointAt, utf8Length } from './utf8';

/** Bytes of the longest name that is passed as arguments of one call. */
const longestPlain = 255;

/** Whether all bytes are spaces or visible ASCII except the backslash. */
function isPlain(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    if (byte < 0x20 || byte > 0x7e || byte === 0x5c) return false;
  }
  return true;
}

const encoder = new TextEncoder();

/** Short ASCII text as bytes, much faster than the encoder; null for other text. */
function asciiBytes(text: string): Uint8Array | null {
  if (text.length > longestPlain) return null;
  const bytes = new Uint8Array(text.length);
  let any = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    any |= code;
    bytes[i] = code;
  }
  return any < 0x80 ? bytes : null;
}

const ESCAPE = /\\(?:\\|n|t|x([0-9a-fA-F]{2})|u\{([0-9a-fA-F]{1,6})\})/g;

/**
 * The name `bytes[from..to)` as text. Valid UTF-8 stays unchanged, except for what could garble a terminal, a log or a
 * report; `parsePrintableName` reverses it.
 *
 * A backslash becomes `\\`, newline `\n`, tab `\t`; a byte that is not part of valid UTF-8, another control byte or DEL
 * becomes `\xNN`; a control, line-separating or writing-direction character above ASCII becomes `\u{NNNN}`.
 */
export function printableName(bytes: Uint8Array, from = 0, to = bytes.length): string {
  // most names are like this, and this takes a third of the time
  if (to - from <= longestPlain && isPlain(bytes, from, to))
    return String.fromCharCode.apply(null, bytes.subarray(from, to) as unknown as number[]);
  let text = '';
  let at = from;
  while (at < to) {
    const code = codePointAt(bytes, at, to);
    if (code < 0) {
      text += escapedByte(bytes[at]);
      at++;
    } else if (code < 0x80) {
      text += code > 0x1f && code !== 0x7f && code !== 0x5c ? String.fromCharCode(code) : escapedAscii(code);
      at++;
    } else {
      text += isUnsafe(code) ? `\\u{${code.toString(16)}}` : String.fromCodePoint(code);
      at += utf8Length(code);
    }
  }
  return text;
}

/**
 * The bytes of a name as `printableName` writes it, or as a person types it: text without escapes gives its UTF-8
 * bytes, and a backslash that starts no known escape is a backslash.
 */
export function parsePrintableName(text: string): Uint8Array {
  if (!text.includes('\\')) return asciiBytes(text) ?? encoder.encode(text);
  // An escape never has more bytes than characters, and a UTF-16 unit never more than 3 bytes.
  const bytes = new Uint8Array(text.length * 3);
  let length = 0;
  let done = 0;
  const add = (part: string) => {
    length += encoder.encodeInto(part, bytes.subarray(length)).written;
  };
  for (const match of text.matchAll(ESCAPE)) {
    const [sequence, byteDigits, codeDigits] = match;
    add(text.slice(done, match.index));
    done = match.index + sequence.length;
    if (byteDigits !== undefined) bytes[length++] = Number.parseInt(byteDigits, 16);
    else if (codeDigits !== undefined) add(characterOf(Number.parseInt(codeDigits, 16)) ?? sequence);
    else add(sequence === '\\n' ? '\n' : sequence === '\\t' ? '\t' : '\\');
  }
  add(text.slice(done));
  return bytes.slice(0, length);
}

/**
 * The path of the entry `name` (one printable component) in `directory`. An empty directory gives only the name, an
 * empty name only the directory. A slash inside the name, which only a damaged directory can have, becomes `\x2f`, so
 * that the entry does not look like one of another directory.
 */
export function joinPath(directory: string, name: string): string {
  const component = name.includes('/') ? name.replaceAll('/', '\\x2f') : name;
  if (directory === '' || component === '') return directory + component;
  return directory.endsWith('/') ? directory + component : `${directory}/${component}`;
}

/** Whether a character above ASCII moves the cursor, breaks the line or changes the direction of text. */
function isUnsafe(code: number): boolean {
  if (code <= 0x9f) return true;
  if (code < 0x61c) return false;
  return (
    code === 0x61c ||
    code === 0x200e ||
    code === 0x200f ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069) ||
    code === 0xfeff
  );
}

function escapedAscii(code: number): string {
  if (code === 0x5c) return '\\\\';
  if (code === 0x0a) return '\\n';
  return code === 0x09 ? '\\t' : escapedByte(code);
}

function escapedByte(byte: number): string {
  return byte < 16 ? `\\x0${byte.toString(16)}` : `\\x${byte.toString(16)}`;
}

function characterOf(code: number): string | null {
  return code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? null : String.fromCodePoint(code);
}

/** The same for text up to its first NUL, or all of it without one: a field of fixed length, such as a label. */
export function printableField(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return printableName(bytes, 0, end < 0 ? bytes.length : end);
}
