/** The group descriptors in use, one by one: places, checksums, and marks of unused parts. */
import { groupDesc, groupFlags } from '../../layout/group';
import type { Report } from '../../problem/collector';
import { define } from '../../problem/define';
import type { Where } from '../../problem/finding';
import { descriptorBlock, groupFirstBlock, groupLastBlock } from '../../volume/geometry';
import type { Opening } from '../../volume/open';

interface Place {
  stored: number;
  least: number;
  most: number;
}

const sayPlace = (what: string) => (d: Place) =>
  `the ${what} is at block ${d.stored}, should be from ${d.least} to ${d.most}`;

export const problems = define({
  'group-block-bitmap-location': {
    severity: 'fatal',
    e2fsck: [0x000001],
    title: 'Block bitmap lies outside its group',
    explain:
      'The descriptor says where the bitmap of used blocks lies, and names a block that cannot hold it. The descriptor was overwritten, or its block of descriptors was lost. The kernel refuses to mount; a backup of the descriptors may still be right.',
    say: sayPlace('block bitmap'),
  },
  'group-inode-bitmap-location': {
    severity: 'fatal',
    e2fsck: [0x000002],
    title: 'Inode bitmap lies outside its group',
    explain:
      'The descriptor says where the bitmap of used inodes lies, and names a block that cannot hold it. The descriptor was overwritten, or its block of descriptors was lost. The kernel refuses to mount; a backup of the descriptors may still be right.',
    say: sayPlace('inode bitmap'),
  },
  'group-inode-table-location': {
    severity: 'fatal',
    e2fsck: [0x000003],
    title: 'Inode table lies outside its group',
    explain:
      'The descriptor says where the inodes of the group lie, and the table would not fit there. The descriptor was overwritten, or its block of descriptors was lost. All files with inodes in this group are out of reach, and the kernel refuses to mount; a backup of the descriptors may still be right.',
    say: sayPlace('inode table'),
  },
  'group-descriptor-zero': {
    severity: 'error',
    e2fsck: [],
    title: 'Group descriptor is all zeros',
    explain:
      'A descriptor says where the bitmaps and the inode table of its group lie, so it is never zero. Its block was never written, or zeros were written over it: the typical trace of lost writes. All files with inodes in this group are out of reach.',
    say: (_: object) => 'the descriptor holds only zeros',
  },
  'group-descriptor-checksum': {
    severity: 'warning',
    e2fsck: [0x000035],
    title: 'Group descriptor does not match its checksum',
    explain:
      'The descriptor was changed by something that does not know about checksums, or damaged in part. The kernel mounts the file system read-only at most. If the places the descriptor names are right, all files read right.',
    say: (_: object) => 'bg_checksum does not match the descriptor',
  },
  'group-uninit-without-checksums': {
    severity: 'warning',
    e2fsck: [0x000036],
    title: 'Group claims unused parts without the feature for it',
    explain:
      'Only with group checksums (uninit_bg or metadata_csum) may a descriptor say that a bitmap or a part of the inode table was never used. The feature was switched off badly, or the descriptor was overwritten. Files in the parts that are said to be unused may be passed over.',
    say: (d: { flags: number; itableUnused: number }) =>
      `bg_flags is ${d.flags} and bg_itable_unused ${d.itableUnused}, both should say that nothing is unused`,
  },
  'group-last-uninit': {
    severity: 'warning',
    e2fsck: [0x000039],
    title: 'Last group claims an unused block bitmap',
    explain:
      'The last group may be shorter than the others, so its block bitmap must always be written. The mark that it is not comes from a faulty tool or a damaged descriptor. Files read right.',
    say: (_: object) => 'BLOCK_UNINIT is set for the last group',
  },
  'group-itable-unused-too-large': {
    severity: 'warning',
    e2fsck: [0x000038],
    title: 'Too much of an inode table is said to be unused',
    explain:
      'bg_itable_unused says how many inodes at the end of the table were never used, which cannot be more than are free. The descriptor was overwritten or is old. Files with inodes in that part are passed over by checks, and the kernel may overwrite them.',
    say: (d: { stored: number; most: number }) => `bg_itable_unused is ${d.stored}, should be at most ${d.most}`,
  },
});

/** Checks all descriptors in use, group by group. */
export function checkDescriptors(opening: Opening, report: Report): void {
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
