/** Sorts the requested files by their position on disk, so that the image is read sequentially. */

import { join32 } from '../bytes/field';
import { GrowableF64 } from '../bytes/growable';
import { extentHeader, extentIndex, extentLeaf } from '../layout/extent';
import { inode, inodeFlags } from '../layout/inode';
import { ImageError } from '../view/error';
import { type InodeRecord, inodeRecord } from '../view/stat';
import type { Groups } from '../volume/groups';
import { inodeOffset } from '../volume/inode-at';
import type { Volume } from '../volume/volume';
import { orderBy, type ReadOrder, type WantedList } from './wanted';

/** Inodes whose blocks are read ahead at once. */
export const inodeBatch = 1024;
/** Offset in the inode of the first extent, or of the first index entry. */
const firstEntry = inode.i_block.offset + 12;
const directBlocks = 12;
const pointers = 15;

/**
 * The first block of a file, or the extent tree node that leads to it; 0 for a file without blocks. A damaged inode may give
 * any value, which only affects the order.
 */
function firstBlock(view: DataView, flags: number): number {
  if ((flags & inodeFlags.INLINE_DATA) !== 0) return 0;
  if ((flags & inodeFlags.EXTENTS) !== 0) {
    if (extentHeader.eh_entries(view, inode.i_block.offset) === 0) return 0;
    return extentHeader.eh_depth(view, inode.i_block.offset) === 0
      ? join32(extentLeaf.ee_start_lo(view, firstEntry), extentLeaf.ee_start_hi(view, firstEntry))
      : join32(extentIndex.ei_leaf_lo(view, firstEntry), extentIndex.ei_leaf_hi(view, firstEntry));
  }
  for (let i = 0; i < pointers; i++) {
    const block = view.getUint32(inode.i_block.offset + 4 * i, true);
    if (block !== 0) return i < directBlocks ? block : block + 1;
  }
  return 0;
}

/** Reads the inode table blocks of these inodes into the cache, adjacent ones in one read. */
export async function prefetchInodes(volume: Volume, groups: Groups, inodes: Uint32Array): Promise<void> {
  const blocks = new Set<number>();
  for (const ino of inodes) {
    const at = inodeOffset(volume, groups, ino);
    if (at >= 0) blocks.add(Math.floor(at / volume.geometry.blockSize));
  }
  await volume.prefetch([...blocks]);
}

/**
 * Reads the inodes of the list, in disk order, and sorts the files by their first block. `onRecord` gets each readable inode
 * and its index in the list.
 */
export async function readOrder(
  volume: Volume,
  groups: Groups,
  list: WantedList,
  onRecord?: (index: number, record: InodeRecord) => void,
): Promise<ReadOrder> {
  const places = new GrowableF64(list.inodes.length);
  const sizes = new GrowableF64(list.inodes.length);
  for (let i = 0; i < list.inodes.length; i++) {
    if (i % inodeBatch === 0) await prefetchInodes(volume, groups, list.inodes.subarray(i, i + inodeBatch));
    try {
      const coming = inodeRecord(volume, groups, list.inodes[i]!);
      const record = coming instanceof Promise ? await coming : coming;
      onRecord?.(i, record);
      places.push(firstBlock(record.view, record.flags));
      sizes.push(record.size);
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      places.push(0);
      sizes.push(0);
    }
  }
  return orderBy(list, places, sizes);
}
