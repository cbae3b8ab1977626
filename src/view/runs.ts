/** A file's blocks in file order, including holes and lost blocks. */
import { walkMapping } from '../volume/mapping';
import type { Soon, Volume } from '../volume/volume';

/**
 * `count` blocks of a file from block `logical`:
 * - `data`: the blocks from `physical`; `unwritten`: allocated there but never written, they read as zeros;
 * - `hole`: they read as zeros; `lost`: their mapping is damaged or cannot be read.
 */
export interface Run {
  kind: 'data' | 'unwritten' | 'hole' | 'lost';
  logical: number;
  count: number;
  /** 0 for `hole` and `lost`. */
  physical: number;
}

/** Runs in memory at the same time; a file with more is walked again for the next ones. */
const windowRuns = 65536;

class Collector {
  readonly runs: Run[] = [];
  private next = 0;
  private lost = false;
  private stopped = false;

  constructor(
    private readonly start: number,
    private readonly end: number,
  ) {}

  private emit(kind: Run['kind'], from: number, to: number, physical: number): void {
    const logical = Math.max(from, this.start);
    const count = Math.min(to, this.end) - logical;
    const mapped = kind === 'data' || kind === 'unwritten';
    if (count > 0) this.runs.push({ kind, logical, count, physical: mapped ? physical + logical - from : 0 });
  }

  /** Adds what is between two runs: a hole, or a lost part that had to be skipped. */
  private gap(to: number): void {
    this.emit(this.lost ? 'lost' : 'hole', this.next, to, 0);
    this.lost = false;
  }

  defect(): void {
    this.lost = true;
  }

  run(logical: number, physical: number, count: number, unwritten: boolean): boolean {
    if (count === 0 || logical < this.next) {
      // a mapping that goes backwards contradicts itself
      this.lost = true;
      return true;
    }
    this.gap(logical);
    this.emit(unwritten ? 'unwritten' : 'data', logical, logical + count, physical);
    this.next = logical + count;
    this.stopped = this.next >= this.end || this.runs.length >= windowRuns;
    return !this.stopped;
  }

  finish(): Run[] {
    if (!this.stopped) this.gap(this.end);
    return this.runs;
  }
}

/**
 * The runs from block `start`, as many as are kept in memory: they reach to `end`, or the next ones start at the end of
 * the last one. Otherwise like `fileRuns`.
 */
export function runsFrom(
  volume: Volume,
  view: DataView,
  start: number,
  end: number,
  onNode?: (block: number) => void,
): Soon<Run[]> {
  const collector = new Collector(start, end);
  const walking = walkMapping(volume, view, 0, {
    run: (logical, physical, count, unwritten) => collector.run(logical, physical, count, unwritten),
    defect: () => collector.defect(),
    ...(onNode && { node: onNode }),
  });
  return walking ? walking.then(() => collector.finish()) : collector.finish();
}

export function endOf(runs: readonly Run[]): number {
  const last = runs[runs.length - 1]!;
  return last.logical + last.count;
}

/**
 * The runs that cover blocks 0 to `end` of the inode in `view`, without gaps and in order. Where the mapping is
 * damaged, everything between its valid neighbours is `lost`, because the extent of the damage is unknown. Calls
 * `onNode` with each block of the mapping itself.
 */
export async function* fileRuns(
  volume: Volume,
  view: DataView,
  end: number,
  onNode?: (block: number) => void,
): AsyncGenerator<Run, void, undefined> {
  for (let start = 0; start < end; ) {
    const runs = await runsFrom(volume, view, start, end, onNode);
    yield* runs;
    start = endOf(runs);
  }
}
