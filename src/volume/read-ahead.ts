/** Reads ranges in their order: one by one while answers come at once, many at a time where they have to be waited for. */
import { alignedBuffer } from '../source/aligned';
import type { ReadRange, Soon, Volume } from './volume';

/** Reads under way at most, and memory for them in bytes. */
const mostAtOnce = 64;
const aheadBytes = 4 * 1024 * 1024;

/**
 * Hands out the bytes of one range after the other. A pass makes one of its own: each starts by waiting for every read,
 * which on a warm cache is two to five times as fast, and goes over to reading ahead, for good, once the source says that
 * it is slow. What is read, and what comes of it, is the same either way.
 */
export class ReadAhead {
  /** What the bytes lie in. Another one from the moment on when reading ahead begins. */
  arena: Uint8Array;
  private coming: Promise<Uint8Array | null>[] | null = null;
  private slot = 0;
  private atOnce = 1;

  /**
   * @param ranges gives the next range at each call, of length 0 for one that is not to be read; null behind the last
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
   * The bytes of the next range, as many as there are, until the next call; null where they cannot be read or none were
   * wanted. The failure is not noted among the volume's faults: who needs the bytes asks for less of them. Undefined
   * behind the last range.
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
    // one more for the bytes that the caller is looking at
    this.arena = alignedBuffer(words * (this.atOnce + 1));
    this.coming = [];
  }

  private nextOf(coming: Promise<Uint8Array | null>[]): Promise<Uint8Array | null> | undefined {
    while (coming.length < this.atOnce) {
      const range = this.ranges();
      if (range === null) break;
      const reading =
        range.length === 0 ? Promise.resolve(null) : this.volume.readAsync(range.at, range.length, this.room());
      // who awaits it hears of a failure; where nobody does, after an abort, it must not end the process
      reading.catch(() => {});
      coming.push(reading);
    }
    return coming.shift();
  }

  /** Slots are taken in turn, and there is one more than reads under way. */
  private room(): Uint8Array {
    const words = (this.longest + 7) & ~7;
    this.slot = (this.slot + 1) % (this.atOnce + 1);
    return this.arena.subarray(this.slot * words, this.slot * words + this.longest);
  }
}
