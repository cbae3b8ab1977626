/** Lines of a text file of unknown encoding, as bytes and as printable text. */
import { isAllZero } from '../../bytes/bitmap';
import { printableName } from '../../bytes/names';

const newline = 0x0a;
const backslash = 0x5c;
const decoder = new TextDecoder();

/** `bytes[from..to)` as printable text; plain ASCII, which is nearly all there is, at the speed of the decoder. */
export function printable(bytes: Uint8Array, from: number, to: number): string {
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    if (byte < 0x20 || byte > 0x7e || byte === backslash) return printableName(bytes, from, to);
  }
  return decoder.decode(bytes.subarray(from, to));
}

/** Walks over lines without copying them: `start` and `end` are the line's place, its newline not counted. */
export class Lines {
  start = 0;
  end = -1;
  /** From 1. */
  number = 0;

  constructor(readonly bytes: Uint8Array) {}

  /** Moves to the next line; false behind the last one. */
  next(): boolean {
    const from = this.end + 1;
    if (from >= this.bytes.length) return false;
    const to = this.bytes.indexOf(newline, from);
    this.start = from;
    this.end = to < 0 ? this.bytes.length : to;
    this.number++;
    return true;
  }

  get length(): number {
    return this.end - this.start;
  }

  /** The byte at `at` of the line; undefined behind its end. */
  byte(at: number): number | undefined {
    return at < this.length ? this.bytes[this.start + at] : undefined;
  }

  /** The line from `at` on, printable. */
  text(at = 0): string {
    return printable(this.bytes, this.start + at, this.end);
  }
}

/** How NUL bytes are in a text that can have none; null where there are none. */
export function nulFault(bytes: Uint8Array): string | null {
  const at = bytes.indexOf(0);
  if (at < 0) return null;
  if (at === 0 && isAllZero(bytes, 0, bytes.length)) return `all of its ${bytes.length} bytes are NUL`;
  let end = at;
  while (end < bytes.length && bytes[end] === 0) end++;
  return `bytes ${at} to ${end - 1} are NUL`;
}
