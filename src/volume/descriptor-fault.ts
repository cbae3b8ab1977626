/** Tests descriptors for places where no structure can be. */
import { makeBits } from '../bytes/bits';
import { DescriptorRuns, type Geometry, groupFirstBlock, groupHead, groupLastBlock } from './geometry';
import type { Groups } from './groups';

/** The first error in a set of descriptors: a structure at an impossible place, or on top of another. */
export interface DescriptorFault {
  group: number;
  what: 'block bitmap' | 'inode bitmap' | 'inode table' | 'descriptor size';
  block: number;
}

/** The first descriptor with a place out of bounds or a block that is already in use; null when all are plausible. */
export function descriptorFault(geometry: Geometry, groups: Groups): DescriptorFault | null {
  const { descSize, inodeTableBlocks } = geometry;
  if (descSize === 0 || (descSize & (descSize - 1)) !== 0) return { group: 0, what: 'descriptor size', block: 0 };
  const taken = makeBits(geometry.blocksCount);
  // where the first cluster includes the boot block, it also includes the superblock
  if (geometry.blockSize === 1024 && geometry.clusterRatio > 1) taken.set(0);
  const descriptors = new DescriptorRuns();
  for (let group = 0; group < groups.count; group++) {
    const head = groupHead(geometry, group);
    if (head.superBlock >= 0) taken.set(head.superBlock);
    descriptors.add(head, (block, count) => taken.setRange(block, count));
    if (head.metaDescriptor >= 0) taken.set(head.metaDescriptor);
  }
  let first = geometry.firstDataBlock;
  let last = geometry.blocksCount - 1;
  for (let group = 0; group < groups.count; group++) {
    if (!geometry.features.flex_bg) {
      first = groupFirstBlock(geometry, group);
      last = groupLastBlock(geometry, group);
    }
    const single = (block: number) => block >= first && block <= last && !taken.testAndSet(block);
    const blockBitmap = groups.blockBitmap[group]!;
    if (!single(blockBitmap)) return { group, what: 'block bitmap', block: blockBitmap };
    const inodeBitmap = groups.inodeBitmap[group]!;
    if (!single(inodeBitmap)) return { group, what: 'inode bitmap', block: inodeBitmap };
    const table = groups.inodeTable[group]!;
    if (table < first || table + inodeTableBlocks - 1 > last || taken.anyInRange(table, inodeTableBlocks))
      return { group, what: 'inode table', block: table };
    taken.setRange(table, inodeTableBlocks);
  }
  return null;
}
