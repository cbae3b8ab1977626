/** Finds the end of a zstd frame: what unpacks one may read what follows as another frame. */

const magic = [0x28, 0xb5, 0x2f, 0xfd];
const sizesOfDictionaryId = [0, 1, 2, 4];
const sizesOfContentSize = [0, 2, 4, 8];

/** The first frame at the start of `packed`; all of it where no frame starts there, or it has no end. */
export function zstdFrame(packed: Uint8Array): Uint8Array {
  if (magic.some((byte, i) => packed[i] !== byte)) return packed;
  const descriptor = packed[4] ?? 0;
  const single = (descriptor & 0x20) !== 0;
  const contentSize = sizesOfContentSize[descriptor >>> 6]!;
  // a single segment has no window descriptor, and always a content size
  let at = 5 + (single ? Math.max(contentSize, 1) : 1 + contentSize) + sizesOfDictionaryId[descriptor & 3]!;
  for (let last = false; !last; ) {
    if (at + 3 > packed.length) return packed;
    const block = packed[at]! | (packed[at + 1]! << 8) | (packed[at + 2]! << 16);
    last = (block & 1) !== 0;
    const isRepeated = ((block >>> 1) & 3) === 1;
    at += 3 + (isRepeated ? 1 : block >>> 3);
  }
  if ((descriptor & 4) !== 0) at += 4;
  return packed.subarray(0, at);
}
