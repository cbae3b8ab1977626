/** One line on the terminal with the progress of the check, removed when the check ends. */
import type { Io } from './io';

/** The progress of one phase, in its own units. */
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
    /** Milliseconds since any time; a parameter so that tests need no clock. */
    private readonly now: () => number = () => performance.now(),
    private readonly interval = 100,
  ) {}

  /** Shows a step, at most once in each interval. `name` is printable text that the locale can show. */
  step(name: string, { phase, done, total }: ProgressStep): void {
    const time = this.now();
    if (time - this.last < this.interval) return;
    this.last = time;
    const share = total > 0 ? ` ${Math.min(100, Math.floor((100 * done) / total))}%` : '';
    const line = `${name}: ${phase}${share}`;
    // The last column stays empty: a full line would wrap, and its first half could not be cleared.
    this.write(`\r${[...line].slice(-(this.columns - 1)).join('')}\u001b[K`);
    this.shown = true;
  }

  /** Clears the line. Must be called before other output, and at the end. */
  clear(): void {
    if (this.shown) this.write('\r\u001b[K');
    this.shown = false;
  }
}

/** The progress line of a command on standard error; undefined unless that is a terminal that can clear a line. */
export function progressOn(io: Io): Progress | undefined {
  if (!io.errIsTty || io.env['TERM'] === 'dumb') return undefined;
  return new Progress((text) => io.err(text), io.columns ?? 80);
}
