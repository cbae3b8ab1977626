/** Sets of small integers, one bit each, laid out as ext block and inode bitmaps are on disk. */

import { readableByWords, wordsOf } from './words';

/**
 * A fixed number of bits, all clear at first. Bit `i` is bit `i % 32` of word `i / 32`, which on little-endian machines
 * is bit `i % 8` of byte `i / 8`. So bitmap blocks can be copied into `words.buffer` unchanged.
 *
 * Indexes are integers below 2^53. A bit outside the bitmap is never set and reads as clear; ranges are clipped to the
 * bitmap. Bits of the last word after `size` do not belong to the bitmap and may have any value.
 */
export class Bitmap {
  readonly words: Int32Array<ArrayBuffer>;

  /**
   * `size` is the number of bits.
   * @throws RangeError when there is not enough memory.
   */
  constructor(readonly size: number) {
    this.words = new Int32Array(Math.ceil(size / 32));
  }

  test(i: number): boolean {
    if (!(i >= 0 && i < this.size)) return false;
    return ((this.words[wordIndex(i)] >>> (i & 31)) & 1) !== 0;
  }

  set(i: number): void {
    if (i >= 0 && i < this.size) this.words[wordIndex(i)] |= 1 << (i & 31);
  }

  clear(i: number): void {
    if (i >= 0 && i < this.size) this.words[wordIndex(i)] &= ~(1 << (i & 31));
  }

  /** Sets a bit and returns whether it was set before; false for an index outside. */
  testAndSet(i: number): boolean {
    if (!(i >= 0 && i < this.size)) return false;
    const word = wordIndex(i);
    const bit = 1 << (i & 31);
    const old = this.words[word];
    this.words[word] = old | bit;
    return (old & bit) !== 0;
  }

  setRange(from: number, count: number): void {
    const start = Math.max(from, 0);
    const end = Math.min(from + count, this.size);
    if (!(start < end)) return;
    const first = wordIndex(start);
    const last = wordIndex(end - 1);
    if (first === last) {
      this.words[first] |= maskFrom(start) & maskTo(end);
      return;
    }
    this.words[first] |= maskFrom(start);
    this.words.fill(-1, first + 1, last);
    this.words[last] |= maskTo(end);
  }

  /** Sets each bit of the range that is set in `other`. Both bitmaps must have the same size. */
  takeRange(other: Bitmap, from: number, count: number): void {
    const start = Math.max(from, 0);
    const end = Math.min(from + count, this.size);
    if (!(start < end)) return;
    const first = wordIndex(start);
    const last = wordIndex(end - 1);
    if (first === last) {
      this.words[first] |= other.words[first]! & maskFrom(start) & maskTo(end);
      return;
    }
    this.words[first] |= other.words[first]! & maskFrom(start);
    for (let word = first + 1; word < last; word++) this.words[word] |= other.words[word]!;
    this.words[last] |= other.words[last]! & maskTo(end);
  }

  /**
   * Sets the bits from `at` for which the first `count` bits of `bytes`, lowest first, are set. The range must be
   * inside the bitmap.
   */
  takeBytes(at: number, bytes: Uint8Array, count: number): void {
    const { words } = this;
    for (let done = 0; done < count; done += 8) {
      let byte = bytes[done >> 3]!;
      if (byte === 0) continue;
      if (count - done < 8) byte &= (1 << (count - done)) - 1;
      const bit = at + done;
      const word = wordIndex(bit);
      const shift = bit & 31;
      words[word]! |= byte << shift;
      if (shift > 24) words[word + 1]! |= byte >>> (32 - shift);
    }
  }

  anyInRange(from: number, count: number): boolean {
    const start = Math.max(from, 0);
    const end = Math.min(from + count, this.size);
    if (!(start < end)) return false;
    const first = wordIndex(start);
    const last = wordIndex(end - 1);
    if (first === last) return (this.words[first] & maskFrom(start) & maskTo(end)) !== 0;
    if ((this.words[first] & maskFrom(start)) !== 0) return true;
    for (let word = first + 1; word < last; word++) if (this.words[word] !== 0) return true;
    return (this.words[last] & maskTo(end)) !== 0;
  }

