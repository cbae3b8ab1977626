import { problems } from '../../../src/checks/bitmaps/pass';
import { groupDesc, groupFlags } from '../../../src/layout/group';
import { superblock, superblockOffset } from '../../../src/layout/superblock';
import { bitmapAt, clearPadding, markBlocks, markInodes, restampBitmap } from '../../support/bitmaps';
import { testWithWholeCheck } from '../../support/check-damages';
import { times } from '../../support/compare-codes';
import { blocksOf, TestDirectory } from '../../support/directory';
import { makeImage } from '../../support/e2fsprogs';
import { TestImage } from '../../support/image';
import { tree } from '../../support/tree';

const ext2 = () => TestImage.load('ext2-1k');
const ext4 = () => TestImage.load('ext4-1k-csum-tree');
const lazy = () => TestImage.load('ext4-uninit-bg');
const initrd = (image: TestImage) => [...blocksOf(image, tree.initrd).values()];
/** Blocks at the end of the file system, that nothing uses. */
const free = (image: TestImage, count: number) =>
  Array.from({ length: count }, (_, i) => image.made.blocksCount - count + i);
const lastGroup = (image: TestImage) => image.made.groupCount - 1;

testWithWholeCheck(problems, [
  {
    name: 'a block in use that is marked free',
    image: ext4,
    damage: (image) => markBlocks(image, initrd(image).slice(0, 1), false),
    findings: [
      'block-used-marked-free 0x050005',
      'group-free-blocks-wrong 0x05000e',
      'superblock-free-blocks-wrong 0x05000f',
    ],
  },
  {
    name: 'blocks in use that are marked free',
    image: ext2,
    damage: (image) => markBlocks(image, initrd(image).slice(2, 5), false),
    findings: [
      'block-used-marked-free 0x050015',
      'group-free-blocks-wrong 0x05000e',
      'superblock-free-blocks-wrong 0x05000f',
    ],
  },
  {
    name: 'a free block that is marked as in use',
    image: ext2,
    damage: (image) => markBlocks(image, free(image, 1), true),
    findings: [
      'block-marked-unused 0x050004',
      'group-free-blocks-wrong 0x05000e',
      'superblock-free-blocks-wrong 0x05000f',
    ],
  },
  {
    name: 'free blocks that are marked as in use',
    image: ext4,
    damage: (image) => markBlocks(image, free(image, 3), true),
    findings: [
      'block-marked-unused 0x050014',
      'group-free-blocks-wrong 0x05000e',
      'superblock-free-blocks-wrong 0x05000f',
    ],
  },
  {
    name: 'a block of a file in a group that was never used',
    image: lazy,
    damage: (image) => {
      const group = lastGroup(image);
      if ((groupDesc.bg_flags(image.view, image.groupAt(group)) & groupFlags.BLOCK_UNINIT) === 0)
        image.setGroup(group, { bg_flags: groupFlags.BLOCK_UNINIT | groupFlags.INODE_UNINIT });
      const [block] = free(image, 1);
      const old = TestDirectory.at(image, '/home').block();
      image.bytes.copyWithin(image.blockAt(block!), image.blockAt(old), image.blockAt(old + 1));
      return image.setBlockWord(tree.home, 5, block!);
    },
    findings: [
      'group-last-uninit 0x000039',
      'block-marked-unused 0x050004',
      'block-in-uninit-group 0x050018',
      'block-used-marked-free 0x050005',
      'block-bitmap-padding 0x050002',
    ],
  },
  {
    name: 'a last group that is said to have no bitmap',
    image: lazy,
    damage: (image) =>
      image.setGroup(lastGroup(image), { bg_flags: groupFlags.BLOCK_UNINIT | groupFlags.INODE_UNINIT }),
    findings: ['group-last-uninit 0x000039', 'block-bitmap-padding 0x050002'],
  },
  {
    name: 'an inode in use that is marked free',
    image: ext4,
    damage: (image) => markInodes(image, [tree.fstab], false),
    findings: [
      'inode-used-marked-free 0x050009',
      'group-free-inodes-wrong 0x05000b',
      'superblock-free-inodes-wrong 0x05000d',
    ],
  },
  {
    name: 'inodes in use that are marked free',
    image: ext2,
    damage: (image) => markInodes(image, [tree.osRelease, tree.passwd, tree.fstab], false),
    findings: [
      'inode-used-marked-free 0x050017',
      'group-free-inodes-wrong 0x05000b',
      'superblock-free-inodes-wrong 0x05000d',
    ],
  },
  {
    name: 'a directory whose inode is marked free',
    image: ext2,
    damage: (image) => markInodes(image, [tree.home], false),
    findings: [
      'inode-used-marked-free 0x050009',
      'group-free-inodes-wrong 0x05000b',
      'group-directories-wrong 0x05000c',
      'superblock-free-inodes-wrong 0x05000d',
    ],
  },
  {
    name: 'a free inode that is marked as in use',
    image: ext2,
    damage: (image) => markInodes(image, [100], true),
    findings: [
      'inode-table-block-zero',
      'inode-marked-unused 0x050008',
      'group-free-inodes-wrong 0x05000b',
      'superblock-free-inodes-wrong 0x05000d',
    ],
  },
  {
    name: 'free inodes that are marked as in use',
    image: ext4,
    damage: (image) => markInodes(image, [110, 111, 112], true),
    findings: [
      'inode-marked-unused 0x050016',
      'group-free-inodes-wrong 0x05000b',
      'superblock-free-inodes-wrong 0x05000d',
    ],
  },
  {
    name: 'a wrong count of free blocks',
    image: ext4,
    damage: (image) => image.setGroup(0, { bg_free_blocks_count_lo: 3 }),
    findings: ['group-free-blocks-wrong 0x05000e'],
  },
  {
    name: 'a wrong count of all free blocks',
    image: ext2,
    damage: (image) => image.setSuper({ s_free_blocks_count_lo: 0 }),
    findings: ['superblock-free-blocks-wrong 0x05000f'],
  },
  {
    name: 'a high half in the count of all free blocks',
    image: ext4,
    damage: (image) => image.setSuper({ s_free_blocks_count_hi: 1 }),
    findings: ['superblock-free-blocks-wrong 0x05000f'],
  },
  {
    name: 'a high half in the count of all free blocks that does not count',
    image: ext2,
    damage: (image) => image.poke(superblock.s_free_blocks_count_hi, superblockOffset, 1),
    findings: [],
  },
  {
    name: 'wrong counts of inodes and directories',
    image: ext4,
    damage: (image) => image.setGroup(0, { bg_free_inodes_count_lo: 5, bg_used_dirs_count_lo: 1 }),
    findings: ['group-free-inodes-wrong 0x05000b', 'group-directories-wrong 0x05000c'],
  },
  {
    name: 'a wrong count of all free inodes',
    image: ext2,
    damage: (image) => image.setSuper({ s_free_inodes_count: 0 }),
    findings: ['superblock-free-inodes-wrong 0x05000d'],
  },
  {
    name: 'a clear bit behind the inodes of a group',
    image: ext2,
    damage: (image) => clearPadding(image, 'inode', 1, image.made.inodesPerGroup + 3),
    findings: ['inode-bitmap-padding 0x050001'],
  },
  {
    name: 'a clear bit behind the blocks of a group',
    image: ext2,
    damage: (image) => clearPadding(image, 'block', 1, image.made.blockSize * 8 - 1),
    findings: ['block-bitmap-padding 0x050002'],
  },
  {
    name: 'a clear bit behind the end of the file system',
    image: ext2,
    damage: (image) => clearPadding(image, 'block', 3, 1023),
    findings: ['block-bitmap-padding 0x050002'],
  },
  {
    name: 'an inode bitmap with a wrong checksum',
    image: ext4,
    damage: (image) => image.setGroup(0, { bg_inode_bitmap_csum_lo: 1 }),
    findings: ['inode-bitmap-checksum-wrong 0x05001a'],
  },
  {
    name: 'a block bitmap with a wrong checksum',
    image: ext4,
    damage: (image) => image.setGroup(0, { bg_block_bitmap_csum_hi: 1 }),
    findings: ['block-bitmap-checksum-wrong 0x05001b'],
  },
  {
    name: 'a block bitmap of zeros',
    image: ext2,
    damage: (image) => image.fill(bitmapAt(image, 'block', 0), image.made.blockSize),
    findings: [
      'block-used-marked-free 0x050015',
      'group-free-blocks-wrong 0x05000e',
      'superblock-free-blocks-wrong 0x05000f',
      'block-bitmap-padding 0x050002',
      'block-bitmap-zero',
    ],
  },
  {
    name: 'an inode bitmap of zeros',
    image: ext4,
    damage: (image) => restampBitmap(image.fill(bitmapAt(image, 'inode', 0), image.made.blockSize), 'inode', 0),
    findings: [
      'inode-used-marked-free 0x050017',
      'group-free-inodes-wrong 0x05000b',
      'group-directories-wrong 0x05000c',
      'superblock-free-inodes-wrong 0x05000d',
      'inode-bitmap-padding 0x050001',
      'inode-bitmap-zero',
    ],
  },
  {
    name: 'an inode bitmap of zeros where no inode is in use',
    image: ext2,
    damage: (image) => image.fill(bitmapAt(image, 'inode', 3), image.made.inodesPerGroup / 8),
    findings: [],
  },
  {
    name: 'bitmaps behind the end of the image',
    image: ext2,
    damage: (image) => {
      const [a, b] = free(image, 2);
      return image
        .setGroup(3, { bg_block_bitmap_lo: a!, bg_inode_bitmap_lo: b! })
        .resized(image.bytes.length - 2 * image.made.blockSize);
    },
    findings: ['image-truncated 0x000005', 'block-bitmap-unreadable', 'inode-bitmap-unreadable'],
  },
  {
    name: 'an inode bitmap outside the file system, which has no checksum to match',
    native: true,
    image: () => makeImage({ size: '2M', options: '-t ext4 -b 1024 -O metadata_csum,^has_journal -N 64' }),
    damage: (image) => image.setGroup(0, { bg_inode_bitmap_lo: 0x7fffffff }),
    findings: [
      'group-descriptors-implausible 0x000045',
      'group-inode-bitmap-location 0x000002',
      'inode-bitmap-unreadable',
      'block-marked-unused 0x050004',
      'inode-used-marked-free 0x050017',
      'group-free-inodes-wrong 0x05000b',
      'group-directories-wrong 0x05000c',
      'superblock-free-inodes-wrong 0x05000d',
      'inode-bitmap-checksum-wrong 0x05001a',
    ],
  },
  {
    name: 'a block bitmap outside the file system',
    image: ext2,
    damage: (image) => image.setGroup(3, { bg_block_bitmap_lo: image.made.blocksCount }),
    findings: [
      'group-descriptors-implausible 0x000045',
      'superblock-backup-used',
      ...times(3, 'group-free-blocks-wrong 0x05000e'),
      'superblock-free-blocks-wrong 0x05000f',
      ...times(2, 'group-free-inodes-wrong 0x05000b', 'group-directories-wrong 0x05000c'),
      'group-free-inodes-wrong 0x05000b',
      'superblock-free-inodes-wrong 0x05000d',
    ],
  },
  {
    name: 'an inode bitmap outside the file system',
    image: ext2,
    damage: (image) => image.setGroup(3, { bg_inode_bitmap_lo: image.made.blocksCount + 5 }),
    findings: [
      'group-descriptors-implausible 0x000045',
      'superblock-backup-used',
      ...times(3, 'group-free-blocks-wrong 0x05000e'),
      'superblock-free-blocks-wrong 0x05000f',
      ...times(2, 'group-free-inodes-wrong 0x05000b', 'group-directories-wrong 0x05000c'),
      'group-free-inodes-wrong 0x05000b',
      'superblock-free-inodes-wrong 0x05000d',
    ],
  },
]);
