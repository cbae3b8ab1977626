import { checkDescriptors, problems } from '../../../src/checks/groups/descriptors';
import { problems as opening, reportOpening } from '../../../src/checks/superblock/opening';
import { groupDesc, groupFlags } from '../../../src/layout/group';
import type { ReportFinding } from '../../../src/problem/collector';
import { openFileSystem } from '../../../src/volume/open';
import { type Damage, testDamages } from '../../support/damages';
import { TestImage } from '../../support/image';

const check = async (image: TestImage, report: ReportFinding): Promise<void> => {
  const result = await openFileSystem(image.source());
  reportOpening(result, image.source(), report);
  if (result.opening) checkDescriptors(result.opening, report);
};

/** One group, so that no backup steps in for the damaged descriptor. */
const oneGroup = () => TestImage.load('ext2-128-inode');
const many = () => TestImage.load('ext2-1k');
const summed = () => TestImage.load('ext4-4k-csum');
const uninit = () => TestImage.load('ext4-uninit-bg');
const last = (image: TestImage): number => image.made.groupCount - 1;
const implausible = 'group-descriptors-implausible 0x000045';

const damages: Damage[] = [
  {
    name: 'a block bitmap outside its group',
    image: oneGroup,
    damage: (image) => image.setGroup(0, { bg_block_bitmap_lo: image.made.blocksCount }),
    findings: [implausible, 'group-block-bitmap-location 0x000001'],
  },
  {
    name: 'an inode bitmap outside its group',
    image: oneGroup,
    damage: (image) => image.setGroup(0, { bg_inode_bitmap_lo: 0xffffffff }),
    findings: [implausible, 'group-inode-bitmap-location 0x000002'],
  },
  {
    name: 'an inode table that goes over the end of its group',
    image: oneGroup,
    damage: (image) =>
      image.setGroup(0, { bg_inode_table_lo: image.made.blocksCount - image.made.inodeTableBlocks + 1 }),
    findings: [implausible, 'group-inode-table-location 0x000003'],
  },
  {
    name: 'all places wrong',
    image: oneGroup,
    damage: (image) =>
      image.setGroup(0, { bg_block_bitmap_lo: 99999, bg_inode_bitmap_lo: 99999, bg_inode_table_lo: 99999 }),
    findings: [
      implausible,
      'group-block-bitmap-location 0x000001',
      'group-inode-bitmap-location 0x000002',
      'group-inode-table-location 0x000003',
    ],
  },
  {
    name: 'a wrong place in both copies of the descriptors',
    image: many,
    damage: (image) => {
      for (const group of [0, 1]) {
        const copy = image.blockAt(image.made.firstDataBlock + group * image.made.blocksPerGroup + 1);
        image.poke(groupDesc.bg_block_bitmap_lo, copy + 2 * image.made.descSize, 3);
      }
      return image;
    },
    findings: [implausible, 'superblock-backup-used', 'group-block-bitmap-location 0x000001'],
  },
  {
    name: 'a descriptor of zeros',
    image: oneGroup,
    damage: (image) => image.fill(image.groupAt(0), image.made.descSize),
    findings: [implausible, 'group-descriptor-zero'],
  },
  {
    name: 'a wrong checksum with metadata_csum',
    image: summed,
    damage: (image) => image.poke(groupDesc.bg_checksum, image.groupAt(1), 5),
    findings: ['group-descriptor-checksum 0x000035'],
  },
  {
    name: 'a wrong checksum with uninit_bg',
    image: uninit,
    damage: (image) => image.poke(groupDesc.bg_free_blocks_count_lo, image.groupAt(2), 5),
    findings: ['group-descriptor-checksum 0x000035'],
  },
  ...[groupFlags.INODE_UNINIT, groupFlags.BLOCK_UNINIT].map((flag) => ({
    name: `flag ${flag} without group checksums`,
    image: many,
    damage: (image: TestImage) => image.setGroup(1, { bg_flags: flag }),
    findings: ['group-uninit-without-checksums 0x000036'],
  })),
  {
    name: 'unused inodes without group checksums',
    image: many,
    damage: (image) => image.setGroup(1, { bg_itable_unused_lo: 1 }),
    findings: ['group-uninit-without-checksums 0x000036'],
  },
  {
    name: 'a flag that means nothing here',
    image: many,
    damage: (image) => image.setGroup(1, { bg_flags: groupFlags.INODE_ZEROED }),
    findings: [],
  },
  {
    name: 'an unused block bitmap in the last group',
    image: uninit,
    damage: (image) => image.setGroup(last(image), { bg_flags: groupFlags.BLOCK_UNINIT | groupFlags.INODE_ZEROED }),
    findings: ['group-last-uninit 0x000039'],
  },
  {
    name: 'an unused block bitmap in the last group without group checksums',
    image: many,
    damage: (image) => image.setGroup(last(image), { bg_flags: groupFlags.BLOCK_UNINIT }),
    findings: ['group-uninit-without-checksums 0x000036', 'group-last-uninit 0x000039'],
  },
  {
    name: 'more unused inodes than free ones',
    image: summed,
    damage: (image) => image.setGroup(1, { bg_free_inodes_count_lo: 3, bg_itable_unused_lo: 4 }),
    findings: ['group-itable-unused-too-large 0x000038'],
  },
  {
    name: 'more unused inodes than there are',
    image: uninit,
    damage: (image) =>
      image.setGroup(1, { bg_free_inodes_count_lo: 0xffff, bg_itable_unused_lo: image.made.inodesPerGroup + 1 }),
    findings: ['group-itable-unused-too-large 0x000038'],
  },
];

testDamages(problems, check, damages, { others: opening });
