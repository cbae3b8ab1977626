/** CRC-32C (Castagnoli, reflected polynomial 0x82f63b78) as ext4 and jbd2 use it for metadata_csum. */

import { readableByWords, wordsOf } from './words';

// Table k (of 256 words) advances a byte over k further zero bytes, so that 8 bytes cost 8 independent look-ups.
let byteTables: Int32Array | null = null;
// Four tables of 256 words, one for each byte of the running value, that advance it over that many zero bytes at once.
let zero16: Int32Array = new Int32Array(0);
let zero32: Int32Array = new Int32Array(0);
let zero64: Int32Array = new Int32Array(0);

/**
 * Continues a checksum over `bytes[from..to)` and returns it as an unsigned 32-bit number.
 *
 * Nothing is inverted, neither before nor after: formats that start at all ones pass 0xffffffff (or -1, which is the
 * same 32 bits). The result of one call may be passed on to the next. Parts of the range outside `bytes` do not count.
 */
export function crc32c(crc: number, bytes: Uint8Array, from = 0, to = bytes.length): number {
  // always a small integer there, or its code is made twice
  return crc32cSigned(crc | 0, bytes, from, to) >>> 0;
}

/** The same as a signed number, which V8 keeps without a box: for sums that only go into the next call. */
export function crc32cSigned(crc: number, bytes: Uint8Array, from: number, to: number): number {
  const t = byteTables ?? buildTables();
  let at = from < 0 ? 0 : from;
  const end = to > bytes.length ? bytes.length : to;
  let c = crc | 0;

  if (end - at >= 16 && readableByWords(bytes, end)) {
    const base = bytes.byteOffset;
    const words = wordsOf(bytes.buffer, base + end);
    while (((base + at) & 3) !== 0) c = t[(c ^ bytes[at++]) & 255] ^ (c >>> 8);
    let word = (base + at) >>> 2;
    const lastWord = word + (((end - at) >>> 3) << 1);
    at += (lastWord - word) * 4;

    while (word < lastWord) {
      const first = words[word];
      const second = words[word + 1];
      const x = c ^ first;
      word += 2;
      c = t[1792 | (x & 255)] ^ t[1536 | ((x >>> 8) & 255)] ^ t[1280 | ((x >>> 16) & 255)] ^ t[1024 | (x >>> 24)];
      if ((first | second) !== 0) {
        // Kept apart from the line above: these four do not wait for the running value (a fifth faster on Node 20).
        c ^= t[768 | (second & 255)] ^ t[512 | ((second >>> 8) & 255)];
        c ^= t[256 | ((second >>> 16) & 255)] ^ t[second >>> 24];
        continue;
      }
      // More than half of an inode and most of a directory block is zero. Measured on Node 20 against the byte-wise
      // loop (460 MB/s): half-zero 256-byte records 3.5x, zero blocks 11x, without this skip 2.8x and 3.3x; random
      // 4096-byte blocks 4x either way.
      const runStart = word;
      while (word < lastWord && (words[word] | words[word + 1]) === 0) word += 2;
      if (word > runStart) c = overZeros(c, (word - runStart) * 4, t);
    }
  }
  for (; at < end; at++) c = t[(c ^ bytes[at]) & 255] ^ (c >>> 8);
  return c;
}

/** Continues a checksum over the four bytes of a little-endian word; a signed number as `crc32cSigned` gives it. */
export function crc32cWord(crc: number, word: number): number {
  const t = byteTables ?? buildTables();
  const x = crc ^ word;
  return t[768 | (x & 255)] ^ t[512 | ((x >>> 8) & 255)] ^ t[256 | ((x >>> 16) & 255)] ^ t[x >>> 24];
}

/**
 * Continues a checksum over `count` zero bytes, for formats that take a field as zero while summing the record around
 * it. Returns an unsigned 32-bit number. A negative count is taken as 0.
 */
export function crc32cZeros(crc: number, count: number): number {
  return overZeros(crc | 0, count, byteTables ?? buildTables()) >>> 0;
}

/** `t` is the byte tables; the result is a signed 32-bit number. */
function overZeros(crc: number, count: number, t: Int32Array): number {
  let c = crc;
  let left = count;
  for (; left >= 64; left -= 64) c = leap(c, zero64);
  if (left >= 32) {
    c = leap(c, zero32);
    left -= 32;
  }
  if (left >= 16) {
    c = leap(c, zero16);
    left -= 16;
  }
  if (left >= 8) {
    c = t[1792 | (c & 255)] ^ t[1536 | ((c >>> 8) & 255)] ^ t[1280 | ((c >>> 16) & 255)] ^ t[1024 | (c >>> 24)];
    left -= 8;
  }
  if (left >= 4) {
    c = t[768 | (c & 255)] ^ t[512 | ((c >>> 8) & 255)] ^ t[256 | ((c >>> 16) & 255)] ^ t[c >>> 24];
    left -= 4;
  }
  for (; left > 0; left--) c = t[c & 255] ^ (c >>> 8);
  return c;
}

function leap(c: number, table: Int32Array): number {
  return table[c & 255] ^ table[256 | ((c >>> 8) & 255)] ^ table[512 | ((c >>> 16) & 255)] ^ table[768 | (c >>> 24)];
}

function buildTables(): Int32Array {
  const t = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let c = byte;
    for (let bit = 0; bit < 8; bit++) c = (c & 1) !== 0 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1;
    t[byte] = c;
  }
  for (let i = 256; i < t.length; i++) {
    const previous = t[i - 256];
    t[i] = t[previous & 255] ^ (previous >>> 8);
  }
  zero16 = leapTable((c) => overZeros(overZeros(c, 8, t), 8, t));
  zero32 = leapTable((c) => leap(leap(c, zero16), zero16));
  zero64 = leapTable((c) => leap(leap(c, zero32), zero32));
  byteTables = t;
  return t;
}

/** Skipping zeros is linear over xor, so only the 32 single bits need the slow way. */
function leapTable(advance: (crc: number) => number): Int32Array {
  const table = new Int32Array(4 * 256);
  for (let lane = 0; lane < 4; lane++) {
    const start = lane * 256;
    for (let bit = 0; bit < 8; bit++) table[start + (1 << bit)] = advance(1 << (8 * lane + bit));
    for (let byte = 1; byte < 256; byte++) {
      table[start + byte] = table[start + (byte & -byte)] ^ table[start + (byte & (byte - 1))];
    }
  }
  return table;
}
