/** Buffers to which the kernel copies at full speed. */
import { requireSize } from './range';

/**
 * A zeroed array of `length` bytes to read into.
 *
 * In Node a large ArrayBuffer starts 16 bytes into a page, after the allocator's header, and on some processors (for
 * example AMD Zen 3) a kernel copy to page offsets 1 to 31 runs at a fifth of the speed. So the array starts 64 bytes
 * into its ArrayBuffer; `byteOffset` is a multiple of 8, as typed views on it need.
 * @throws RangeError when `length` is not a safe non-negative integer or more than can be allocated.
 */
export function alignedBuffer(length: number): Uint8Array<ArrayBuffer> {
  requireSize('length', length);
  return new Uint8Array(new ArrayBuffer(length + lead), lead, length);
}

/** The same in memory that threads can share: 8.4 GB/s instead of 1.8 for an array at the start of its buffer. */
export function alignedShared(length: number): Uint8Array<SharedArrayBuffer> {
  requireSize('length', length);
  return new Uint8Array(new SharedArrayBuffer(length + lead), lead, length);
}

const lead = 64;
