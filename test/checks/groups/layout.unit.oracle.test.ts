import { expect } from 'vitest';
import { problems } from '../../../src/checks/groups/layout';
import { groupDesc } from '../../../src/layout/group';
import { groupFirstBlock } from '../../../src/volume/geometry';
import { checkWhole, testWithWholeCheck } from '../../support/check-damages';
import { times } from '../../support/compare-codes';
import { makeImage } from '../../support/e2fsprogs';
import { inShort, TestImage } from '../../support/image';
import { nativeTest } from '../../support/project-tests';

/** One group, so that no copy of the descriptors steps in for the damaged ones. */
const oneGroup = () => TestImage.load('ext2-128-inode');
/** All but the first group have unused inode tables. */
const manyGroups = () => TestImage.load('ext4-uninit-bg');
const place = (image: TestImage, field: typeof groupDesc.bg_inode_table_lo, group: number): number =>
  field(image.view, image.groupAt(group));

/** Copies the descriptors to all groups with a copy. */
function copyDescriptors(image: TestImage): TestImage {
  const from = image.groupAt(0);
  for (const group of [1, 3, 5, 7])
    image.bytes.copyWithin(image.blockAt(groupFirstBlock(image.made, group) + 1), from, from + image.made.blockSize);
  return image;
}

testWithWholeCheck(problems, [
  {
    name: 'a block bitmap in its own inode table',
    image: oneGroup,
    damage: (image) => image.setGroup(0, { bg_block_bitmap_lo: place(image, groupDesc.bg_inode_table_lo, 0) + 3 }),
    findings: [
      'group-descriptors-implausible 0x000045',
      'group-block-bitmap-conflict 0x010007',
      'block-used-marked-free 0x050005',
      'block-marked-unused 0x050004',
      'block-used-marked-free 0x050005',
      ...times(6, 'block-used-marked-free 0x050015'),
      ...times(3, 'block-used-marked-free 0x050005'),
      ...times(4, 'block-used-marked-free 0x050015'),
      ...times(3, 'block-used-marked-free 0x050005'),
      ...times(4, 'block-used-marked-free 0x050015'),
      ...times(3, 'block-used-marked-free 0x050005'),
      'block-used-marked-free 0x050015',
      'block-used-marked-free 0x050015',
      'block-marked-unused 0x050004',
      ...times(2, 'block-marked-unused 0x050004', 'block-marked-unused 0x050014'),
      ...times(2, 'block-marked-unused 0x050014', 'block-marked-unused 0x050004'),
      ...times(2, 'block-marked-unused 0x050004', 'block-marked-unused 0x050014'),
      ...times(4, 'block-marked-unused 0x050004'),
      ...times(2, 'block-marked-unused 0x050014', 'block-marked-unused 0x050004'),
      ...times(3, 'block-marked-unused 0x050004'),
      ...times(2, 'block-marked-unused 0x050014', 'block-marked-unused 0x050004'),
      ...times(3, 'block-marked-unused 0x050004'),
      'block-marked-unused 0x050014',
      ...times(3, 'block-marked-unused 0x050004'),
      ...times(
        2,
        'block-marked-unused 0x050014',
        'block-marked-unused 0x050004',
        'block-marked-unused 0x050014',
        'block-marked-unused 0x050014',
        'block-marked-unused 0x050014',
      ),
      'block-marked-unused 0x050004',
      'group-free-blocks-wrong 0x05000e',
      'superblock-free-blocks-wrong 0x05000f',
      'block-bitmap-padding 0x050002',
    ],
  },
  {
    name: 'an inode bitmap on its block bitmap',
    image: oneGroup,
    damage: (image) => image.setGroup(0, { bg_inode_bitmap_lo: place(image, groupDesc.bg_block_bitmap_lo, 0) }),
    findings: [
      'group-descriptors-implausible 0x000045',
      'group-inode-bitmap-conflict 0x010008',
      ...times(6, 'inode-table-block-zero'),
      'block-marked-unused 0x050004',
      'inode-marked-unused 0x050016',
      'group-free-inodes-wrong 0x05000b',
      'superblock-free-inodes-wrong 0x05000d',
      'inode-bitmap-padding 0x050001',
    ],
  },
  {
    name: 'an inode table that was never used, on a copy of the superblock, in all copies of the descriptors',
    image: manyGroups,
    damage: (image) => {
      const { made } = image;
      image.setGroup(6, { bg_inode_table_lo: groupFirstBlock(made, 5) - made.inodeTableBlocks + 1 });
      return copyDescriptors(image);
    },
    findings: [
      'group-descriptors-implausible 0x000045',
      'superblock-backup-used',
      'group-inode-table-conflict 0x010009',
      'inode-orphan-leftover 0x010036',
      'inode-unused-without-dtime 0x010004',
      'block-marked-unused 0x050014',
      ...times(3, 'block-used-marked-free 0x050015'),
      ...times(3, 'group-free-blocks-wrong 0x05000e'),
      'superblock-free-blocks-wrong 0x05000f',
      'superblock-free-inodes-wrong 0x05000d',
      'inode-bitmap-padding 0x050001',
      'block-bitmap-padding 0x050002',
      ...times(4, 'block-bitmap-zero'),
    ],
  },
  {
    name: 'bitmaps without a place, in all copies of the descriptors',
    image: manyGroups,
    damage: (image) =>
      copyDescriptors(image.setGroup(5, { bg_block_bitmap_lo: 0 }).setGroup(6, { bg_inode_bitmap_lo: 0 })),
    findings: [
      'group-descriptors-implausible 0x000045',
      'superblock-backup-used',
      'group-block-bitmap-location 0x000001',
      'group-inode-bitmap-location 0x000002',
      'group-location-missing 0x010021',
      'group-location-missing 0x010021',
      'block-bitmap-unreadable',
      'inode-bitmap-unreadable',
      'block-marked-unused 0x050004',
      'block-marked-unused 0x050004',
      ...times(3, 'block-used-marked-free 0x050015'),
      ...times(3, 'group-free-blocks-wrong 0x05000e'),
      'superblock-free-blocks-wrong 0x05000f',
      'superblock-free-inodes-wrong 0x05000d',
      'inode-bitmap-padding 0x050001',
      'block-bitmap-padding 0x050002',
      'block-bitmap-zero',
      'block-bitmap-zero',
    ],
  },
  {
    name: 'an inode table without a place',
    image: oneGroup,
    damage: (image) => image.setGroup(0, { bg_inode_table_lo: 0 }),
    findings: [
      'group-descriptors-implausible 0x000045',
      'resize-inode-unreadable 0x01004e',
      'inode-table-unreadable 0x010028',
      'group-location-missing 0x010021',
      'root-inode-missing 0x030001',
      'block-marked-unused 0x050014',
      'inode-marked-unused 0x050016',
      'group-directories-wrong 0x05000c',
    ],
  },
]);

nativeTest('an inode table where numbers are too large to count on from', async () => {
  const image = makeImage({ size: '1M', options: '-t ext4 -b 1024 -N 16 -O 64bit,^has_journal' });
  const { findings } = await checkWhole(image.setGroup(0, { bg_inode_table_hi: 0x4000000 }));
  expect(inShort(findings)).toContain('inode-table-unreadable 0x010028');
});
