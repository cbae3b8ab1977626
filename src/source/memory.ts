/** An image in memory. */
import { bytesWithin } from './range';
import type { ByteSource } from './source';

/** Reads from `bytes`, which are not copied: changes of them during a check change the image. */
export function memorySource(bytes: Uint8Array): ByteSource {
  const size = bytes.length;
  return {
    size,
    read(at, into) {
      const length = bytesWithin(size, at, into.length);
      if (length > 0) into.set(bytes.subarray(at, at + length));
      return length;
    },
  };
}
