/** Byte ranges of one small area that may not overlap. */
export class Regions {
  private readonly taken: [number, number][] = [];

  /** @param length bytes of the area */
  constructor(private readonly length: number) {}

  /** Takes `count` bytes from `start` on; false when that overlaps what is taken, or leaves the area. */
  take(start: number, count: number): boolean {
    const end = start + count;
    if (start < 0 || count <= 0 || end > this.length) return false;
    for (const [from, to] of this.taken) if (start < to && from < end) return false;
    this.taken.push([start, end]);
    return true;
  }
}
