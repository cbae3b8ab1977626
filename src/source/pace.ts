/** Tells from the time that reads take whether the medium has to be waited for. */

/** Timed reads looked at together. One slow read says nothing: going by one cost up to three times the whole check. */
const window = 16;
const least = 6;
/** What a read that need not wait stays below: 60 us and 2 ns a byte; a warm one takes about 2 us and 0.1 ns. */
const patience = 60_000;
const patiencePerByte = 2;
/** One read in so many is timed: looking at the clock twice costs as much as a small warm read before it is compiled. */
const every = 3;

export class Pace {
  private untimed = 0;
  /** Of the latest timed reads, the slow ones as bits. */
  private bits = 0;
  private seen = 0;
  /** Whether at least half of the latest timed reads, and no fewer than six, were slow. */
  slow = false;

  /** Whether the read that comes now is to be timed. */
  wantsNext(): boolean {
    this.untimed++;
    if (this.untimed < every) return false;
    this.untimed = 0;
    return true;
  }

  /** Notes a read of `length` bytes that took so many nanoseconds. */
  note(length: number, nanoseconds: number): void {
    const waited = nanoseconds > patience + patiencePerByte * length;
    // no bit, none before: by far the most reads of a warm image
    if (!waited && this.bits === 0 && !this.slow && this.seen === window) return;
    this.bits = ((this.bits << 1) | (waited ? 1 : 0)) & ((1 << window) - 1);
    if (this.seen < window) this.seen++;
    let count = 0;
    for (let rest = this.bits; rest !== 0; rest &= rest - 1) count++;
    this.slow = count >= least && count * 2 >= this.seen;
  }
}
