/** Names of one plain directory block: legal, not empty, and all different, told by words and without looking twice. */

/** Slots for names, one for each 4 bytes of the block; 12 bytes, the shortest record, keep the table a third full. */
const bytesPerSlot = 4;

const ones = 0x01010101;
const tops = 0x80808080;
const slashes = 0x2f2f2f2f;

export class PlainNames {
  /** Hashes of the names so far, 0 where a slot is free. */
  private readonly slots: Int32Array;

  /** @param blockSize bytes of a block, a power of two */
  constructor(blockSize: number) {
    this.slots = new Int32Array(blockSize / bytesPerSlot);
  }

  /** Forgets all names. */
  clear(): void {
    this.slots.fill(0);
  }

  /**
   * Adds the name that starts at word `from` of `words`. False where it is empty, '.' or '..', holds NUL or a slash, or hashes like
   * one before it: that may be the same name, which the full check finds out.
   *
   * Short names and taken slots are rare, and code that V8 has not seen run when it compiles is a reason to compile again
   * later: so what they need is computed for every name.
   */
  add(words: Int32Array, from: number, length: number): boolean {
    const { slots } = this;
    let hash = length;
    let odd = 0;
    let word = from;
    for (const whole = from + (length >> 2); word < whole; word++) {
      const four = words[word]!;
      const other = four ^ slashes;
      hash = Math.imul(hash ^ four, 0x2c1b3c6d);
      hash ^= hash >>> 15;
      // a byte's top bit is set here where some byte of the word is zero
      odd |= ((four - ones) & ~four) | ((other - ones) & ~other);
    }
    // the rest of 0 to 3 bytes; what is behind the name counts as if it were legal
    const kept = (1 << (8 * (length & 3))) - 1;
    const last = words[word]! & kept;
    const filled = last | (ones & ~kept);
    const other = filled ^ slashes;
    odd |= ((filled - ones) & ~filled) | ((other - ones) & ~other);
    if ((odd & tops) !== 0) return false;
    if ((last === 0x2e || last === 0x2e2e) && word === from) return false;
    hash = Math.imul(hash ^ last, 0x2c1b3c6d);
    hash ^= hash >>> 15;
    hash |= 1;
    const mask = slots.length - 1;
    let slot = hash >>> 1;
    let there = 0;
    do {
      slot = (slot + 1) & mask;
      there = slots[slot]!;
      if (there === hash) return false;
    } while (there !== 0);
    slots[slot] = hash;
    return length !== 0;
  }
}
