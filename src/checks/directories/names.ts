/** Finds equal names in one directory block without allocating per name. */
import { direntHeaderSize } from '../../layout/dirent';

/** Slots of the table: a 64 KiB block holds at most 5,461 names. */
const slots = 16384;

export class NameTable {
  private readonly offset = new Int32Array(slots);
  private readonly stamp = new Int32Array(slots);
  private round = 0;

  /** Forgets all names. */
  clear(): void {
    this.round++;
  }

  /** Adds the name of the entry at `at`; returns whether the block already held it. `bytes` starts where `at` counts from. */
  add(bytes: Uint8Array, at: number, length: number): boolean {
    const start = at + direntHeaderSize;
    let hash = length;
    for (let i = start; i < start + length; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0;
    let slot = (hash ^ (hash >>> 15)) & (slots - 1);
    while (this.stamp[slot] === this.round) {
      if (sameName(bytes, this.offset[slot]!, at, length)) return true;
      slot = (slot + 1) & (slots - 1);
    }
    this.stamp[slot] = this.round;
    this.offset[slot] = at;
    return false;
  }
}

function sameName(bytes: Uint8Array, a: number, b: number, length: number): boolean {
  if (bytes[a + 6] !== length) return false;
  for (let i = direntHeaderSize; i < direntHeaderSize + length; i++) if (bytes[a + i] !== bytes[b + i]) return false;
  return true;
}
