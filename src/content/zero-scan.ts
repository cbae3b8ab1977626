/** Finds the blocks of one file that are wholly NUL, told apart from its holes, while its bytes come by in order. */
import { isAllZero } from '../bytes/bitmap';
import type { ZeroFacts } from './file-content';

/** Runs that are kept with their places; the sums count all of them. */
export const maxZeroRuns = 64;

export class ZeroScan {
  readonly facts: ZeroFacts = { mapped: 0, holes: 0, longestAt: 0, longest: 0, all: false, runs: [], runCount: 0 };
  private sawOther = false;
  private sawMapped = false;
  /** The run of NUL blocks that is going on: where it started and where it ends so far. */
  private runAt = 0;
  private runEnd = 0;

  constructor(private readonly blockSize: number) {}

  /** Bytes of the file from `at` on, which is the start of a block; `buffer[from..to)` ends with a block or the file. */
  data(at: number, buffer: Uint8Array, from: number, to: number): void {
    this.sawMapped = true;
    for (let start = from; start < to; start += this.blockSize) {
      const end = Math.min(start + this.blockSize, to);
      if (isAllZero(buffer, start, end)) this.zero(at + start - from, end - start);
      else this.sawOther = true;
    }
  }

  /** `length` bytes that no block holds, or one that was never written. */
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

  /** To be called once, at the end of the file. */
  finish(): ZeroFacts {
    this.endRun();
    this.facts.all = this.sawMapped && !this.sawOther;
    return this.facts;
  }
}
