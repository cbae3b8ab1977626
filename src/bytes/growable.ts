/** Growing lists of numbers, each in one typed array, for millions of facts. */

/** A list of unsigned 32-bit numbers; others are stored modulo 2^32. `clear` keeps the memory for reuse. */
export class GrowableU32 {
  private values: Uint32Array;
  private used = 0;

  /** `capacity` is the expected number of elements; more need a copy. */
  constructor(capacity = 16) {
    this.values = new Uint32Array(Math.max(capacity, 1));
  }

  get length(): number {
    return this.used;
  }

  push(value: number): void {
    if (this.used === this.values.length) {
      const larger = new Uint32Array(this.used * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.used++] = value;
  }

  /** @throws RangeError when `index` is not below `length`. */
  get(index: number): number {
    if (!(index >= 0 && index < this.used)) throw outside(index, this.used);
    return this.values[index];
  }

  /** @throws RangeError when `index` is not below `length`: only `push` makes the list longer. */
  set(index: number, value: number): void {
    if (!(index >= 0 && index < this.used)) throw outside(index, this.used);
    this.values[index] = value;
  }

  /** The numbers themselves, not a copy; invalid after the next `push` or `clear`. */
  view(): Uint32Array {
    return this.values.subarray(0, this.used);
  }

  clear(): void {
    this.used = 0;
  }
}

// A shared base would make every access in hot loops decide between two kinds of array.
/** A list of numbers, exact for integers up to 2^53. `clear` keeps the memory for reuse. */
export class GrowableF64 {
  private values: Float64Array;
  private used = 0;

  /** `capacity` is the expected number of elements; more need a copy. */
  constructor(capacity = 16) {
    this.values = new Float64Array(Math.max(capacity, 1));
  }

  get length(): number {
    return this.used;
  }

  push(value: number): void {
    if (this.used === this.values.length) {
      const larger = new Float64Array(this.used * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.used++] = value;
  }

  /** @throws RangeError when `index` is not below `length`. */
  get(index: number): number {
    if (!(index >= 0 && index < this.used)) throw outside(index, this.used);
    return this.values[index];
  }

  /** @throws RangeError when `index` is not below `length`: only `push` makes the list longer. */
  set(index: number, value: number): void {
    if (!(index >= 0 && index < this.used)) throw outside(index, this.used);
    this.values[index] = value;
  }

  /** The numbers themselves, not a copy; invalid after the next `push` or `clear`. */
  view(): Float64Array {
    return this.values.subarray(0, this.used);
  }

  clear(): void {
    this.used = 0;
  }
}

function outside(index: number, length: number): RangeError {
  return new RangeError(`index ${index} is outside a list of ${length}`);
}
