import { problems as refused } from '../../../src/checks/inodes/refused';
import { problems as reserved } from '../../../src/checks/inodes/reserved';
import { testWithWholeCheck } from '../../support/check-damages';
import { times } from '../../support/compare-codes';
import { makeImage } from '../../support/e2fsprogs';
import { TestImage } from '../../support/image';
import { tree } from '../../support/tree';

const ext2 = () => TestImage.load('ext2-1k');
const ext3 = () => TestImage.load('ext3-1k-htree');
const ext4 = () => TestImage.load('ext4-4k-csum');
const quota = () => makeImage({ size: '2M', options: '-t ext4 -b 1024 -O quota,^has_journal', settle: true });
const orphanFile = () => makeImage({ size: '8M', options: '-t ext4 -b 1024 -O orphan_file,has_journal' });

testWithWholeCheck({ ...refused, ...reserved }, [
  {
    name: 'a root that is a regular file',
    image: ext2,
    damage: (image) => image.setInode(2, { i_mode: 0o100755 }),
    findings: [
      'root-not-directory 0x010001',
      ...times(16, 'entry-type-wrong 0x020028'),
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      ...times(17, 'inode-links-wrong 0x040003'),
      'group-directories-wrong 0x05000c',
    ],
  },
  {
    name: 'an undelete inode that is a directory',
    image: ext2,
    damage: (image) => image.setInode(6, { i_mode: 0o040755 }),
    findings: ['reserved-inode-bad-mode 0x010003', 'directory-empty 0x010006', 'directory-hole 0x020015'],
  },
  {
    name: 'a boot loader inode that is a directory',
    image: ext4,
    damage: (image) => image.setInode(5, { i_mode: 0o040755 }),
    findings: ['reserved-inode-bad-mode 0x010003', 'directory-empty 0x010006', 'directory-hole 0x020015'],
  },
  {
    name: 'a boot loader inode that is a device',
    image: ext2,
    damage: (image) => image.setInode(5, { i_mode: 0o020644 }),
    findings: [],
  },
  {
    name: 'a reserved inode that is a regular file',
    image: ext2,
    damage: (image) => image.setInode(9, { i_mode: 0o100644 }),
    findings: ['reserved-inode-bad-mode 0x010003'],
  },
  {
    name: 'a block count in an unused journal inode',
    image: ext2,
    damage: (image) => image.setInode(8, { i_blocks_lo: 2 }),
    findings: ['journal-inode-not-clear 0x010034'],
  },
  {
    name: 'links and a mode in an unused journal inode',
    image: ext2,
    damage: (image) => image.setInode(8, { i_links_count: 1, i_mode: 0o100600 }),
    findings: ['journal-inode-not-clear 0x010034'],
  },
  {
    name: 'a journal that is a device',
    image: ext3,
    damage: (image) => image.setInode(8, { i_mode: 0o020600 }),
    findings: [
      'journal-backup-used',
      'journal-inode-bad-mode 0x010035',
      'inode-blocks-wrong 0x01000d',
      'block-marked-unused 0x050014',
    ],
  },
  {
    name: 'a quota file that is a pipe',
    native: true,
    image: quota,
    damage: (image) => image.setInode(3, { i_mode: 0o010600 }),
    findings: [
      'quota-inode-bad-mode 0x010062',
      'inode-blocks-wrong 0x01000d',
      'block-marked-unused 0x050014',
      'block-marked-unused 0x050014',
    ],
  },
  {
    name: 'blocks in a quota inode that is not in use',
    image: ext2,
    damage: (image) => image.setInode(3, { i_blocks_lo: 2 }),
    findings: ['quota-inode-not-clear 0x010063'],
  },
  {
    name: 'a project quota inode without the feature',
    image: ext2,
    damage: (image) => image.setSuper({ s_prj_quota_inum: tree.empty }),
    findings: ['quota-inode-not-clear 0x010063', 'entry-inode-invalid 0x020002'],
  },
  {
    name: 'an orphan file that is a pipe',
    native: true,
    image: orphanFile,
    damage: (image) => image.setInode(image.made.sb.s_orphan_file_inum, { i_mode: 0o010600 }),
    findings: ['orphan-file-bad-mode 0x01008f', 'inode-blocks-wrong 0x01000d', 'block-marked-unused 0x050014'],
  },
  {
    name: 'an orphan file without the feature',
    image: ext2,
    damage: (image) => image.setSuper({ s_orphan_file_inum: tree.fstab }),
    findings: ['orphan-file-not-clear 0x010090', 'entry-inode-invalid 0x020002'],
  },
  {
    name: 'a root directory that counts no blocks',
    image: ext2,
    damage: (image) => image.setInode(2, { i_blocks_lo: 0 }),
    findings: ['root-without-size', 'inode-blocks-wrong 0x01000d'],
  },
  {
    name: 'a root directory with an impossible attribute block',
    image: ext2,
    damage: (image) => image.setInode(2, { i_file_acl_lo: 0xffffffff }),
    findings: ['root-inode-refused', 'xattr-block-out-of-range 0x020032'],
  },
  {
    name: 'a journal with an impossible attribute block',
    image: ext4,
    damage: (image) => image.setInode(8, { i_file_acl_lo: 0xffffffff }),
    findings: ['journal-inode-refused'],
  },
  {
    name: 'an orphan file with an impossible attribute block',
    native: true,
    image: orphanFile,
    damage: (image) => image.setInode(image.made.sb.s_orphan_file_inum, { i_file_acl_lo: 0xffffffff }),
    findings: ['orphan-file-inode-refused'],
  },
  {
    name: 'a journal with impossible extra fields',
    image: ext4,
    damage: (image) => image.setInode(8, { i_extra_isize: 31 }),
    findings: ['journal-inode-refused'],
  },
]);