  /** The number of set bits in [from, to). */
  count(from = 0, to = this.size): number {
    const start = Math.max(from, 0);
    const end = Math.min(to, this.size);
    if (!(start < end)) return 0;
    const first = wordIndex(start);
    const last = wordIndex(end - 1);
    if (first === last) return popcount32(this.words[first] & maskFrom(start) & maskTo(end));
    let total = popcount32(this.words[first] & maskFrom(start)) + popcount32(this.words[last] & maskTo(end));
    for (let word = first + 1; word < last; word++) total += popcount32(this.words[word]);
    return total;
  }
}

/**
 * Visits, in ascending order, each longest run [start, end) of bits in [from, to) that are set in one bitmap and clear
 * in the other, always the same one within a run; `inA` reports which. Bits after the end of the smaller bitmap are
 * ignored.
 */
export function differingRuns(
  a: Bitmap,
  b: Bitmap,
  from: number,
  to: number,
  visit: (start: number, end: number, inA: boolean) => void,
): void {
  const begin = Math.max(from, 0);
  const stop = Math.min(to, a.size, b.size);
  if (!(begin < stop)) return;
  const first = wordIndex(begin);
  const last = wordIndex(stop - 1);
  let runStart = 0;
  let runEnd = 0;
  let runInA = false;

  for (let word = first; word <= last; word++) {
    const inA = a.words[word];
    let rest = inA ^ b.words[word];
    if (rest === 0) continue;
    if (word === first) rest &= maskFrom(begin);
    if (word === last) rest &= maskTo(stop);
    while (rest !== 0) {
      const low = trailingZeros(rest);
      const side = ((inA >>> low) & 1) !== 0;
      const length = trailingZeros(~((rest & (side ? inA : ~inA)) >>> low));
      const start = word * 32 + low;
      if (start !== runEnd || side !== runInA) {
        if (runEnd > runStart) visit(runStart, runEnd, runInA);
        runStart = start;
        runInA = side;
      }
      runEnd = start + length;
      rest = low + length < 32 ? rest & (-1 << (low + length)) : 0;
    }
  }
  if (runEnd > runStart) visit(runStart, runEnd, runInA);
}

/** Whether every byte of `bytes[from..to)`, clipped to `bytes`, is 0. True for an empty range. */
export function isAllZero(bytes: Uint8Array, from = 0, to = bytes.length): boolean {
  return isAll(bytes, from, to, 0);
}

/** Whether every byte of `bytes[from..to)`, clipped to `bytes`, is 0xff. True for an empty range. */
export function allOnes(bytes: Uint8Array, from = 0, to = bytes.length): boolean {
  return isAll(bytes, from, to, -1);
}

/** The number of set bits among the low 32 of `n`. */
export function popcount32(n: number): number {
  let x = (n - ((n >>> 1) & 0x55555555)) | 0;
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** `pattern` is 0 or -1. All its bytes are equal, so alignment does not matter. */
function isAll(bytes: Uint8Array, from: number, to: number, pattern: number): boolean {
  const end = Math.min(to, bytes.length);
  const byte = pattern & 255;
  let at = Math.max(from, 0);
  if (end - at >= 16 && readableByWords(bytes, end)) {
    const base = bytes.byteOffset;
    const words = wordsOf(bytes.buffer, base + end);
    for (; ((base + at) & 3) !== 0; at++) if (bytes[at] !== byte) return false;
    let word = (base + at) >>> 2;
    const lastWord = (base + end) >>> 2;
    at += (lastWord - word) * 4;
    for (; word + 4 <= lastWord; word += 4) {
      const left = (words[word] ^ pattern) | (words[word + 1] ^ pattern);
      const right = (words[word + 2] ^ pattern) | (words[word + 3] ^ pattern);
      if ((left | right) !== 0) return false;
    }
    for (; word < lastWord; word++) if (words[word] !== pattern) return false;
  }
  for (; at < end; at++) if (bytes[at] !== byte) return false;
  return true;
}

/** Shifts are faster than divisions but only work for indexes below 2^32. */
function wordIndex(i: number): number {
  return i <= 0xffffffff ? i >>> 5 : Math.floor(i / 32);
}

/** A mask of the bits of a word from index `i` upwards. */
function maskFrom(i: number): number {
  return -1 << (i & 31);
}

/** A mask of the bits of a word below index `end`; all bits when `end` is the start of the next word. */
function maskTo(end: number): number {
  return -1 >>> (-end & 31);
}

/** 32 for 0. */
function trailingZeros(n: number): number {
  return n === 0 ? 32 : 31 - Math.clz32(n & -n);
}
