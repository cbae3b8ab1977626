/**
 * Sets of integers of any range: a flat bitmap when it is small, otherwise pages that are allocated when they are first
 * used.
 */
import { allOnes, Bitmap, differingRuns, isAllZero } from './bitmap';

/** The common interface of flat and paged bitmaps; see `Bitmap`. */
export interface Bits {
  readonly size: number;
  test(i: number): boolean;
  set(i: number): void;
  clear(i: number): void;
  testAndSet(i: number): boolean;
  setRange(from: number, count: number): void;
  /** Sets each bit of the range that is set in `other`. Both must have the same size. */
  takeRange(other: Bits, from: number, count: number): void;
  /** Sets the bits from `at` for which the first `count` bits of `bytes`, lowest first, are set. */
  takeBytes(at: number, bytes: Uint8Array, count: number): void;
  anyInRange(from: number, count: number): boolean;
  count(from?: number, to?: number): number;
}

/** Bits per page (512 bytes). Small, because with flex_bg metadata consists of short runs that are far apart. */
export const pageBits = 4096;
/** Largest size for which the flat form, at most 32 MiB, is better. */
export const flatBits = 2 ** 28;
/** Pages that are allocated together: 1 MiB. */
const slabPages = 2048;

/** Values in the table for pages without memory: no bit is set, or all are. Pages with memory have numbers from 1. */
const clearPage = 0;
const fullPage = -1;

const pageOf = (i: number): number => Math.floor(i / pageBits);

/**
 * A bitmap whose pages have memory only while some but not all of their bits are set. A page without memory takes four
 * bytes.
 */
export class PagedBitmap implements Bits {
  private readonly table: Int32Array;
  /** Pages in sequence; number 0 is not used. */
  private readonly slabs: Bitmap[] = [];
  private next = 1;

  constructor(readonly size: number) {
    this.table = new Int32Array(Math.ceil(size / pageBits));
  }

  get pagesInUse(): number {
    return this.next - 1;
  }

  /** Calls back with each page that a range, clipped to the bitmap, covers, and the bits of the page in the range. */
  private each(
    from: number,
    count: number,
    visit: (page: number, start: number, length: number) => boolean | undefined | void,
  ): void {
    const end = Math.min(from + count, this.size);
    for (let at = Math.max(from, 0); at < end; ) {
      const page = pageOf(at);
      const start = at - page * pageBits;
      const length = Math.min(pageBits - start, end - at);
      if (visit(page, start, length) === true) return;
      at += length;
    }
  }

  private slab(id: number): Bitmap {
    return this.slabs[Math.floor(id / slabPages)]!;
  }

  /** The number of a page; allocates memory for it if it has none. */
  private own(page: number): number {
    const id = this.table[page]!;
    if (id > 0) return id;
    if (Math.floor(this.next / slabPages) >= this.slabs.length) this.slabs.push(new Bitmap(slabPages * pageBits));
    if (id === fullPage) this.slab(this.next).setRange(offsetOf(this.next), pageBits);
    this.table[page] = this.next;
    return this.next++;
  }

  test(i: number): boolean {
    if (!(i >= 0 && i < this.size)) return false;
    const page = pageOf(i);
    const id = this.table[page]!;
    return id > 0 ? this.slab(id).test(offsetOf(id) + i - page * pageBits) : id === fullPage;
  }

  set(i: number): void {
    this.testAndSet(i);
  }

  clear(i: number): void {
    if (!this.test(i)) return;
    const page = pageOf(i);
    const id = this.own(page);
    this.slab(id).clear(offsetOf(id) + i - page * pageBits);
  }

  testAndSet(i: number): boolean {
    if (!(i >= 0 && i < this.size)) return false;
    const page = pageOf(i);
    if (this.table[page] === fullPage) return true;
    const id = this.own(page);
    return this.slab(id).testAndSet(offsetOf(id) + i - page * pageBits);
  }

  setRange(from: number, count: number): void {
    this.each(from, count, (page, start, length) => {
      if (this.table[page] === fullPage) return;
      if (length === pageBits && this.table[page] === clearPage) this.table[page] = fullPage;
      else {
        const id = this.own(page);
        this.slab(id).setRange(offsetOf(id) + start, length);
      }
    });
  }

