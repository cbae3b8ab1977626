/** The order in which directory blocks are checked. */
import { sortIndexes } from '../../bytes/radix';
import type { DirBlocks } from '../../facts/dir-blocks';

/** By their place on disk; with indexes, the first block of each directory before all others, as in e2fsck. */
export function blockOrder(dirBlocks: DirBlocks, indexes: boolean): Uint32Array {
  const order = sortIndexes(dirBlocks.physical.view(), dirBlocks.length);
  if (!indexes) return order;
  const logical = dirBlocks.logical.view();
  const joined = new Uint32Array(order.length);
  let length = 0;
  for (let i = 0; i < order.length; i++) if (logical[order[i]!] === 0) joined[length++] = order[i]!;
  for (let i = 0; i < order.length; i++) if (logical[order[i]!] !== 0) joined[length++] = order[i]!;
  return joined;
}
