/** File names as text that is safe to print and can be turned back into exactly the bytes it came from. */

import { codePointAt, utf8Length } from './utf8';

/** Bytes of the longest name, so that nothing longer becomes arguments of a call. */
const longestPlain = 255;

/** Whether all bytes are visible ASCII but the backslash, or spaces. */
function isPlain(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    if (byte < 0x20 || byte > 0x7e || byte === 0x5c) return false;
  }
  return true;
}

const encoder = new TextEncoder();

/** Short text of ASCII as bytes, in a fraction of the time that a call of the encoder takes; null for any other. */
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
 * The name `bytes[from..to)` as text. Valid UTF-8 stays as it is, except for what could garble a terminal, a log or a
 * report; `parsePrintableName` undoes it.
 *
 * A backslash becomes `\\`, newline `\n`, tab `\t`; a byte that is not part of valid UTF-8, another control byte or DEL
 * becomes `\xNN`; a control, line-separating or writing-direction character above ASCII becomes `\u{NNNN}`.
 */
export function printableName(bytes: Uint8Array, from = 0, to = bytes.length): string {
  // nearly all names are these, and made at once take a third of the time
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
 * bytes, and a backslash that starts no known escape stands for itself.
 */
export function parsePrintableName(text: string): Uint8Array {
  if (!text.includes('\\')) return asciiBytes(text) ?? encoder.encode(text);
  // An escape is never longer as bytes than as text, and a UTF-16 unit never more than 3 bytes.
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
 * The path of the entry `name` (one printable component) in `directory`. An empty directory gives the name alone, an
 * empty name the directory alone. A slash inside the name, which only a damaged directory can hold, becomes `\x2f`, so
 * that the entry is not taken for one of another directory.
 */
export function joinPath(directory: string, name: string): string {
  const component = name.includes('/') ? name.replaceAll('/', '\\x2f') : name;
  if (directory === '' || component === '') return directory + component;
  return directory.endsWith('/') ? directory + component : `${directory}/${component}`;
}

/** Characters above ASCII that move the cursor, break the line or change the direction of the text around them. */
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
