/** Finds the blocks of a file that contain only NUL, and counts its holes, while it is read sequentially. */
import { isAllZero } from '../bytes/bitmap';
import type { ZeroFacts } from './file-content';

/** Runs that are kept; the sums include all runs. */
export const maxZeroRuns = 64;

export class ZeroScan {
  readonly facts: ZeroFacts = { mapped: 0, holes: 0, longestAt: 0, longest: 0, all: false, runs: [], runCount: 0 };
  private sawOther = false;
  private sawMapped = false;
  /** The current run of NUL blocks: its start, and its end so far. */
  private runAt = 0;
  private runEnd = 0;

  constructor(private readonly blockSize: number) {}

  /** Adds bytes from offset `at`, the start of a block; `buffer[from..to)` ends with a block or the file. */
  data(at: number, buffer: Uint8Array, from: number, to: number): void {
    this.sawMapped = true;
    for (let start = from; start < to; start += this.blockSize) {
      const end = Math.min(start + this.blockSize, to);
      if (isAllZero(buffer, start, end)) this.zero(at + start - from, end - start);
      else this.sawOther = true;
    }
  }

  /** Adds `length` bytes without a block, or with an unwritten one. */
  hole(length: number): void {
    this.facts.holes += length;
  }

  private zero(at: number, length: number): void {
    this.facts.mapped += length;
    if (at !== this.runEnd || this.runEnd === this.runAt) {
      this.endRun();
      this.runAt = at;
    }
    this.runEnd = at + length;
  }

  private endRun(): void {
    const { facts } = this;
    const length = this.runEnd - this.runAt;
    if (length === 0) return;
    facts.runCount++;
    if (facts.runs.length < maxZeroRuns) facts.runs.push({ at: this.runAt, length });
    if (length > facts.longest) {
      facts.longest = length;
      facts.longestAt = this.runAt;
    }
  }

  finish(): ZeroFacts {
    this.endRun();
    this.facts.all = this.sawMapped && !this.sawOther;
    return this.facts;
  }
}
