/** The inodes whose contents are requested, and their digests. */
import { firstIndex } from '../bytes/first-index';
import { type GrowableF64, GrowableU32 } from '../bytes/growable';
import { sortIndexes } from '../bytes/radix';

/** Inodes in ascending order, each once, with the digests that are requested. */
export interface WantedList {
  inodes: Uint32Array;
  masks: Uint8Array;
}

/** The index of an inode in the list; -1 if it is not in it. */
export function indexIn({ inodes }: WantedList, inode: number): number {
  const index = firstIndex(0, inodes.length, (i) => inodes[i]! >= inode);
  return inodes[index] === inode ? index : -1;
}

export class Wanted {
  private readonly inodes = new GrowableU32();
  private masks = new Uint8Array(1024);

  add(inode: number, mask: number): void {
    const { length } = this.inodes;
    if (length > 0 && this.inodes.get(length - 1) === inode) {
      this.masks[length - 1]! |= mask;
      return;
    }
    if (length === this.masks.length) {
      const larger = new Uint8Array(length * 2);
      larger.set(this.masks);
      this.masks = larger;
    }
    this.masks[length] = mask;
    this.inodes.push(inode);
  }

  list(): WantedList {
    const given = this.inodes.view();
    const order = sortIndexes(given, given.length);
    const inodes = new Uint32Array(given.length);
    const masks = new Uint8Array(given.length);
    let count = 0;
    for (const index of order) {
      if (count === 0 || inodes[count - 1] !== given[index]) inodes[count++] = given[index]!;
      masks[count - 1]! |= this.masks[index]!;
    }
    return { inodes: inodes.subarray(0, count), masks: masks.subarray(0, count) };
  }
}

/** Requested files in the order in which they are read. */
export interface ReadOrder {
  inodes: Uint32Array;
  masks: Uint8Array;
  /** Bytes of each file, according to its inode. */
  sizes: Float64Array;
}

/** The list sorted by `places`; files with equal places stay in the order of their inodes. */
export function orderBy(list: WantedList, places: GrowableF64, sizes: GrowableF64): ReadOrder {
  const order = sortIndexes(places.view(), places.length);
  const sorted: ReadOrder = {
    inodes: new Uint32Array(order.length),
    masks: new Uint8Array(order.length),
    sizes: new Float64Array(order.length),
  };
  for (let i = 0; i < order.length; i++) {
    const index = order[i]!;
    sorted.inodes[i] = list.inodes[index]!;
    sorted.masks[i] = list.masks[index]!;
    sorted.sizes[i] = sizes.get(index);
  }
  return sorted;
}
