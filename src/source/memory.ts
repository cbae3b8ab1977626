/** An image that lies in memory as a whole. */
import { bytesWithin } from './range';
import type { ByteSource } from './source';

/** Reads from `bytes`, which are not copied: whoever changes them while they are being checked changes the image. */
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
