/** Binary search over anything that is in order. */

/**
 * The first index of `from <= index < to` for which `holds` is true; `to` when there is none. `holds` must also be true
 * for all indexes after the first one. Calls it log2(to - from) times.
 */
export function firstIndex(from: number, to: number, holds: (index: number) => boolean): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
