/** The extents of one file in memory: adds and removes ranges, and writes the tree of the result. */

import { crc32c } from '../../bytes/crc32c';
import { firstIndex } from '../../bytes/first-index';
import {
  extentCapacity,
  extentEntrySize,
  extentHeader,
  extentIndex,
  extentLeaf,
  extentMagic,
  extentTailOffset,
  maxInitializedLength,
} from '../../layout/extent';
import { iBlockSize } from '../../layout/inode';
import { bytesOf } from '../../volume/volume';
import { Unreplayable } from '../held-blocks';

/** The file's blocks from `logical` are the `length` blocks from `physical`. */
export interface Extent {
  logical: number;
  physical: number;
  length: number;
  unwritten: boolean;
  /** The replay mapped some of it. */
  fresh: boolean;
}

/** Largest number of extents per file, and of list elements moved in one replay. */
const maxExtents = 2 ** 18;
const maxMoves = 2 ** 28;

const longest = (unwritten: boolean): number => (unwritten ? maxInitializedLength - 1 : maxInitializedLength);

/** The number of list elements that a whole replay has moved. */
export interface Effort {
  moves: number;
}

export class ExtentList {
  /** Ascending by logical block, without overlaps. */
  readonly extents: Extent[] = [];
  /** Removed blocks; some of them may be mapped again. */
  readonly freed: { physical: number; length: number }[] = [];
  changed = false;

  constructor(private readonly effort: Effort) {}

  /** Index of the first extent that ends after `logical`. */
  private placeOf(logical: number): number {
    return firstIndex(0, this.extents.length, (i) => {
      const { logical: start, length } = this.extents[i]!;
      return start + length > logical;
    });
  }

  private splice(at: number, remove: number, add: Extent[]): void {
    this.effort.moves += this.extents.length - at;
    if (this.effort.moves > maxMoves || this.extents.length > maxExtents)
      throw new Unreplayable('they make files of too many pieces');
    this.extents.splice(at, remove, ...add);
  }

  /** Leaves a hole of `length` blocks at `logical`; returns its index in the list. */
  remove(logical: number, length: number): number {
    const end = logical + length;
    const at = this.placeOf(logical);
    let last = at;
    const rest: Extent[] = [];
    let before = 0;
    for (; last < this.extents.length && this.extents[last]!.logical < end; last++) {
      const one = this.extents[last]!;
      if (one.logical < logical) {
        rest.push({ ...one, length: logical - one.logical });
        before = 1;
      }
      const from = Math.max(one.logical, logical);
      this.freed.push({
        physical: one.physical + from - one.logical,
        length: Math.min(one.logical + one.length, end) - from,
      });
      const over = end - one.logical;
      if (over < one.length)
        rest.push({ ...one, logical: end, physical: one.physical + over, length: one.length - over });
    }
    if (last > at) {
      this.splice(at, last - at, rest);
      this.changed = true;
    }
    return at + before;
  }

  /** Maps an extent, replacing what was mapped there; merges it with neighbours that it continues. */
  add(extent: Extent): void {
    const at = this.remove(extent.logical, extent.length);
    this.changed = true;
    const joins = (a: Extent | undefined, b: Extent | undefined): boolean =>
      a !== undefined &&
      b !== undefined &&
      a.unwritten === b.unwritten &&
      a.logical + a.length === b.logical &&
      a.physical + a.length === b.physical &&
      a.length + b.length <= longest(a.unwritten);
    let first = at;
    let count = 0;
    let whole = extent;
    const left = this.extents[at - 1];
    if (joins(left, whole)) {
      whole = { ...left!, length: left!.length + whole.length, fresh: true };
      first--;
      count++;
    }
    const right = this.extents[at];
    if (joins(whole, right)) {
      whole = { ...whole, length: whole.length + right!.length };
      count++;
    }
    this.splice(first, count, [whole]);
  }

  /** Number of tree blocks, without the root in the inode, that this list needs. */
  nodesFor(blockSize: number): number {
    const room = extentCapacity(blockSize);
    let total = 0;
    for (let count = this.extents.length; count > extentCapacity(iBlockSize); ) {
      count = Math.ceil(count / room);
      total += count;
    }
    return total;
  }
}

interface Entry {
  logical: number;
  block: number;
}

function header(view: DataView, entries: number, capacity: number, depth: number): void {
  view.setUint16(extentHeader.eh_magic.offset, extentMagic, true);
  view.setUint16(extentHeader.eh_entries.offset, entries, true);
  view.setUint16(extentHeader.eh_max.offset, capacity, true);
  view.setUint16(extentHeader.eh_depth.offset, depth, true);
}

function putLeaf(view: DataView, at: number, { logical, physical, length, unwritten }: Extent): void {
  view.setUint32(at + extentLeaf.ee_block.offset, logical, true);
  view.setUint16(at + extentLeaf.ee_len.offset, unwritten ? length + maxInitializedLength : length, true);
  view.setUint16(at + extentLeaf.ee_start_hi.offset, Math.floor(physical / 2 ** 32), true);
  view.setUint32(at + extentLeaf.ee_start_lo.offset, physical % 2 ** 32, true);
}

function putIndex(view: DataView, at: number, { logical, block }: Entry): void {
  view.setUint32(at + extentIndex.ei_block.offset, logical, true);
  view.setUint32(at + extentIndex.ei_leaf_lo.offset, block % 2 ** 32, true);
  view.setUint16(at + extentIndex.ei_leaf_hi.offset, Math.floor(block / 2 ** 32), true);
}

/**
 * Writes the tree of `extents` into `root`, the `i_block` of its inode, and the nodes below it into `nodes`, as many as
 * `nodesFor` returns; `nodeAt` returns their blocks. `seed` is the inode's checksum seed, null without checksums.
 */
export function writeTree(
  root: DataView,
  extents: readonly Extent[],
  nodes: readonly number[],
  nodeAt: (block: number) => DataView,
  seed: number | null,
): void {
  bytesOf(root).fill(0);
  let used = 0;
  let depth = 0;
  let count = extents.length;
  let put = (view: DataView, at: number, i: number): void => putLeaf(view, at, extents[i]!);
  let first = (i: number): number => extents[i]!.logical;
  const rootCapacity = extentCapacity(iBlockSize);
  while (count > rootCapacity) {
    const above: Entry[] = [];
    for (let done = 0; done < count; ) {
      const block = nodes[used++]!;
      const view = nodeAt(block);
      const capacity = extentCapacity(view.byteLength);
      const many = Math.min(capacity, count - done);
      header(view, many, capacity, depth);
      for (let i = 0; i < many; i++) put(view, (i + 1) * extentEntrySize, done + i);
      above.push({ logical: first(done), block });
      const tail = extentTailOffset(capacity);
      if (seed !== null) view.setUint32(tail, crc32c(seed, bytesOf(view), 0, tail), true);
      done += many;
    }
    put = (view, at, i) => putIndex(view, at, above[i]!);
    first = (i) => above[i]!.logical;
    count = above.length;
    depth++;
  }
  header(root, count, rootCapacity, depth);
  for (let i = 0; i < count; i++) put(root, (i + 1) * extentEntrySize, i);
}
