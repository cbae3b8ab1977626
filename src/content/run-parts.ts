/** Digests the parts of a lane's buffer, on this thread or another one. */
import { firstPart, lastPart, type OpenDigest, partWords } from '../platform/digests';

const whole = firstPart | lastPart;

/** The digests of the file that a lane is at. */
export interface LaneState {
  open: OpenDigest[];
}

/**
 * What a lane does with the parts of its buffer; `make` opens the digest with the given bit, `once` digests a small file
 * that is whole in one go where that is possible.
 */
export function runParts(
  state: LaneState,
  buffer: Uint8Array,
  parts: Float64Array,
  make: (bit: number) => OpenDigest,
  once: ((bit: number, bytes: Uint8Array) => string) | null,
): string[] {
  const results: string[] = [];
  const nothing = new Uint8Array(0);
  let zeros = nothing;
  for (let i = 0; i < parts.length; i += partWords) {
    const from = parts[i]!;
    const length = parts[i + 1]!;
    const flags = parts[i + 2]!;
    const mask = flags & 0xff;
    if ((flags & whole) === whole && from >= 0 && once !== null && (mask & (mask - 1)) === 0) {
      results.push(once(31 - Math.clz32(mask), buffer.subarray(from, from + length)));
      continue;
    }
    if ((flags & firstPart) !== 0) {
      state.open = [];
      for (let bit = 0; bit < 8; bit++) if ((mask & (1 << bit)) !== 0) state.open.push(make(bit));
    }
    if (from >= 0) for (const digest of state.open) digest.update(buffer.subarray(from, from + length));
    else if (length > 0) {
      if (zeros === nothing) zeros = new Uint8Array(65536);
      for (let left = length; left > 0; left -= zeros.length)
        for (const digest of state.open) digest.update(left < zeros.length ? zeros.subarray(0, left) : zeros);
    }
    if ((flags & lastPart) !== 0) {
      for (const digest of state.open) results.push(digest.digest('hex'));
      state.open = [];
    }
  }
  return results;
}
