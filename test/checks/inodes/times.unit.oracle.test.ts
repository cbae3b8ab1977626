import { problems } from '../../../src/checks/inodes/times';
import { testWithWholeCheck } from '../../support/check-damages';
import { fakeNow } from '../../support/e2fsprogs';
import { TestImage } from '../../support/image';
import { tree } from '../../support/tree';

const ext2 = () => TestImage.load('ext2-1k');
const ext4 = () => TestImage.load('ext4-4k-csum');
const unused = 80;

testWithWholeCheck(problems, [
  {
    name: 'an unused inode with a mode and no deletion time',
    image: ext2,
    damage: (image) => image.setInode(unused, { i_mode: 0o100644 }),
    findings: ['inode-unused-without-dtime 0x010004'],
  },
  {
    name: 'an unused inode with a mode and a deletion time',
    image: ext2,
    damage: (image) => image.setInode(unused, { i_mode: 0o100644, i_dtime: fakeNow }),
    findings: [],
  },
  {
    name: 'a file with a deletion time',
    image: ext4,
    damage: (image) => image.setInode(tree.fstab, { i_dtime: fakeNow }),
    findings: ['inode-dtime-set 0x010005'],
  },
  {
    name: 'a root directory with a deletion time',
    image: ext2,
    damage: (image) => image.setInode(2, { i_dtime: fakeNow }),
    findings: ['root-dtime-set 0x010002', 'inode-dtime-set 0x010005'],
  },
  {
    name: 'an unused inode that names the next orphan',
    image: ext2,
    damage: (image) => image.setInode(unused, { i_mode: 0o100644, i_dtime: 12 }),
    findings: ['inode-orphan-leftover 0x010036'],
  },
  {
    name: 'a file that names the next orphan',
    image: ext4,
    damage: (image) => image.setInode(tree.fstab, { i_dtime: 12 }),
    findings: ['inode-orphan-leftover 0x010036', 'inode-dtime-set 0x010005'],
  },
  {
    name: 'the largest inode number as a deletion time',
    image: ext2,
    damage: (image) => image.setInode(unused, { i_dtime: image.made.inodesCount }),
    findings: [],
  },
  {
    name: 'a file system made in the first seconds of 1970, where orphans cannot be told',
    image: ext2,
    damage: (image) => image.setSuper({ s_mkfs_time: 5 }).setInode(unused, { i_mode: 0o100644, i_dtime: 12 }),
    findings: [],
  },
  {
    name: 'two times that no kernel writes',
    image: ext4,
    damage: (image) =>
      image.setInode(tree.fstab, {
        i_atime: 0x80000000,
        i_atime_extra: 3,
        i_crtime: 0xffffffff,
        i_crtime_extra: 7,
        i_mtime: 0x7fffffff,
        i_mtime_extra: 3,
      }),
    findings: ['inode-time-out-of-range 0x010082'],
  },
  {
    name: 'a change time that no kernel writes',
    image: ext2,
    damage: (image) => image.setInode(tree.home, { i_ctime: 0xfffffff0, i_ctime_extra: 3 }),
    findings: ['inode-time-out-of-range 0x010082'],
  },
  {
    name: 'a birth time behind the fields in use',
    image: ext2,
    damage: (image) => image.setInode(tree.fstab, { i_extra_isize: 16, i_crtime: 0xfffffff0, i_crtime_extra: 3 }),
    findings: ['inode-time-out-of-range 0x010082'],
  },
  {
    name: 'a birth time in an inode without room for attributes',
    image: ext2,
    damage: (image) => image.setInode(tree.fstab, { i_extra_isize: 124, i_crtime: 0xfffffff0, i_crtime_extra: 3 }),
    findings: [],
  },
]);
