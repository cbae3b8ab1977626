/** Which part of a requested range is inside a source; every source uses this. */

/**
 * How many of `wanted` bytes from offset `at` exist in a source of `size` bytes; 0 at or after its end.
 * @throws RangeError when `at` is not a non-negative integer: an error of the caller, not of the image.
 */
export function bytesWithin(size: number, at: number, wanted: number): number {
  if (!Number.isInteger(at) || at < 0) throw new RangeError(`offset ${at} is not a non-negative integer`);
  return at >= size ? 0 : Math.min(wanted, size - at);
}

/** @throws RangeError naming `what` when `value` is not an exact, non-negative integer. */
export function requireSize(what: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`${what} ${value} is not an integer from 0 to ${Number.MAX_SAFE_INTEGER}`);
  }
}
