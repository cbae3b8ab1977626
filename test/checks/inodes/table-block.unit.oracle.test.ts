import { problems } from '../../../src/checks/inodes/table-block';
import { groupDesc, groupFlags } from '../../../src/layout/group';
import { inode } from '../../../src/layout/inode';
import { testWithWholeCheck } from '../../support/check-damages';
import { times } from '../../support/compare-codes';
import { TestImage } from '../../support/image';
import { tree } from '../../support/tree';

const ext2 = () => TestImage.load('ext2-1k');
const ext4 = () => TestImage.load('ext4-4k-csum');
const plain = () => TestImage.load('ext4-uninit-bg');

/** Byte offset of the table block that holds inode `ino`. */
const tableBlockOf = (image: TestImage, ino: number): number => {
  const at = image.inodeAt(ino);
  return at - (at % image.made.blockSize);
};

testWithWholeCheck(problems, [
  {
    name: 'an inode table that starts behind the end',
    image: ext2,
    damage: (image) => image.setGroup(2, { bg_inode_table_lo: image.made.blocksCount + 1 }),
    findings: [
      'group-descriptors-implausible 0x000045',
      'superblock-backup-used',
      'group-free-blocks-wrong 0x05000e',
      'group-free-blocks-wrong 0x05000e',
      'group-free-blocks-wrong 0x05000e',
      'superblock-free-blocks-wrong 0x05000f',
      'group-free-inodes-wrong 0x05000b',
      'group-directories-wrong 0x05000c',
      'group-free-inodes-wrong 0x05000b',
      'group-directories-wrong 0x05000c',
      'group-free-inodes-wrong 0x05000b',
      'superblock-free-inodes-wrong 0x05000d',
    ],
  },
  {
    name: 'an image cut off in its last inode table',
    image: ext2,
    damage: (image) => image.resized(image.inodeAt(image.made.inodesCount - 4)),
    findings: ['image-truncated 0x000005', 'inode-table-unreadable 0x010028'],
  },
  {
    name: 'a table block of zeros',
    image: ext2,
    damage: (image) => image.fill(tableBlockOf(image, tree.fstab), 1024),
    findings: [
      'inode-table-block-zero',
      'entry-inode-unused 0x020003',
      'entry-type-wrong 0x020028',
      'entry-inode-unused 0x020003',
      'entry-type-wrong 0x020028',
      'entry-inode-unused 0x020003',
      'entry-type-wrong 0x020028',
      'entry-inode-unused 0x020003',
      'entry-type-wrong 0x020028',
      'block-marked-unused 0x050014',
      'block-marked-unused 0x050004',
      'inode-marked-unused 0x050016',
    ],
  },
  {
    name: 'an inode that is marked only as the project quota that nobody uses, in a table block of zeros',
    image: ext2,
    damage: (image) => {
      const last = image.made.inodesCount - 8;
      image.setSuper({ s_prj_quota_inum: last });
      const index = (last - 1) % image.made.inodesPerGroup;
      const group = Math.floor((last - 1) / image.made.inodesPerGroup);
      const bitmap = image.blockAt(groupDesc.bg_inode_bitmap_lo(image.view, image.groupAt(group)));
      image.bytes[bitmap + (index >> 3)]! |= 1 << (index & 7);
      return image;
    },
    findings: ['group-free-inodes-wrong 0x05000b', 'superblock-free-inodes-wrong 0x05000d'],
  },
  {
    name: 'a table block of zeros with checksums',
    image: ext4,
    damage: (image) => image.fill(tableBlockOf(image, 64), 4096),
    findings: [
      'inode-table-block-zero',
      'entry-inode-unused 0x020003',
      'entry-type-wrong 0x020028',
      'entry-inode-unused 0x020003',
      'entry-type-wrong 0x020028',
      'entry-inode-unused 0x020003',
      'entry-type-wrong 0x020028',
      'entry-inode-unused 0x020003',
      'entry-type-wrong 0x020028',
      'entry-inode-unused 0x020003',
      'entry-type-wrong 0x020028',
      'entry-inode-unused 0x020003',
      'entry-type-wrong 0x020028',
      'entry-inode-unused 0x020003',
      'entry-type-wrong 0x020028',
      'entry-inode-unused 0x020003',
      'entry-type-wrong 0x020028',
      'entry-inode-unused 0x020003',
      'entry-type-wrong 0x020028',
      'entry-inode-unused 0x020003',
      'entry-type-wrong 0x020028',
      'entry-inode-unused 0x020003',
      'entry-type-wrong 0x020028',
      'entry-inode-unused 0x020003',
      'entry-type-wrong 0x020028',
      'entry-inode-unused 0x020003',
      'entry-type-wrong 0x020028',
      'entry-inode-unused 0x020003',
      'entry-type-wrong 0x020028',
      'entry-inode-unused 0x020003',
      'entry-type-wrong 0x020028',
      'entry-inode-unused 0x020003',
      'entry-type-wrong 0x020028',
      'entry-inode-unused 0x020003',
      'entry-type-wrong 0x020028',
      'entry-inode-unused 0x020003',
      'entry-type-wrong 0x020028',
      'block-marked-unused 0x050014',
      'inode-marked-unused 0x050016',
    ],
  },
  {
    name: 'a table block of zeros in which the bitmap has nothing',
    image: ext2,
    damage: (image) => image.fill(tableBlockOf(image, 100), 1024),
    findings: [],
  },
  {
    name: 'a table block whose block maps are mostly out of range',
    image: ext2,
    damage: (image) => {
      // inodes 41 to 44: a symlink, whose target counts for nothing, and three files
      for (const ino of [tree.osRelease, tree.passwd, tree.fstab])
        image.fill(image.inodeAt(ino) + inode.i_block.offset, 32, 0x41);
      return image;
    },
    findings: [
      'inode-garbage 0x010067',
      'inode-garbage 0x010067',
      'inode-garbage 0x010067',
      ...times(8, 'block-out-of-range 0x01000e'),
      'inode-blocks-wrong 0x01000d',
      'inode-garbage 0x010067',
      ...times(8, 'block-out-of-range 0x01000e'),
      'inode-blocks-wrong 0x01000d',
      ...times(8, 'block-out-of-range 0x01000e'),
      'inode-blocks-wrong 0x01000d',
      'block-marked-unused 0x050014',
    ],
  },
  {
    name: 'a table block with half of its roots overwritten',
    image: plain,
    damage: (image) => {
      const first = image.inodeAt(tree.osRelease);
      for (let ino = tree.osRelease; ino < tree.osRelease + 3; ino++)
        image.fill(first + (ino - tree.osRelease) * image.made.inodeSize + inode.i_block.offset, 2);
      return image;
    },
    findings: [
      'inode-garbage 0x010067',
      'inode-garbage 0x010067',
      'inode-garbage 0x010067',
      'extent-root-missing 0x010081',
      'inode-blocks-wrong 0x01000d',
      'inode-garbage 0x010067',
      'extent-root-missing 0x010081',
      'inode-blocks-wrong 0x01000d',
      'extent-root-missing 0x010081',
      'inode-blocks-wrong 0x01000d',
      'block-marked-unused 0x050014',
    ],
  },
  {
    name: 'a file with a wrong checksum',
    image: ext4,
    damage: (image) => image.poke(inode.i_atime, image.inodeAt(tree.fstab), 5),
    findings: ['inode-checksum-wrong 0x010068'],
  },
  {
    name: 'a directory with a wrong checksum',
    image: ext4,
    damage: (image) => image.poke(inode.i_checksum_lo, image.inodeAt(tree.home), 5),
    findings: ['inode-checksum-wrong 0x010068', 'directory-checksum-wrong 0x02004d'],
  },
  {
    name: 'an unused inode with a wrong checksum',
    image: ext4,
    damage: (image) => {
      const first = image.made.inodesPerGroup + 1;
      const flags = groupDesc.bg_flags(image.view, image.groupAt(1)) & ~groupFlags.INODE_UNINIT;
      image.setGroup(1, { bg_flags: flags, bg_itable_unused_lo: first - 1 - 16 });
      return image.poke(inode.i_dtime, image.inodeAt(first + 10), 0x60000000);
    },
    findings: ['inode-checksum-wrong 0x010068'],
  },
]);
