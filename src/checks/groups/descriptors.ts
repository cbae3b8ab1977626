/** Checks the group descriptors in use: places, checksums, and marks of unused parts. */
import { groupDesc, groupFlags } from '../../layout/group';
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import type { Where } from '../../problem/finding';
import { descriptorBlock, groupFirstBlock, groupLastBlock } from '../../volume/geometry';
import type { Opening } from '../../volume/open';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'group-block-bitmap-location': { severity: 'fatal', e2fsck: [0x000001] },
  'group-inode-bitmap-location': { severity: 'fatal', e2fsck: [0x000002] },
  'group-inode-table-location': { severity: 'fatal', e2fsck: [0x000003] },
  'group-descriptor-zero': { severity: 'error', e2fsck: [] },
  'group-descriptor-checksum': { severity: 'warning', e2fsck: [0x000035] },
  'group-uninit-without-checksums': { severity: 'warning', e2fsck: [0x000036] },
  'group-last-uninit': { severity: 'warning', e2fsck: [0x000039] },
  'group-itable-unused-too-large': { severity: 'warning', e2fsck: [0x000038] },
});

type LocationProblem = `group-${'block-bitmap' | 'inode-bitmap' | 'inode-table'}-location`;

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
    const bound = (
      problem: LocationProblem,
      field: { offset: number; bytes: number },
      stored: number,
      last: number,
    ) => {
      if (stored < least || stored > last) report(problems[problem], at(field), { stored, least, most: last });
    };
    bound('group-block-bitmap-location', groupDesc.bg_block_bitmap_lo, groups.blockBitmap[group]!, most);
    bound('group-inode-bitmap-location', groupDesc.bg_inode_bitmap_lo, groups.inodeBitmap[group]!, most);
    const lastTable = most - inodeTableBlocks + 1;
    bound('group-inode-table-location', groupDesc.bg_inode_table_lo, groups.inodeTable[group]!, lastTable);

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
