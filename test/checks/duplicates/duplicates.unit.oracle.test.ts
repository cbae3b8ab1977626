import { problems } from '../../../src/checks/duplicates/pass';
import { extentHeader, extentLeaf } from '../../../src/layout/extent';
import { roCompat } from '../../../src/layout/features';
import { groupDesc } from '../../../src/layout/group';
import { inode } from '../../../src/layout/inode';
import { testWithWholeCheck } from '../../support/check-damages';
import { times } from '../../support/compare-codes';
import { TestImage } from '../../support/image';
import { blockWord, setNode, setRoot, tree } from '../../support/tree';

const ext2 = () => TestImage.load('ext2-1k');
const deep = () => TestImage.load('ext4-1k-csum-tree');
const ext4 = () => TestImage.load('ext4-4k-csum');
const { fstab, passwd, initrd, osRelease, cos, home, empty, forks } = tree;

const sharing = (image: TestImage) =>
  image.setSuper({ s_feature_ro_compat: image.made.sb.s_feature_ro_compat | roCompat.shared_blocks });

const twoFiles = [...times(2, 'file-shares-blocks 0x013001', 'file-shares-with 0x013002')];
const blockOfTwoFiles = [...times(2, 'blocks-multiply-claimed 0x011002'), ...twoFiles, 'block-marked-unused 0x050004'];
const blockOnMetadata = [
  'blocks-multiply-claimed 0x011002',
  'file-shares-blocks 0x013001',
  'file-shares-metadata 0x013003',
  'block-marked-unused 0x050004',
];

