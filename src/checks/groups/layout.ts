/** Marks the fixed structures of all groups in the map of blocks, and finds those that overlap. */
import type { BlockUse } from '../../facts/block-use';
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import { DescriptorRuns, type Geometry, groupHead } from '../../volume/geometry';
import type { Groups } from '../../volume/groups';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'group-block-bitmap-conflict': { severity: 'error', e2fsck: [0x010007] },
  'group-location-missing': { severity: 'fatal', e2fsck: [0x010021] },
  'group-inode-bitmap-conflict': { severity: 'error', e2fsck: [0x010008] },
  'group-inode-table-conflict': { severity: 'error', e2fsck: [0x010009] },
});

/** Structures at location 0: e2fsck allocates a new place for each of them after it has read all inodes. */
export function reportMissingLocations(groups: Groups, report: ReportFinding): void {
  for (let group = 0; group < groups.count; group++) {
    const missing = (what: string) => report(problems['group-location-missing'], { group }, { what });
    if (groups.blockBitmap[group] === 0) missing('block bitmap');
    if (groups.inodeBitmap[group] === 0) missing('inode bitmap');
    if (groups.inodeTable[group] === 0) missing('inode table');
  }
}

/** Marks superblock copies, descriptors, inode tables and bitmaps as in use, in that order and group by group. */
export function placeMetadata(geometry: Geometry, groups: Groups, blocks: BlockUse, report: ReportFinding): void {
  const descriptors = new DescriptorRuns();
  for (let group = 0; group < groups.count; group++) {
    const head = groupHead(geometry, group);
    if (head.superBlock >= 0) blocks.placeMetadata(head.superBlock, 1);
    else if (group === 0) blocks.placeMetadata(geometry.firstDataBlock, 1);
    // with 1 KiB blocks and bigalloc, block 0 holds the boot sector and belongs to nothing
    if (group === 0 && geometry.blockSize === 1024 && geometry.clusterRatio > 1) blocks.placeMetadata(0, 1);
    descriptors.add(head, (block, count) => blocks.placeMetadata(block, Math.min(count, geometry.blocksCount - block)));
    if (head.metaDescriptor >= 0) blocks.placeMetadata(head.metaDescriptor, 1);
    const table = groups.inodeTable[group]!;
    if (table > 0 && !placeTable(geometry, blocks, table)) {
      // a location may be too large for exact sums
      for (let i = 0; i < geometry.inodeTableBlocks; i++) {
        const block = table + i;
        if (!place(geometry, blocks, block))
          report(problems['group-inode-table-conflict'], { group, block }, { block });
      }
    }
    const blockBitmap = groups.blockBitmap[group]!;
    if (blockBitmap > 0 && !place(geometry, blocks, blockBitmap))
      report(problems['group-block-bitmap-conflict'], { group, block: blockBitmap }, { block: blockBitmap });
    const inodeBitmap = groups.inodeBitmap[group]!;
    if (inodeBitmap > 0 && !place(geometry, blocks, inodeBitmap))
      report(problems['group-inode-bitmap-conflict'], { group, block: inodeBitmap }, { block: inodeBitmap });
  }
}

/**
 * Claims a whole inode table if all its blocks are free; otherwise claims nothing, and its blocks are tested one by
 * one.
 */
function placeTable({ clusterRatio, inodeTableBlocks }: Geometry, blocks: BlockUse, table: number): boolean {
  const taken = clusterRatio === 1 ? blocks.claimed : blocks.metadata;
  if (taken.anyInRange(table, inodeTableBlocks)) return false;
  blocks.placeMetadata(table, inodeTableBlocks);
  return true;
}

/** Claims one block. With clusters, metadata of one kind may share a cluster, so only blocks conflict. */
function place(geometry: Geometry, blocks: BlockUse, block: number): boolean {
  if (geometry.clusterRatio === 1) return blocks.claimMetadata(block);
  if (blocks.metadata.test(block)) return false;
  blocks.placeMetadata(block, 1);
  return true;
}
