/** A journal's blocks by their number in it, read in long runs. */
import { firstIndex } from '../bytes/first-index';
import type { Volume } from '../volume/volume';
import type { JournalRun } from './find';
import type { LogFormat } from './format';

/** Bytes read ahead where consecutive blocks are wanted. */
const aheadBytes = 256 * 1024;

/** A block of the journal that is not available: after its end, in a hole, or unreadable. */
export const missing = -1;

/** Blocks of the file system from `start` to before `end`. */
interface Extent {
  start: number;
  end: number;
}

/** The disk blocks of the runs, ascending and without overlaps. */
function merged(runs: readonly JournalRun[]): Extent[] {
  const extents: Extent[] = [];
  for (const { physical, count } of [...runs].sort((a, b) => a.physical - b.physical)) {
    const last = extents[extents.length - 1];
    if (last !== undefined && physical <= last.end) last.end = Math.max(last.end, physical + count);
    else extents.push({ start: physical, end: physical + count });
  }
  return extents;
}

/** The last of `items` for which `holds` is true; `holds` must be true for all items before it. */
const lastFrom = <T>(items: readonly T[], holds: (item: T) => boolean): T | undefined =>
  items[firstIndex(0, items.length, (i) => !holds(items[i]!)) - 1];

export class Log {
  private readonly runs: readonly JournalRun[];
  private readonly extents: readonly Extent[];
  private window: Uint8Array = new Uint8Array(0);
  /** Block of the file system at the start of `window`. */
  private windowAt = -1;

  constructor(
    private readonly volume: Volume,
    readonly format: LogFormat,
    runs: readonly JournalRun[],
  ) {
    this.runs = [...runs].sort((a, b) => a.logical - b.logical);
    this.extents = merged(runs);
  }

  /** The run that contains block `logical`. */
  private runOf(logical: number): JournalRun | undefined {
    const run = lastFrom(this.runs, (one) => one.logical <= logical);
    return run !== undefined && logical < run.logical + run.count ? run : undefined;
  }

  /** Block of the file system of block `logical` of the journal, or `missing`. */
  placeOf(logical: number): number {
    const run = logical < this.format.length ? this.runOf(logical) : undefined;
    if (run === undefined) return missing;
    const place = run.physical + logical - run.logical;
    return place < this.volume.readableBlocks ? place : missing;
  }

  /** Whether a block of the file system belongs to the journal. */
  holds(block: number): boolean {
    const extent = lastFrom(this.extents, ({ start }) => start <= block);
    return extent !== undefined && block < extent.end;
  }

  /**
   * The block of the file system at `place`, or null when it cannot be read. With `ahead`, the blocks after it are read
   * too.
   */
  async read(place: number, ahead: boolean): Promise<DataView | null> {
    const { blockSize } = this.format;
    const inside = (place - this.windowAt) * blockSize;
    if (this.windowAt < 0 || inside < 0 || inside + blockSize > this.window.length) {
      const length = ahead ? Math.max(aheadBytes, blockSize) : blockSize;
      const bytes = await this.volume.read(place * blockSize, length);
      // a long read may fail because of a block that is not wanted
      if (bytes === null) return ahead ? this.read(place, false) : null;
      if (bytes.length < blockSize) return null;
      this.window = bytes;
      this.windowAt = place;
    }
    const at = (place - this.windowAt) * blockSize;
    return new DataView(this.window.buffer, this.window.byteOffset + at, blockSize);
  }
}
