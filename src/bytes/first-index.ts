/** Binary search over whatever is in order. */

/**
 * The first index of `from <= index < to` that `holds` is true for; `to` when there is none. It has to be true for all after
 * the first one that it is true for. Asks log2(to - from) times.
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
