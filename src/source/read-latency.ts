/** Judges from the time that reads take whether the medium is slow. */

/** Timed reads that are judged together. Judging single slow reads made whole checks take up to three times as long. */
const window = 16;
/** Fewer slow reads than this prove nothing. */
const least = 6;
/** A fast read takes less than 60 us and 2 ns per byte; one from a warm cache takes about 2 us and 0.1 ns per byte. */
const fastTime = 60_000;
const fastTimePerByte = 2;
/** One read in so many is timed: before V8 compiles it, reading the clock twice takes as long as a small warm read. */
const every = 3;

export class ReadLatency {
  private untimed = 0;
  /** One bit for each of the latest timed reads, set for a slow one. */
  private bits = 0;
  private seen = 0;
  /** Whether at least half of the latest timed reads, and at least six, were slow. */
  slow = false;

  /** Whether the next read must be timed. */
  wantsNext(): boolean {
    this.untimed++;
    if (this.untimed < every) return false;
    this.untimed = 0;
    return true;
  }

  /** Records a read of `length` bytes that took so many nanoseconds. */
  note(length: number, nanoseconds: number): void {
    const isSlow = nanoseconds > fastTime + fastTimePerByte * length;
    // most reads of a warm image: this one was fast, and so were all before
    if (!isSlow && this.bits === 0 && !this.slow && this.seen === window) return;
    this.bits = ((this.bits << 1) | (isSlow ? 1 : 0)) & ((1 << window) - 1);
    if (this.seen < window) this.seen++;
    let count = 0;
    for (let rest = this.bits; rest !== 0; rest &= rest - 1) count++;
    this.slow = count >= least && count * 2 >= this.seen;
  }
}