testWithWholeCheck(problems, [
  {
    name: 'a block of two files',
    image: ext2,
    damage: (image) => image.setBlockWord(fstab, 0, blockWord(image, passwd, 0)),
    findings: blockOfTwoFiles,
  },
  {
    name: 'a block of two files that may share',
    image: ext2,
    damage: (image) => sharing(image).setBlockWord(fstab, 0, blockWord(image, passwd, 0)),
    findings: ['block-marked-unused 0x050004'],
  },
  {
    name: 'a file on a bitmap where files may share',
    image: ext2,
    damage: (image) =>
      sharing(image)
        .setBlockWord(fstab, 0, groupDesc.bg_inode_bitmap_lo(image.view, image.groupAt(1)))
        .setBlockWord(passwd, 0, blockWord(image, initrd, 0)),
    findings: ['file-on-metadata', 'block-marked-unused 0x050014'],
  },
  {
    name: 'an extent on an inode table where files may share',
    image: ext4,
    damage: (image) =>
      sharing(image).setBlockWord(fstab, 5, groupDesc.bg_inode_table_lo(image.view, image.groupAt(0)) + 1),
    findings: ['file-on-metadata', 'block-marked-unused 0x050004'],
  },
  {
    name: 'the block of the superblock, which e2fsck takes for a run from block 0',
    image: ext2,
    damage: (image) => image.setBlockWord(fstab, 0, 1),
    findings: [
      'blocks-multiply-claimed 0x011008',
      'file-shares-blocks 0x013001',
      'file-shares-metadata 0x013003',
      'block-marked-unused 0x050004',
    ],
  },
  {
    name: 'the block of the superblock, behind another shared one',
    image: ext2,
    damage: (image) => image.setBlockWord(fstab, 0, 2).setBlockWord(fstab, 1, 1),
    findings: [
      'inode-size-wrong 0x01000c',
      'inode-blocks-wrong 0x01000d',
      'blocks-multiply-claimed 0x011002',
      ...blockOnMetadata,
    ],
  },
  {
    name: 'a block of three files',
    image: ext2,
    damage: (image) => {
      const block = blockWord(image, passwd, 0);
      return image.setBlockWord(fstab, 0, block).setBlockWord(initrd, 0, block);
    },
    findings: [
      ...times(3, 'blocks-multiply-claimed 0x011002'),
      ...times(3, 'file-shares-blocks 0x013001', 'file-shares-with 0x013002', 'file-shares-with 0x013002'),
      'block-marked-unused 0x050004',
      'block-marked-unused 0x050004',
    ],
  },
  {
    name: 'a run of blocks of two files',
    image: ext4,
    damage: (image) =>
      setRoot(image, fstab, 1, extentLeaf.ee_len, 3)
        .setInode(fstab, { i_blocks_lo: 24, i_size_lo: 12288 })
        .setBlockWord(fstab, 5, blockWord(image, initrd, 5)),
    findings: [
      'blocks-multiply-claimed 0x011008',
      'blocks-multiply-claimed 0x011008',
      ...twoFiles,
      'block-marked-unused 0x050004',
    ],
  },
  {
    name: 'a block twice in one file',
    image: ext2,
    damage: (image) => image.setBlockWord(initrd, 4, blockWord(image, initrd, 8)),
    findings: [
      ...times(2, 'blocks-multiply-claimed 0x011002'),
      'file-shares-blocks 0x013001',
      'block-marked-unused 0x050004',
    ],
  },
  {
    name: 'a block of a directory and of a file',
    image: ext2,
    damage: (image) => image.setBlockWord(fstab, 0, blockWord(image, home, 0)),
    findings: blockOfTwoFiles,
  },
  {
    name: 'an indirect block that is also data',
    image: ext2,
    damage: (image) => image.setBlockWord(fstab, 0, blockWord(image, initrd, 12)),
    findings: blockOfTwoFiles,
  },
  {
    name: 'an attribute block that is also data',
    image: ext2,
    damage: (image) => image.setBlockWord(fstab, 0, inode.i_file_acl_lo(image.view, image.inodeAt(cos))),
    findings: blockOfTwoFiles,
  },
  {
    name: 'an attribute block of two inodes',
    image: ext2,
    damage: (image) =>
      image.setInode(osRelease, { i_file_acl_lo: inode.i_file_acl_lo(image.view, image.inodeAt(cos)) }),
    findings: ['xattr-refcount-wrong 0x01003c', 'block-marked-unused 0x050004'],
  },
  {
    name: 'a file on a bitmap',
    image: ext2,
    damage: (image) => image.setBlockWord(fstab, 0, groupDesc.bg_inode_bitmap_lo(image.view, image.groupAt(1))),
    findings: blockOnMetadata,
  },
  {
    name: 'a file on an inode table, and another that shares with a third',
    image: ext2,
    damage: (image) =>
      image
        .setBlockWord(passwd, 0, groupDesc.bg_inode_table_lo(image.view, image.groupAt(3)))
        .setBlockWord(initrd, 0, blockWord(image, fstab, 0)),
    findings: [
      ...times(3, 'blocks-multiply-claimed 0x011002'),
      'file-shares-blocks 0x013001',
      'file-shares-with 0x013002',
      'file-shares-blocks 0x013001',
      'file-shares-metadata 0x013003',
      'file-shares-blocks 0x013001',
      'file-shares-with 0x013002',
      'block-marked-unused 0x050004',
      'block-marked-unused 0x050004',
    ],
  },
  {
    name: 'a shared block beside a tree without a root',
    image: ext4,
    damage: (image) =>
      setRoot(image.setBlockWord(fstab, 5, blockWord(image, passwd, 5)), empty, 0, extentHeader.eh_magic, 0),
    findings: ['extent-root-missing 0x010081', ...blockOfTwoFiles],
  },
  {
    name: 'a shared block beside a tree that cannot be followed',
    image: deep,
    damage: (image) =>
      setNode(image.setBlockWord(fstab, 5, blockWord(image, passwd, 5)), forks, 783, 0, extentHeader.eh_magic, 0),
    findings: [
      'extent-header-invalid 0x01005f',
      'inode-blocks-wrong 0x01000d',
      ...times(2, 'blocks-multiply-claimed 0x011002'),
      'mapping-not-walked-again 0x011006',
      ...twoFiles,
      'block-marked-unused 0x050004',
      'block-marked-unused 0x050014',
      'block-marked-unused 0x050014',
    ],
  },
  {
    name: 'a shared block beside a node with a wrong checksum',
    image: deep,
    damage: (image) => image.setBlockWord(fstab, 5, blockWord(image, passwd, 5)).fill(image.blockAt(783) + 1020, 4),
    findings: [
      'extent-node-checksum-wrong 0x01006a',
      ...times(2, 'blocks-multiply-claimed 0x011002'),
      'mapping-not-walked-again 0x011006',
      ...twoFiles,
      'block-marked-unused 0x050004',
    ],
  },
  {
    name: 'a shared block beside a node with a wrong depth',
    image: deep,
    damage: (image) =>
      setNode(image.setBlockWord(fstab, 5, blockWord(image, passwd, 5)), forks, 783, 0, extentHeader.eh_depth, 3),
    findings: ['extent-depth-mismatch', ...blockOfTwoFiles],
  },
  {
    name: 'an indirect block on a bitmap, whose bits read as blocks that do not exist',
    image: ext2,
    damage: (image) => image.setBlockWord(initrd, 13, groupDesc.bg_inode_bitmap_lo(image.view, image.groupAt(3))),
    findings: [
      'mapping-on-metadata 0x010071',
      'inode-blocks-wrong 0x01000d',
      'mapping-not-walked-again 0x011006',
      'blocks-multiply-claimed 0x011002',
      'file-shares-blocks 0x013001',
      'file-shares-metadata 0x013003',
    ],
  },
  {
    name: 'a shared block beside an inode with a wrong checksum',
    image: ext4,
    damage: (image) =>
      image.setBlockWord(fstab, 5, blockWord(image, passwd, 5)).poke(inode.i_atime, image.inodeAt(empty), 5),
    findings: ['inode-checksum-wrong 0x010068', ...blockOfTwoFiles],
  },
]);
