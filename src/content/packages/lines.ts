/** Lines of a text file with unknown encoding, as bytes and as printable text. */
import { isAllZero } from '../../bytes/bitmap';
import { printableName } from '../../bytes/names';
import { Turns } from '../../source/turns';
import { demand } from './package-file';

const newline = 0x0a;
const backslash = 0x5c;
const decoder = new TextDecoder();

/** `bytes[from..to)` as printable text; fast for plain ASCII, the most common case. */
export function printable(bytes: Uint8Array, from: number, to: number): string {
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    if (byte < 0x20 || byte > 0x7e || byte === backslash) return printableName(bytes, from, to);
  }
  return decoder.decode(bytes.subarray(from, to));
}

/** Lines between two looks at the clock. */
const linesPerLook = 64;

/** Iterates over lines without copying them: `start` and `end` are the offsets of the line, without its newline. */
export class Lines {
  start = 0;
  end = -1;
  /** From 1. */
  number = 0;

  constructor(
    readonly bytes: Uint8Array,
    private readonly turns = new Turns(),
  ) {}

  /** Whether there is another line, which is then the current one; with a turn of the event loop where one is due. */
  next(): boolean | Promise<boolean> {
    const due = this.number % linesPerLook === 0 ? this.turns.due() : undefined;
    return due === undefined ? this.advance() : due.then(() => this.advance());
  }

  private advance(): boolean {
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

  /** The byte at offset `at` of the line; undefined after its end. */
  byte(at: number): number | undefined {
    return at < this.length ? this.bytes[this.start + at] : undefined;
  }

  /** The line from offset `at`, printable. */
  text(at = 0): string {
    return printable(this.bytes, this.start + at, this.end);
  }
}

/** Which bytes of a text are NUL, as a clause; null if none is. */
export function nulFault(bytes: Uint8Array): string | null {
  const at = bytes.indexOf(0);
  if (at < 0) return null;
  if (at === 0 && isAllZero(bytes, 0, bytes.length)) return `all of its ${bytes.length} bytes are NUL`;
  let end = at;
  while (end < bytes.length && bytes[end] === 0) end++;
  return `bytes ${at} to ${end - 1} are NUL`;
}

/** @throws DatabaseError if a text contains NUL bytes */
export function requireNoNul(bytes: Uint8Array): void {
  const fault = nulFault(bytes);
  demand(fault === null, fault ?? '');
}
