/** Lets byte loops read 32-bit words from any byte array without making a new view for every call. */

/** Whether typed arrays of this machine hold words the way ext file systems store them. */
export const littleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

let lastBuffer: ArrayBufferLike | null = null;
let lastWords = new Int32Array(0) as Int32Array;

/**
 * Word `k` of the result is bytes 4k to 4k+3 of `buffer`, which is counted from its own start, not from the start of
 * a byte array that shows part of it. A rest of 1 to 3 bytes at the end of the buffer has no word.
 *
 * `end` is the byte offset in the buffer up to which the caller will read. The last buffer asked for stays referenced
 * until another one is asked for: making a view costs more than most reads done through it.
 */
export function wordsOf(buffer: ArrayBufferLike, end: number): Int32Array {
  // A buffer can be resized or taken away between calls, which would leave the kept view short.
  if (buffer !== lastBuffer || lastWords.length < Math.floor(end / 4)) {
    lastWords = new Int32Array(buffer, 0, Math.floor(buffer.byteLength / 4));
    lastBuffer = buffer;
  }
  return lastWords;
}

/** Whether `bytes` up to index `to` can be read by words: word indexes are computed in 32-bit integers. */
export function readableByWords(bytes: Uint8Array, to: number): boolean {
  return littleEndian && bytes.byteOffset + to <= 0xffffffff;
}

/**
 * How many 32-bit words of zero follow one another from byte `at` of `view` on, `most` at the most. One look at a word
 * costs a third of a call to the view's getUint32 as long as V8 has not compiled the loop.
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
