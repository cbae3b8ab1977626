/** The revoked blocks, each up to a transaction; only blocks that a tag contains. */

import { join32 } from '../bytes/field';
import { firstIndex } from '../bytes/first-index';
import type { GrowableF64 } from '../bytes/growable';
import { sortIndexes } from '../bytes/radix';
import { journalRevoke, journalRevokeSize } from '../layout/journal';
import { tailSize } from './checksums';
import { type LogFormat, notBefore } from './format';

/** Numbers in ascending order, each once. */
export function sortedUnique(list: GrowableF64): Float64Array {
  const values = list.view();
  const order = sortIndexes(values, values.length);
  const unique = new Float64Array(values.length);
  let count = 0;
  for (const i of order) {
    const value = values[i]!;
    if (count === 0 || unique[count - 1] !== value) unique[count++] = value;
  }
  return unique.slice(0, count);
}

/** Index of `value` in the ascending `values`, or -1. */
export function placeIn(values: Float64Array, value: number): number {
  const place = firstIndex(0, values.length, (i) => values[i]! >= value);
  return values[place] === value ? place : -1;
}

/** A log can hold more revoke records than fit into memory, so records of blocks without a tag are not kept. */
export class Revokes {
  private readonly sequences: Uint32Array;
  private readonly known: Uint8Array;

  /** `blocks` are those that tags contain, ascending. */
  constructor(private readonly blocks: Float64Array) {
    this.sequences = new Uint32Array(blocks.length);
    this.known = new Uint8Array(blocks.length);
  }

  /** Copies of `block` in transactions up to `sequence` must not be used. */
  private add(block: number, sequence: number): void {
    const at = placeIn(this.blocks, block);
    if (at < 0 || (this.known[at] === 1 && notBefore(this.sequences[at]!, sequence))) return;
    this.known[at] = 1;
    this.sequences[at] = sequence;
  }

  /** Reads the records of a revoke block of transaction `sequence`; null when its length is impossible. */
  take(format: LogFormat, view: DataView, sequence: number): null | 'taken' {
    const end = journalRevoke.r_count(view, 0);
    if (end > format.blockSize - tailSize(format)) return null;
    const size = format.wide ? 8 : 4;
    for (let at = journalRevokeSize; at + size <= end; at += size) {
      const word = view.getUint32(at, false);
      this.add(format.wide ? join32(view.getUint32(at + 4, false), word) : word, sequence);
    }
    return 'taken';
  }

  /** Whether the copy of `block` in transaction `sequence` must not be used. */
  has(block: number, sequence: number): boolean {
    const at = placeIn(this.blocks, block);
    return at >= 0 && this.known[at] === 1 && notBefore(this.sequences[at]!, sequence);
  }
}
