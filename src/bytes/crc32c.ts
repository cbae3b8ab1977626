/** CRC-32C (Castagnoli, reflected polynomial 0x82f63b78) as ext4 and jbd2 use it for metadata_csum. */

import { crcTables } from './crc-table';
import { readableByWords, wordsOf } from './words';

// Table k (256 words) advances a byte over k further zero bytes, so 16 bytes need 16 independent lookups.
let byteTables: Int32Array | null = null;
// For each of 16, 32, 64 and 128 zero bytes: four tables of 256 words, one for each byte of the running value, that
// advance it over all of them at once.
let leapTables: Int32Array = new Int32Array(0);
/** Words of the four tables. The largest leap: where its tables start, and its number of bytes. */
const leapWords = 1024;
const largestLeap = 3 * leapWords;
const largestLeapBytes = 128;

/**
 * Continues a checksum over `bytes[from..to)`, clipped to `bytes`, and returns it as an unsigned 32-bit number.
 *
 * Nothing is inverted: formats that start at all ones pass 0xffffffff or -1. The result can be passed to the next call.
 */
export function crc32c(crc: number, bytes: Uint8Array, from = 0, to = bytes.length): number {
  // the argument is always a small integer, otherwise V8 compiles the code twice
  return crc32cSigned(crc | 0, bytes, from, to) >>> 0;
}

/** The same as a signed number, which V8 does not box: for checksums that are only passed to the next call. */
export function crc32cSigned(crc: number, bytes: Uint8Array, from: number, to: number): number {
  const t = byteTables ?? buildTables();
  let at = from < 0 ? 0 : from;
  const end = to > bytes.length ? bytes.length : to;
  let c = crc | 0;

  if (end - at >= 16 && readableByWords(bytes, end)) {
    const base = bytes.byteOffset;
    const words = wordsOf(bytes.buffer, base + end);
    while (((base + at) & 3) !== 0) c = t[(c ^ bytes[at++]) & 255] ^ (c >>> 8);
    const word = (base + at) >>> 2;
    const count = (end - at) >>> 2;
    c = crc32cWords(c, words, word, word + count);
    at += count * 4;
  }
  for (; at < end; at++) c = t[(c ^ bytes[at]) & 255] ^ (c >>> 8);
  return c;
}

/**
 * Continues a checksum over `words[from..to)`, which must exist, on a little-endian machine; signed numbers in and out.
 * It takes four words at a time: more than half of an inode and most of a directory block is zero. A zero word needs no
 * lookup, and a run of zeros needs four for each 128, 64, 32 and 16 bytes. Node 20, Zen 3, inodes of 256 bytes: 98 ns;
 * 125 with two words at a time; 210 without skipping. With each leap written out, V8 compiled for 12 ms instead of 4,
 * and the code was not faster.
 */
export function crc32cWords(crc: number, words: Int32Array, from: number, to: number): number {
  const t = byteTables ?? buildTables();
  const whole = from + ((to - from) & ~3);
  let c = crc;
  let at = from;
  for (; at < whole; at += 4) {
    const first = words[at];
    const second = words[at + 1];
    const third = words[at + 2];
    const fourth = words[at + 3];
    const x = c ^ first;
    c = t[3840 | (x & 255)] ^ t[3584 | ((x >>> 8) & 255)] ^ t[3328 | ((x >>> 16) & 255)] ^ t[3072 | (x >>> 24)];
    // the three lookups are separate statements: they do not wait for the running value
    if (second !== 0)
      c ^=
        t[2816 | (second & 255)] ^
        t[2560 | ((second >>> 8) & 255)] ^
        t[2304 | ((second >>> 16) & 255)] ^
        t[2048 | (second >>> 24)];
    if (third !== 0)
      c ^=
        t[1792 | (third & 255)] ^
        t[1536 | ((third >>> 8) & 255)] ^
        t[1280 | ((third >>> 16) & 255)] ^
        t[1024 | (third >>> 24)];
    if (fourth !== 0)
      c ^=
        t[768 | (fourth & 255)] ^ t[512 | ((fourth >>> 8) & 255)] ^ t[256 | ((fourth >>> 16) & 255)] ^ t[fourth >>> 24];
    if ((first | second | third | fourth) !== 0) continue;
    const start = at + 4;
    while (at + 8 <= whole && (words[at + 4] | words[at + 5] | words[at + 6] | words[at + 7]) === 0) at += 4;
    if (at + 4 > start) c = overZeros(c, (at + 4 - start) * 4, t);
  }
  for (; at < to; at++) c = crc32cWord(c, words[at]);
  return c;
}

/** Continues a checksum over the four bytes of a little-endian word; the result is signed as that of `crc32cSigned`. */
export function crc32cWord(crc: number, word: number): number {
  const t = byteTables ?? buildTables();
  const x = crc ^ word;
  return t[768 | (x & 255)] ^ t[512 | ((x >>> 8) & 255)] ^ t[256 | ((x >>> 16) & 255)] ^ t[x >>> 24];
}

/**
 * Continues a checksum over `count` zero bytes, for formats in which a field counts as zero in the checksum of its
 * record. Returns an unsigned 32-bit number. A negative count counts as 0.
 */
export function crc32cZeros(crc: number, count: number): number {
  return overZeros(crc | 0, count, byteTables ?? buildTables()) >>> 0;
}

/** `t` is the byte tables; the result is a signed 32-bit number. */
function overZeros(crc: number, count: number, t: Int32Array): number {
  const z = leapTables;
  let c = crc;
  let left = count;
  for (let at = largestLeap, bytes = largestLeapBytes; at >= 0; at -= leapWords, bytes >>= 1)
    for (; left >= bytes; left -= bytes)
      c =
        z[at | (c & 255)] ^
        z[at | 256 | ((c >>> 8) & 255)] ^
        z[at | 512 | ((c >>> 16) & 255)] ^
        z[at | 768 | (c >>> 24)];
  for (; left >= 4; left -= 4)
    c = t[768 | (c & 255)] ^ t[512 | ((c >>> 8) & 255)] ^ t[256 | ((c >>> 16) & 255)] ^ t[c >>> 24];
  for (; left > 0; left--) c = t[c & 255] ^ (c >>> 8);
  return c;
}

function buildTables(): Int32Array {
  const t = crcTables(0x82f63b78, 16);
  leapTables = new Int32Array(largestLeap + leapWords);
  for (let at = 0; at <= largestLeap; at += leapWords) fillLeap(leapTables, at, t);
  byteTables = t;
  return t;
}

/** Fills the tables at `at`: the first by 16 steps of one byte, the others by two leaps of the previous tables. */
function fillLeap(z: Int32Array, at: number, t: Int32Array): void {
  for (let lane = 0; lane < 4; lane++) {
    const start = at + lane * 256;
    // skipping zeros is linear over xor, so only the 32 single bits need the loop
    for (let bit = 0; bit < 8; bit++) {
      let c = 1 << (8 * lane + bit);
      if (at === 0) for (let i = 0; i < 16; i++) c = t[c & 255] ^ (c >>> 8);
      else c = leap(z, at - leapWords, leap(z, at - leapWords, c));
      z[start + (1 << bit)] = c;
    }
    for (let byte = 1; byte < 256; byte++) z[start + byte] = z[start + (byte & -byte)] ^ z[start + (byte & (byte - 1))];
  }
}

function leap(z: Int32Array, at: number, c: number): number {
  return (
    z[at | (c & 255)] ^ z[at | 256 | ((c >>> 8) & 255)] ^ z[at | 512 | ((c >>> 16) & 255)] ^ z[at | 768 | (c >>> 24)]
  );
}
