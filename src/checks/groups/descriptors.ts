/** Checks the group descriptors in use: places, checksums, and marks of unused parts. */
import { groupDesc, groupFlags } from '../../layout/group';
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import type { Where } from '../../problem/finding';
import { descriptorBlock, groupFirstBlock, groupLastBlock } from '../../volume/geometry';
import type { Opening } from '../../volume/open';
import type { texts } from './descriptors.texts';

export const problems = define<typeof texts>({
  'group-block-bitmap-location': { severity: 'fatal', e2fsck: [0x000001] },
  'group-inode-bitmap-location': { severity: 'fatal', e2fsck: [0x000002] },
  'group-inode-table-location': { severity: 'fatal', e2fsck: [0x000003] },
  'group-descriptor-zero': { severity: 'error', e2fsck: [] },
  'group-descriptor-checksum': { severity: 'warning', e2fsck: [0x000035] },
  'group-uninit-without-checksums': { severity: 'warning', e2fsck: [0x000036] },
  'group-last-uninit': { severity: 'warning', e2fsck: [0x000039] },
  'group-itable-unused-too-large': { severity: 'warning', e2fsck: [0x000038] },
});

export function checkDescriptors(opening: Opening, report: ReportFinding): void {
  const { volume, groups, superBlock } = opening;
  const { geometry } = volume;
  const { features, descSize, descPerBlock, blockSize, inodeTableBlocks, inodesPerGroup } = geometry;
  const { INODE_UNINIT, BLOCK_UNINIT } = groupFlags;
  for (let group = 0; group < groups.count; group++) {
    const flex = features.flex_bg;
    const least = flex ? geometry.firstDataBlock : groupFirstBlock(geometry, group);
    const most = flex ? geometry.blocksCount - 1 : groupLastBlock(geometry, group);
    const block = descriptorBlock(geometry, superBlock, Math.floor(group / descPerBlock));
    const start = block * blockSize + (group % descPerBlock) * descSize;
    const at = (field: { offset: number; bytes: number }): Where => ({
      group,
      bytes: { at: start + field.offset, length: field.bytes },
    });

    if (groups.zero[group] === 1)
      report(problems['group-descriptor-zero'], { group, bytes: { at: start, length: descSize } }, {});
    const blockBitmap = groups.blockBitmap[group]!;
    if (blockBitmap < least || blockBitmap > most)
      report(problems['group-block-bitmap-location'], at(groupDesc.bg_block_bitmap_lo), {
        stored: blockBitmap,
        least,
        most,
      });
    const inodeBitmap = groups.inodeBitmap[group]!;
    if (inodeBitmap < least || inodeBitmap > most)
      report(problems['group-inode-bitmap-location'], at(groupDesc.bg_inode_bitmap_lo), {
        stored: inodeBitmap,
        least,
        most,
      });
    const table = groups.inodeTable[group]!;
    const lastStart = most - inodeTableBlocks + 1;
    if (table < least || table > lastStart)
      report(problems['group-inode-table-location'], at(groupDesc.bg_inode_table_lo), {
        stored: table,
        least,
        most: lastStart,
      });

    if (groups.checksumGood[group] === 0) report(problems['group-descriptor-checksum'], at(groupDesc.bg_checksum), {});
    const flags = groups.flags[group]!;
    const unused = groups.itableUnused[group]!;
    if (!features.groupChecksums && ((flags & (INODE_UNINIT | BLOCK_UNINIT)) !== 0 || unused !== 0))
      report(problems['group-uninit-without-checksums'], at(groupDesc.bg_flags), { flags, itableUnused: unused });
    if (group === groups.count - 1 && (flags & BLOCK_UNINIT) !== 0)
      report(problems['group-last-uninit'], at(groupDesc.bg_flags), {});
    const mostUnused = Math.min(groups.freeInodes[group]!, inodesPerGroup);
    if (features.groupChecksums && unused > mostUnused)
      report(problems['group-itable-unused-too-large'], at(groupDesc.bg_itable_unused_lo), {
        stored: unused,
        most: mostUnused,
      });
  }
}
