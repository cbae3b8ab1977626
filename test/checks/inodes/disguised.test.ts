import { problems } from '../../../src/checks/inodes/disguised';
import { TestImage } from '../../support/image';
import { tree } from '../../support/tree';
import { testWhole } from '../../support/whole';

const ext2 = () => TestImage.load('ext2-1k');
const ext4 = () => TestImage.load('ext4-4k-csum');

testWhole(problems, [
  {
    name: 'a directory with the mode of a pipe',
    image: ext2,
    damage: (image) => image.setInode(tree.home, { i_mode: 0o010755 }),
    findings: [
      'special-inode-with-size 0x010032',
      'inode-looks-like-directory 0x010055',
      'inode-blocks-wrong 0x01000d',
      'entry-type-wrong 0x020028',
      'inode-links-wrong 0x040003',
      'inode-links-wrong 0x040003',
      'block-marked-unused 0x050004',
      'group-directories-wrong 0x05000c',
    ],
  },
  {
    name: 'a directory with the mode of a device',
    image: ext2,
    damage: (image) => image.setInode(tree.home, { i_mode: 0o020755 }),
    findings: [
      'special-inode-with-size 0x010032',
      'inode-looks-like-directory 0x010055',
      'inode-blocks-wrong 0x01000d',
      'entry-type-wrong 0x020028',
      'inode-links-wrong 0x040003',
      'inode-links-wrong 0x040003',
      'block-marked-unused 0x050004',
      'group-directories-wrong 0x05000c',
    ],
  },
  {
    name: 'a directory with one link and the mode of a device',
    image: ext2,
    damage: (image) => image.setInode(tree.home, { i_mode: 0o020755, i_links_count: 1 }),
    findings: [
      'special-inode-with-size 0x010032',
      'inode-blocks-wrong 0x01000d',
      'entry-type-wrong 0x020028',
      'inode-links-wrong 0x040003',
      'block-marked-unused 0x050004',
      'group-directories-wrong 0x05000c',
    ],
  },
  {
    name: 'a directory of extents with a mode that does not exist',
    image: ext4,
    damage: (image) => image.setInode(tree.home, { i_mode: 0o070755 }),
    findings: [
      'inode-looks-like-directory 0x010055',
      'inode-blocks-wrong 0x01000d',
      'entry-type-wrong 0x020028',
      'inode-mode-invalid 0x020012',
      'inode-links-wrong 0x040003',
      'inode-links-wrong 0x040003',
      'block-marked-unused 0x050004',
      'group-directories-wrong 0x05000c',
    ],
  },
  {
    name: 'a file with a mode that does not exist',
    image: ext2,
    damage: (image) => image.setInode(tree.fstab, { i_mode: 0o030644 }),
    findings: [
      'inode-blocks-wrong 0x01000d',
      'entry-type-wrong 0x020028',
      'inode-mode-invalid 0x020012',
      'block-marked-unused 0x050004',
    ],
  },
]);