  takeRange(other: PagedBitmap, from: number, count: number): void {
    this.each(from, count, (page, start, length) => {
      const theirs = other.table[page]!;
      if (theirs === clearPage || this.table[page] === fullPage) return;
      if (theirs === fullPage) {
        this.setRange(page * pageBits + start, length);
        return;
      }
      const id = this.own(page);
      const [to, taken] = [this.slab(id).words, other.slab(theirs).words];
      const [at, source] = [offsetOf(id) / 32, offsetOf(theirs) / 32];
      const last = (start + length - 1) >>> 5;
      for (let word = start >>> 5; word <= last; word++) {
        let bits = taken[source + word]!;
        if (word === start >>> 5) bits &= -1 << (start & 31);
        if (word === last) bits &= -1 >>> (-(start + length) & 31);
        to[at + word]! |= bits;
      }
    });
  }

  takeBytes(at: number, bytes: Uint8Array, count: number): void {
    let done = 0;
    this.each(at, count, (page, start, length) => {
      // the source starts at a byte boundary wherever groups have a multiple of 8 blocks; other pages go bit by bit
      if (done % 8 === 0) this.takeInPage(page, start, bytes.subarray(done / 8), length);
      else for (let i = done; i < done + length; i++) if ((bytes[i >> 3]! >> (i & 7)) & 1) this.set(at + i);
      done += length;
    });
  }

  private takeInPage(page: number, start: number, bytes: Uint8Array, count: number): void {
    if (this.table[page] === fullPage || isClear(bytes, count)) return;
    if (count === pageBits && this.table[page] === clearPage && allOnes(bytes, 0, pageBits / 8)) {
      this.table[page] = fullPage;
      return;
    }
    const id = this.own(page);
    this.slab(id).takeBytes(offsetOf(id) + start, bytes, count);
  }

  anyInRange(from: number, count: number): boolean {
    let any = false;
    this.each(from, count, (page, start, length) => {
      const id = this.table[page]!;
      any = id > 0 ? this.slab(id).anyInRange(offsetOf(id) + start, length) : id === fullPage;
      return any;
    });
    return any;
  }

  count(from = 0, to = this.size): number {
    let total = 0;
    this.each(from, to - from, (page, start, length) => {
      const id = this.table[page]!;
      if (id > 0) total += this.slab(id).count(offsetOf(id) + start, offsetOf(id) + start + length);
      else if (id === fullPage) total += length;
    });
    return total;
  }

  private copyPage(page: number, target: Bitmap): void {
    const id = this.table[page]!;
    if (id <= 0) target.words.fill(id === fullPage ? -1 : 0);
    else target.words.set(this.slab(id).words.subarray(offsetOf(id) / 32, (offsetOf(id) + pageBits) / 32));
  }

  static differingRuns(
    a: PagedBitmap,
    b: PagedBitmap,
    from: number,
    to: number,
    visit: (start: number, end: number, inA: boolean) => void,
  ): void {
    const [left, right] = [new Bitmap(pageBits), new Bitmap(pageBits)];
    let [runStart, runEnd, runInA] = [0, 0, false];
    const begin = Math.max(from, 0);
    a.each(begin, Math.min(to, a.size, b.size) - begin, (page, start, length) => {
      const id = a.table[page]!;
      if (id <= 0 && id === b.table[page]) return;
      a.copyPage(page, left);
      b.copyPage(page, right);
      const base = page * pageBits;
      differingRuns(left, right, start, start + length, (first, end, inA) => {
        if (base + first !== runEnd || inA !== runInA) {
          if (runEnd > runStart) visit(runStart, runEnd, runInA);
          runStart = base + first;
          runInA = inA;
        }
        runEnd = base + end;
      });
    });
    if (runEnd > runStart) visit(runStart, runEnd, runInA);
  }
}

/** The bit of its slab at which a page starts. */
const offsetOf = (id: number): number => (id % slabPages) * pageBits;

function isClear(bytes: Uint8Array, count: number): boolean {
  const whole = count >> 3;
  if (!isAllZero(bytes, 0, whole)) return false;
  return (count & 7) === 0 || (bytes[whole]! & ((1 << (count & 7)) - 1)) === 0;
}

/**
 * An empty bitmap of `size` bits in the form that fits. Bitmaps of the same size have the same form, so they can be
 * compared.
 */
export const makeBits = (size: number): Bits => (size <= flatBits ? new Bitmap(size) : new PagedBitmap(size));

/** `differingRuns` for bitmaps of the same size from `makeBits`. */
export function differences(
  a: Bits,
  b: Bits,
  from: number,
  to: number,
  visit: (start: number, end: number, inA: boolean) => void,
): void {
  if (a instanceof PagedBitmap && b instanceof PagedBitmap) PagedBitmap.differingRuns(a, b, from, to, visit);
  else differingRuns(a as Bitmap, b as Bitmap, from, to, visit);
}
