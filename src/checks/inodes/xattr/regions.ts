/** Byte ranges of one small area that may not overlap. */
import { firstIndex } from '../../../bytes/first-index';

export class Regions {
  /** Starts and ends of the used ranges, in order; adjacent ranges are joined. */
  private readonly bounds: number[] = [];

  /** @param length bytes of the area */
  constructor(private readonly length: number) {}

  /** Takes `count` bytes at `start`; false if they overlap a used range or leave the area. */
  take(start: number, count: number): boolean {
    const end = start + count;
    if (start < 0 || count <= 0 || end > this.length) return false;
    const bounds = this.bounds;
    // the first range that ends after `start`
    const next = firstIndex(0, bounds.length / 2, (i) => bounds[i * 2 + 1]! > start) * 2;
    if (next < bounds.length && bounds[next]! < end) return false;
    const joinsBefore = next > 0 && bounds[next - 1] === start;
    const joinsAfter = next < bounds.length && bounds[next] === end;
    if (joinsBefore && joinsAfter) bounds.splice(next - 1, 2);
    else if (joinsBefore) bounds[next - 1] = end;
    else if (joinsAfter) bounds[next] = start;
    else bounds.splice(next, 0, start, end);
    return true;
  }
}
