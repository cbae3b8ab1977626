/**
 * Names as case-insensitive directories hash and compare them: decomposed (NFD), without ignorable code points, with
 * full case folding, by Unicode 12.1, which is the only encoding of ext4.
 *
 * A newer Unicode version in the JavaScript engine changes nothing: code points that are not assigned in 12.1 stay
 * unchanged, and the decomposition of assigned ones is stable.
 */

import { assignedRanges, foldRuns, foldStrings, ignorableRanges } from './casefold-data';
import { firstIndex } from './first-index';
import { codePointAt, utf8Length } from './utf8';

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The first code point that decomposes or is ignorable; below it only ASCII letters and the micro sign fold. */
const firstIgnorable = 0xad;

/** The numbers of a packed table; see casefold-data.ts. */
function unpack(text: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const char of text) {
    const digit = digits.indexOf(char);
    value += (digit & 31) * 2 ** shift;
    shift += 5;
    if (digit > 31) continue;
    numbers.push(value);
    value = 0;
    shift = 0;
  }
  return numbers;
}

/** The starts and ends of ranges, alternating. */
function bounds(text: string): Uint32Array {
  let at = 0;
  return Uint32Array.from(unpack(text), (step) => (at += step));
}

const within = (ranges: Uint32Array, code: number): boolean =>
  firstIndex(0, ranges.length, (i) => ranges[i]! > code) % 2 === 1;

function unpackFolds(): Map<number, string> {
  const folds = new Map<number, string>();
  const runs = unpack(foldRuns);
  for (let i = 0, from = 0; i < runs.length; i += 3) {
    from += runs[i]!;
    const count = runs[i + 1]! >> 1;
    const step = 1 + (runs[i + 1]! & 1);
    const shift = runs[i + 2]! & 1 ? -(runs[i + 2]! + 1) / 2 : runs[i + 2]! / 2;
    for (let k = 0; k < count; k++) folds.set(from + k * step, String.fromCodePoint(from + k * step + shift));
  }
  const strings = unpack(foldStrings);
  for (let i = 0, code = 0; i < strings.length; ) {
    code += strings[i++]!;
    const count = strings[i++]!;
    folds.set(code, String.fromCodePoint(...strings.slice(i, i + count)));
    i += count;
  }
  return folds;
}

interface Tables {
  assigned: Uint32Array;
  ignorable: Uint32Array;
  folds: Map<number, string>;
}

let tables: Tables | null = null;

/** The tables are made for the first name that is not ASCII. */
function theTables(): Tables {
  tables ??= { assigned: bounds(assignedRanges), ignorable: bounds(ignorableRanges), folds: unpackFolds() };
  return tables;
}

/** One letter, decomposed, folded, and decomposed again. */
function expand(code: number, folds: Map<number, string>): string {
  let text = '';
  for (const char of String.fromCodePoint(code).normalize('NFD'))
    text += folds.get(char.codePointAt(0)!)?.normalize('NFD') ?? char;
  return text;
}

/**
 * A byte that continues no character becomes a lone surrogate in text. The kernel accepts it as part of the character
 * before it, which matters for the order of marks.
 */
const strayBase = 0xdc00;
const isContinuation = (byte: number): boolean => (byte & 0xc0) === 0x80;
/** A mark of the lowest class and one of the highest. */
const [lowest, highest] = ['\u0334', '\u0345'];

const swaps = (first: string, second: string): boolean => (first + second).normalize('NFD') !== first + second;
const isMark = (char: string): boolean => swaps(char, lowest!) || swaps(highest!, char);

/**
 * The kernel's order of marks and stray bytes: it scans once for each class of marks, and each scan outputs every stray
 * byte.
 */
function scanned(items: readonly string[], marks: ReadonlySet<string>): string {
  const classes = new Map<string, number>();
  let count = 0;
  let previous = '';
  for (const mark of items
    .filter((item) => marks.has(item))
    .join('')
    .normalize('NFD')) {
    if (previous !== '' && swaps(mark, previous)) count++;
    classes.set(mark, count);
    previous = mark;
  }
  let text = '';
  for (let scan = -1; scan <= count; scan++)
    for (const item of items) if ((classes.get(item) ?? scan) === scan) text += item;
  return text;
}

/** Decomposed text with its marks in canonical order. */
function inOrder(run: string, strays: number): string {
  if (strays === 0) return run.normalize('NFD');
  const marks = new Set(Array.from(run).filter(isMark));
  let text = '';
  let row: string[] = [];
  const flush = () => {
    text += row.length > 0 ? scanned(row, marks) : '';
    row = [];
  };
  for (const char of run) {
    const unit = char.charCodeAt(0);
    const stray = char.length === 1 && unit >= strayBase && unit < 0xe000;
    if (marks.has(char) || (stray && row.length > 0)) row.push(char);
    else {
      flush();
      text += char;
    }
  }
  flush();
  return text;
}

/** Folds names into one buffer that all calls share. */
export class NameFolder {
  /** The folded name of the last call, in UTF-8; a name of 255 bytes gives less than 1,024. */
  readonly bytes = new Uint8Array(4096);
  private readonly encoder = new TextEncoder();

  /**
   * Folds the name `name[from..to)` into `bytes` and returns the length of the result, or -1 when the name is not
   * UTF-8; such a name is hashed and compared unchanged. As in the kernel, a NUL ends the name, and stray continuation
   * bytes are accepted. Two names are equal when their folded forms are equal.
   */
  fold(name: Uint8Array, from: number, to: number): number {
    let length = 0;
    for (let at = from; at < to; at++) {
      const byte = name[at]!;
      if (byte >= 0x80 || length === this.bytes.length) return this.foldBeyondAscii(name, from, to);
      if (byte === 0) break;
      this.bytes[length++] = byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
    }
    return length;
  }

  private foldBeyondAscii(name: Uint8Array, from: number, to: number): number {
    const { assigned, ignorable, folds } = theTables();
    let text = '';
    // marks are sorted between letters, ignorable and unassigned code points, and never across these
    let run = '';
    let strays = 0;
    for (let at = from; at < to; ) {
      const code = codePointAt(name, at, to);
      if (code === 0) break;
      if (code < 0) {
        if (at === from || !isContinuation(name[at]!)) return -1;
        run += String.fromCharCode(strayBase + name[at++]!);
        strays++;
        continue;
      }
      at += utf8Length(code);
      const plain = code < firstIgnorable;
      if (!plain && within(ignorable, code)) {
        text += inOrder(run, strays);
        run = '';
      } else if (plain || within(assigned, code)) {
        run += plain ? (folds.get(code) ?? String.fromCharCode(code)) : expand(code, folds);
      } else {
        text += inOrder(run, strays) + String.fromCodePoint(code);
        run = '';
      }
    }
    text += inOrder(run, strays);
    return strays > 0 ? this.encodeStrays(text) : this.encoder.encodeInto(text, this.bytes).written;
  }

  private encodeStrays(text: string): number {
    let length = 0;
    for (const char of text) {
      const stray = char.charCodeAt(0) - strayBase;
      if (char.length > 1 || stray < 0x80 || stray > 0xbf)
        length += this.encoder.encodeInto(char, this.bytes.subarray(length)).written;
      else if (length < this.bytes.length) this.bytes[length++] = stray;
    }
    return length;
  }
}

/** Whether the name `name[from..to)`, up to the first NUL, is UTF-8, which strict mode requires. */
export function isUtf8Name(name: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to && name[at] !== 0; ) {
    const code = codePointAt(name, at, to);
    if (code < 0) return false;
    at += utf8Length(code);
  }
  return true;
}
