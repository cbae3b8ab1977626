import { problems } from '../../../src/checks/inodes/sizes';
import { extentLeaf } from '../../../src/layout/extent';
import { inodeFlags } from '../../../src/layout/inode';
import { testWithWholeCheck } from '../../support/check-damages';
import { makeImage } from '../../support/e2fsprogs';
import { TestImage } from '../../support/image';
import { addFlags, blockWord, setBlockWords, setRoot, tree } from '../../support/tree';

const ext2 = () => TestImage.load('ext2-1k');
const ext4 = () => TestImage.load('ext4-4k-csum');
const inline = () =>
  makeImage({
    size: '2M',
    options: '-t ext4 -b 1024 -I 256 -O inline_data,^has_journal',
    commands: ['mkdir d'],
    settle: true,
  });
const bigalloc = () =>
  makeImage({
    size: '8M',
    options: '-t ext4 -b 1024 -C 4096 -O bigalloc,^has_journal,^resize_inode',
    commands: ['mkdir d'],
    settle: true,
  });
const madeDirectory = 12;

testWithWholeCheck(problems, [
  {
    name: 'a directory without blocks',
    image: ext2,
    damage: (image) => setBlockWords(image, tree.home),
    findings: [
      'directory-empty 0x010006',
      'inode-size-wrong 0x01000c',
      'inode-blocks-wrong 0x01000d',
      'directory-hole 0x020015',
      'directory-dotdot-wrong 0x030005',
      'inode-links-wrong 0x040003',
      'inode-links-wrong 0x040003',
      'block-marked-unused 0x050004',
    ],
  },
  {
    name: 'a directory of half a block',
    image: ext4,
    damage: (image) => image.setInode(tree.home, { i_size_lo: 512 }),
    findings: ['inode-size-wrong 0x01000c'],
  },
  {
    name: 'a directory larger than its blocks',
    image: ext2,
    damage: (image) => image.setInode(tree.home, { i_size_lo: 2048 }),
    findings: ['inode-size-wrong 0x01000c'],
  },
  {
    name: 'a directory smaller than its blocks',
    image: ext2,
    damage: (image) => image.setInode(tree.home, { i_size_lo: 0 }),
    findings: ['inode-size-wrong 0x01000c'],
  },
  {
    name: 'a directory with preallocated blocks',
    image: ext2,
    damage: (image) => {
      image.setSuper({ s_prealloc_dir_blocks: 8 });
      return image.setInode(tree.home, { i_size_lo: 0 });
    },
    findings: [],
  },
  {
    name: 'a file smaller than its blocks',
    image: ext2,
    damage: (image) => image.setInode(tree.initrd, { i_size_lo: 13 * 1024 - 1 }),
    findings: ['inode-size-wrong 0x01000c'],
  },
  {
    name: 'a file that ends at the start of its last block',
    image: ext2,
    damage: (image) => image.setInode(tree.initrd, { i_size_lo: 13 * 1024 }),
    findings: [],
  },
  {
    name: 'an extent file smaller than its blocks',
    image: ext4,
    damage: (image) => image.setInode(tree.initrd, { i_size_lo: 100 }),
    findings: ['inode-size-wrong 0x01000c'],
  },
  {
    name: 'an unwritten extent behind the end',
    image: ext4,
    damage: (image) =>
      setRoot(image, tree.initrd, 1, extentLeaf.ee_len, 32768 + 14).setInode(tree.initrd, { i_size_lo: 100 }),
    findings: [],
  },
  {
    name: 'a sealed file with blocks behind the end',
    image: ext4,
    damage: (image) => addFlags(image, tree.initrd, inodeFlags.VERITY).setInode(tree.initrd, { i_size_lo: 100 }),
    findings: ['verity-descriptor-missing'],
  },
  {
    name: 'a file larger than a block map can reach',
    image: ext2,
    damage: (image) => image.setInode(tree.fstab, { i_size_high: 4, i_size_lo: 0x4043001 }),
    findings: ['inode-size-wrong 0x01000c'],
  },
  {
    name: 'a file as large as a block map can reach',
    image: ext2,
    damage: (image) => image.setInode(tree.fstab, { i_size_high: 4, i_size_lo: 0x4043000 }),
    findings: [],
  },
  {
    name: 'a file larger than extents can reach',
    image: ext4,
    damage: (image) => image.setInode(tree.fstab, { i_size_high: 4096, i_size_lo: 0 }),
    findings: ['inode-size-wrong 0x01000c'],
  },
  {
    name: 'an inline directory of another size',
    native: true,
    image: inline,
    damage: (image) => image.setInode(madeDirectory, { i_size_lo: 80 }),
    findings: ['inode-size-wrong 0x01000c'],
  },
  {
    name: 'a block count too many',
    image: ext2,
    damage: (image) => image.setInode(tree.fstab, { i_blocks_lo: 4 }),
    findings: ['inode-blocks-wrong 0x01000d'],
  },
  {
    name: 'a block count in file system blocks',
    image: ext4,
    damage: (image) => addFlags(image, tree.initrd, inodeFlags.HUGE_FILE).setInode(tree.initrd, { i_blocks_lo: 14 }),
    findings: [],
  },
  {
    name: 'a block count in sectors where blocks are said',
    image: ext4,
    damage: (image) => addFlags(image, tree.initrd, inodeFlags.HUGE_FILE),
    findings: ['inode-blocks-wrong 0x01000d'],
  },
  {
    name: 'the high half of a block count',
    image: ext4,
    damage: (image) => image.setInode(tree.fstab, { i_blocks_high: 1 }),
    findings: ['inode-blocks-wrong 0x01000d'],
  },
  {
    name: 'a block map where there are clusters',
    native: true,
    image: bigalloc,
    damage: (image) => {
      const block = blockWord(image, madeDirectory, 5);
      return setBlockWords(image.setInode(madeDirectory, { i_flags: 0 }), madeDirectory, block);
    },
    findings: ['inode-blockmap-with-bigalloc 0x010080'],
  },
]);
