/** Finds the blocks of a file that contain only NUL, and its holes, while it is read sequentially. */
import { isAllZero } from '../bytes/bitmap';
import type { NulRun, ZeroFacts } from './file-content';

/** Runs that are kept; the sums include all runs. */
export const maxZeroRuns = 64;

/** Joins adjacent pieces into runs, which must be added in ascending order. */
class Runs {
  readonly first: NulRun[] = [];
  count = 0;
  readonly longest: NulRun = { at: 0, length: 0 };
  /** The current run: its start, and its end so far. */
  private at = 0;
  private end = 0;

  add(at: number, length: number): void {
    if (at !== this.end || this.end === this.at) {
      this.finish();
      this.at = at;
    }
    this.end = at + length;
  }

  /** Must be called once, at the end of the file. */
  finish(): void {
    const { at, longest } = this;
    const length = this.end - at;
    if (length === 0) return;
    this.count++;
    if (this.first.length < maxZeroRuns) this.first.push({ at, length });
    if (length > longest.length) Object.assign(longest, { at, length });
  }
}

export class ZeroScan {
  private mapped = 0;
  private holes = 0;
  private sawOther = false;
  private sawMapped = false;
  private readonly zeros = new Runs();
  private readonly gaps = new Runs();

  constructor(private readonly blockSize: number) {}

  /** Adds bytes from offset `at`, the start of a block; `buffer[from..to)` ends with a block or the file. */
  data(at: number, buffer: Uint8Array, from: number, to: number): void {
    this.sawMapped = true;
    for (let start = from; start < to; start += this.blockSize) {
      const end = Math.min(start + this.blockSize, to);
      if (isAllZero(buffer, start, end)) {
        this.mapped += end - start;
        this.zeros.add(at + start - from, end - start);
      } else this.sawOther = true;
    }
  }

  /** Adds `length` bytes from offset `at` without a block, or with an unwritten one. */
  hole(at: number, length: number): void {
    this.holes += length;
    this.gaps.add(at, length);
  }

  finish(): ZeroFacts {
    const { zeros, gaps } = this;
    zeros.finish();
    gaps.finish();
    return {
      mapped: this.mapped,
      holes: this.holes,
      longestAt: zeros.longest.at,
      longest: zeros.longest.length,
      all: this.sawMapped && !this.sawOther,
      runs: zeros.first,
      runCount: zeros.count,
      gaps: gaps.first,
      gapCount: gaps.count,
      longestGap: gaps.longest,
    };
  }
}
