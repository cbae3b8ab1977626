/** One line on the terminal that says how far the check is; it is gone when the check ends. */

/** How far one phase is, in units of its own. */
export interface ProgressStep {
  phase: string;
  done: number;
  total: number;
}

export class Progress {
  private shown = false;
  private last = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly write: (text: string) => void,
    private readonly columns: number,
    /** Milliseconds, from any start; injected so that tests need no clock. */
    private readonly now: () => number = () => performance.now(),
    private readonly interval = 100,
  ) {}

  /** Shows a step, at most once in each interval. `name` is printable text. */
  step(name: string, { phase, done, total }: ProgressStep): void {
    const time = this.now();
    if (time - this.last < this.interval) return;
    this.last = time;
    const share = total > 0 ? ` ${Math.min(100, Math.floor((100 * done) / total))}%` : '';
    const line = `${name}: ${phase}${share}`;
    // The last column stays free: a full line would wrap, and its first half could not be cleared any more.
    this.write(`\r${[...line].slice(-(this.columns - 1)).join('')}\u001b[K`);
    this.shown = true;
  }

  /** Clears the line. To be called before anything else is printed, and at the end. */
  clear(): void {
    if (this.shown) this.write('\r\u001b[K');
    this.shown = false;
  }
}
