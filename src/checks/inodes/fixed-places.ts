/** Finds what the groups keep in a block by a search in sorted places, so that long lists and many groups stay fast. */
import { firstIndex } from '../../bytes/first-index';
import { sortIndexes } from '../../bytes/radix';
import type { Geometry } from '../../volume/geometry';
import type { Groups } from '../../volume/groups';

export interface FixedPlace {
  what: 'block bitmap' | 'inode bitmap' | 'inode table';
  group: number;
}

/** Block numbers, one for each group, sorted. */
class Places {
  private readonly order: Uint32Array;

  constructor(private readonly blocks: Float64Array) {
    this.order = sortIndexes(blocks, blocks.length);
  }

  /** The number of places before `block`. */
  private before(block: number): number {
    return firstIndex(0, this.order.length, (i) => this.blocks[this.order[i]!]! >= block);
  }

  /** The first group that has `block`, or -1. */
  at(block: number): number {
    const group = this.order[this.before(block)];
    return group !== undefined && this.blocks[group] === block ? group : -1;
  }

  /** The group with the last place at or before `block`, or -1. */
  upTo(block: number): number {
    return this.order[this.before(block + 1) - 1] ?? -1;
  }
}

export class FixedPlaces {
  private readonly blockBitmaps: Places;
  private readonly inodeBitmaps: Places;
  private readonly tables: Places;

  constructor(
    private readonly geometry: Geometry,
    private readonly groups: Groups,
  ) {
    this.blockBitmaps = new Places(groups.blockBitmap);
    this.inodeBitmaps = new Places(groups.inodeBitmap);
    this.tables = new Places(groups.inodeTable);
  }

  /** What `block` contains: in the first group if several claim it, bitmaps before the table. */
  of(block: number): FixedPlace | null {
    const found: FixedPlace[] = [];
    const add = (what: FixedPlace['what'], group: number) => {
      if (group >= 0) found.push({ what, group });
    };
    add('block bitmap', this.blockBitmaps.at(block));
    add('inode bitmap', this.inodeBitmaps.at(block));
    const table = this.tables.upTo(block);
    if (table >= 0 && block < this.groups.inodeTable[table]! + this.geometry.inodeTableBlocks)
      add('inode table', table);
    return found.reduce<FixedPlace | null>((first, next) => (first && first.group <= next.group ? first : next), null);
  }
}
