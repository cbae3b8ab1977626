/** Reads ranges in their order: one by one from a fast source, many at the same time from a slow one. */
import { alignedBuffer } from '../source/aligned';
import type { ReadRange, Soon, Volume } from './volume';

/** Largest number of reads at the same time, and memory for them in bytes. */
const mostAtOnce = 64;
const aheadBytes = 4 * 1024 * 1024;

/**
 * Returns the bytes of one range after the other. Each pass creates one: it starts with one read at a time, which is
 * two to five times as fast on a warm cache, and permanently changes to reading ahead when the source reports that it
 * is slow. The bytes and their order are the same in both modes.
 */
export class ReadAhead {
  /** The memory of the bytes. It is replaced when reading ahead starts. */
  arena: Uint8Array;
  private coming: Promise<Uint8Array | null>[] | null = null;
  private slot = 0;
  private atOnce = 1;

  /**
   * @param ranges returns the next range at each call, with length 0 for one not to read; null after the last
   * @param longest bytes of the longest range
   */
  constructor(
    private readonly volume: Volume,
    private readonly ranges: () => ReadRange | null,
    private readonly longest: number,
  ) {
    this.arena = alignedBuffer(longest);
  }

  /**
   * The bytes of the next range, as many as exist, valid until the next call; null where they are unreadable or the
   * range is empty. A failure is not recorded in the volume's faults: the caller reads smaller parts again. Undefined
   * after the last range.
   */
  next(): Soon<Uint8Array | null | undefined> {
    if (this.coming === null && this.volume.prefersAsync) this.begin();
    if (this.coming !== null) return this.nextOf(this.coming);
    const range = this.ranges();
    if (range === null) return undefined;
    return range.length === 0 ? null : this.volume.read(range.at, range.length, this.arena, true);
  }

  private begin(): void {
    const words = (this.longest + 7) & ~7;
    this.atOnce = Math.max(2, Math.min(mostAtOnce, Math.floor(aheadBytes / words)));
    // one more for the bytes that the caller is using
    this.arena = alignedBuffer(words * (this.atOnce + 1));
    this.coming = [];
  }

  private nextOf(coming: Promise<Uint8Array | null>[]): Promise<Uint8Array | null> | undefined {
    while (coming.length < this.atOnce) {
      const range = this.ranges();
      if (range === null) break;
      const reading =
        range.length === 0 ? Promise.resolve(null) : this.volume.readAsync(range.at, range.length, this.room());
      // the caller that awaits it handles a failure; unhandled, after an abort, it must not end the process
      reading.catch(() => {});
      coming.push(reading);
    }
    return coming.shift();
  }

  /** Slots are used in turn, and there is one more than simultaneous reads. */
  private room(): Uint8Array {
    const words = (this.longest + 7) & ~7;
    this.slot = (this.slot + 1) % (this.atOnce + 1);
    return this.arena.subarray(this.slot * words, this.slot * words + this.longest);
  }
}
