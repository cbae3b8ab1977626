/** The hashes that sort the names of an indexed (htree) directory of ext3 and ext4. */

/** Hash versions as in `dx_root_info.hash_version`; 2 is TEA, 3 to 5 exist in memory only (see {@link dirHash}). */
const HASH_LEGACY = 0;
const HASH_HALF_MD4 = 1;
const HASH_LEGACY_UNSIGNED = 3;
const HASH_TEA_UNSIGNED = 5;

const DEFAULT_SEED = Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);

const state = new Int32Array(4);
const block = new Int32Array(8);

/** Whether {@link dirHash} can compute this version. */
export function isSupportedHash(version: number): boolean {
  return Number.isInteger(version) && version >= HASH_LEGACY && version <= HASH_TEA_UNSIGNED;
}

/**
 * The major hash of the name `name[from..to)`: an unsigned 32-bit number with bit 0 clear.
 *
 * Versions 0 (legacy), 1 (half MD4) and 2 (TEA) take bytes as signed; 3, 4 and 5 are the same with unsigned bytes,
 * which replace 0 to 2 when the superblock's `s_flags` requires that. Bytes below 0x80 hash the same in both. `seed` is
 * the four little-endian words of `s_hash_seed`; null or four zeros mean the built-in seed. The legacy hash has no
 * seed.
 *
 * A result of 0xfffffffe is returned unchanged, which is what e2fsck compares with. For the kernel this value means the
 * end of a directory, so it files such a name under 0xfffffffc.
 * @throws RangeError for a version that {@link isSupportedHash} refuses.
 */
export function dirHash(version: number, name: Uint8Array, from: number, to: number, seed: Uint32Array | null): number {
  if (!isSupportedHash(version)) throw new RangeError(`directory hash version ${version} cannot be computed`);
  const signBit = version < HASH_LEGACY_UNSIGNED ? 0x80 : 0;
  const algorithm = version % 3;
  if (algorithm === HASH_LEGACY) return legacy(name, from, to, signBit);

  const zero = seed === null || (seed[0] | seed[1] | seed[2] | seed[3]) === 0;
  const start = zero ? DEFAULT_SEED : seed;
  for (let word = 0; word < 4; word++) state[word] = start[word];
  if (algorithm === HASH_HALF_MD4) {
    for (let at = from; at < to; at += 32) {
      pack(name, at, to, 8, signBit);
      halfMd4();
    }
    return (state[1] & ~1) >>> 0;
  }
  for (let at = from; at < to; at += 16) {
    pack(name, at, to, 4, signBit);
    tea();
  }
  return (state[0] & ~1) >>> 0;
}

function legacy(name: Uint8Array, from: number, to: number, signBit: number): number {
  let hash = 0x12a3fe2d;
  let previous = 0x37abe8f9;
  for (let at = from; at < to; at++) {
    const byte = (name[at] ^ signBit) - signBit;
    const next = (previous + (hash ^ Math.imul(byte, 7152373))) | 0;
    previous = hash;
    // A sum with the top bit set loses 0x7fffffff. A mask, because every other branch would be mispredicted.
    hash = (next - ((next >> 31) & 0x7fffffff)) | 0;
  }
  return (hash << 1) >>> 0;
}

/**
 * Fills the first `wordCount` words of the block with the name from `at`, first byte highest. The rest is filled with
 * the number of remaining bytes, repeated. `signBit` is 0x80 for signed bytes, else 0.
 */
function pack(name: Uint8Array, at: number, to: number, wordCount: number, signBit: number): void {
  const left = to - at;
  const twice = left | (left << 8);
  const filler = twice | (twice << 16);
  let from = at;
  for (let word = 0; word < wordCount; word++) {
    const stop = from + 4 < to ? from + 4 : to;
    let value = filler;
    // Added, not or-ed: a signed byte borrows from the bytes above it.
    for (; from < stop; from++) value = ((value << 8) + ((name[from] ^ signBit) - signBit)) | 0;
    block[word] = value;
  }
}

/** Sixteen rounds of the TEA cipher, keyed with the block, added to the first two words of the state. */
function tea(): void {
  const k0 = block[0];
  const k1 = block[1];
  const k2 = block[2];
  const k3 = block[3];
  let x = state[0];
  let y = state[1];
  let sum = 0;
  for (let round = 0; round < 16; round++) {
    sum = (sum + 0x9e3779b9) | 0;
    x = (x + (((y << 4) + k0) ^ (y + sum) ^ ((y >>> 5) + k1))) | 0;
    y = (y + (((x << 4) + k2) ^ (x + sum) ^ ((x >>> 5) + k3))) | 0;
  }
  state[0] += x;
  state[1] += y;
}

/** MD4 reduced to eight input words and eight steps per round, added to the state. */
function halfMd4(): void {
  const w = block;
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];

  a = rotate(a + select(b, c, d) + w[0], 3);
  d = rotate(d + select(a, b, c) + w[1], 7);
  c = rotate(c + select(d, a, b) + w[2], 11);
  b = rotate(b + select(c, d, a) + w[3], 19);
  a = rotate(a + select(b, c, d) + w[4], 3);
  d = rotate(d + select(a, b, c) + w[5], 7);
  c = rotate(c + select(d, a, b) + w[6], 11);
  b = rotate(b + select(c, d, a) + w[7], 19);

  a = rotate(a + majority(b, c, d) + w[1] + 0x5a827999, 3);
  d = rotate(d + majority(a, b, c) + w[3] + 0x5a827999, 5);
  c = rotate(c + majority(d, a, b) + w[5] + 0x5a827999, 9);
  b = rotate(b + majority(c, d, a) + w[7] + 0x5a827999, 13);
  a = rotate(a + majority(b, c, d) + w[0] + 0x5a827999, 3);
  d = rotate(d + majority(a, b, c) + w[2] + 0x5a827999, 5);
  c = rotate(c + majority(d, a, b) + w[4] + 0x5a827999, 9);
  b = rotate(b + majority(c, d, a) + w[6] + 0x5a827999, 13);

  a = rotate(a + (b ^ c ^ d) + w[3] + 0x6ed9eba1, 3);
  d = rotate(d + (a ^ b ^ c) + w[7] + 0x6ed9eba1, 9);
  c = rotate(c + (d ^ a ^ b) + w[2] + 0x6ed9eba1, 11);
  b = rotate(b + (c ^ d ^ a) + w[6] + 0x6ed9eba1, 15);
  a = rotate(a + (b ^ c ^ d) + w[1] + 0x6ed9eba1, 3);
  d = rotate(d + (a ^ b ^ c) + w[5] + 0x6ed9eba1, 9);
  c = rotate(c + (d ^ a ^ b) + w[0] + 0x6ed9eba1, 11);
  b = rotate(b + (c ^ d ^ a) + w[4] + 0x6ed9eba1, 15);

  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
}

function select(x: number, y: number, z: number): number {
  return (x & y) | (~x & z);
}

function majority(x: number, y: number, z: number): number {
  return (x & y) | (x & z) | (y & z);
}

function rotate(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}
