/** The places of the fixed structures: superblock copies, descriptors, bitmaps, inode tables. */
import { reservedInode } from '../../layout/inode';
import { DescriptorRuns, type Geometry, groupHead } from '../../volume/geometry';
import type { Groups } from '../../volume/groups';
import { type RunList, roleNumber } from './runs';

/** Adds the fixed structures of all groups, with the parts that are inside the file system. */
export function addFixed(geometry: Geometry, groups: Groups, list: RunList): void {
  const { sb, features, blocksCount, firstDataBlock, descBlocks } = geometry;
  const add = (role: number, block: number, count: number, inode = 0) => {
    if (block >= firstDataBlock && block < blocksCount)
      list.add(block, Math.min(count, blocksCount - block), role, inode);
  };
  const superblock = roleNumber('superblock');
  const reserved = roleNumber('reserved');
  const resizeInode = features.resize_inode ? reservedInode.RESIZE : 0;
  const copies = new DescriptorRuns();
  for (let group = 0; group < groups.count; group++) {
    const head = groupHead(geometry, group);
    // with 1 KiB blocks and bigalloc, block 0 is in front of the superblock
    if (group === 0) add(superblock, firstDataBlock, 1);
    if (head.superBlock >= 0) add(superblock, head.superBlock, 1);
    const used = head.descriptors + (features.meta_bg ? head.descriptorCount : descBlocks);
    copies.add(head, (block, count) => {
      const now = Math.max(0, Math.min(count, used - block));
      add(superblock, block, now);
      add(reserved, block + now, count - now, resizeInode);
    });
    if (head.metaDescriptor >= 0) add(superblock, head.metaDescriptor, 1);
    add(roleNumber('bitmap'), groups.blockBitmap[group]!, 1);
    add(roleNumber('bitmap'), groups.inodeBitmap[group]!, 1);
    add(roleNumber('inode-table'), groups.inodeTable[group]!, geometry.inodeTableBlocks);
  }
  if (features.mmp) add(superblock, sb.s_mmp_block, 1);
}
