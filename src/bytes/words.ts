/** Lets byte loops read 32-bit words from any byte array without a new view for every call. */

/** Whether this machine is little-endian, like ext file systems. */
export const littleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

let lastBuffer: ArrayBufferLike | null = null;
let lastWords = new Int32Array(0) as Int32Array;

/**
 * Word `k` of the result is bytes 4k to 4k+3 of `buffer`, counted from the start of the buffer, not of a byte array on
 * it. 1 to 3 bytes at the end of the buffer belong to no word.
 *
 * The caller reads up to byte `end` of the buffer. The last buffer stays referenced until the next one: a new view
 * takes longer than most reads through it.
 */
export function wordsOf(buffer: ArrayBufferLike, end: number): Int32Array {
  // A buffer can be resized or detached between calls, which would leave the cached view too short.
  if (buffer !== lastBuffer || lastWords.length < Math.floor(end / 4)) {
    lastWords = new Int32Array(buffer, 0, Math.floor(buffer.byteLength / 4));
    lastBuffer = buffer;
  }
  return lastWords;
}

/** Whether `bytes` up to index `to` can be read by words: word indexes are 32-bit integers. */
export function readableByWords(bytes: Uint8Array, to: number): boolean {
  return littleEndian && bytes.byteOffset + to <= 0xffffffff;
}

/**
 * The number of consecutive zero words from byte `at` of `view`, at most `most`. Until V8 has compiled the loop, a word
 * read takes a third of the time of the view's getUint32.
 */
export function zeroWords(view: DataView, at: number, most: number): number {
  const start = view.byteOffset + at;
  let count = 0;
  if ((start & 3) !== 0 || start + most * 4 > 0xffffffff) {
    while (count < most && view.getUint32(at + count * 4) === 0) count++;
    return count;
  }
  const words = wordsOf(view.buffer, start + most * 4);
  const first = start >>> 2;
  while (count < most && words[first + count] === 0) count++;
  return count;
}
