import { problems } from '../../../src/checks/directories/entries';
import { groupFlags } from '../../../src/layout/group';
import { testWithWholeCheck } from '../../support/check-damages';
import { TestDirectory } from '../../support/directory';
import { makeImage } from '../../support/e2fsprogs';
import { TestImage } from '../../support/image';
import { setBlockWords, tree } from '../../support/tree';

const ext2 = () => TestImage.load('ext2-1k');
const ext4 = () => TestImage.load('ext4-1k-csum-tree');
const lazy = () => TestImage.load('ext4-uninit-bg');
const at = (image: TestImage, path: string) => TestDirectory.at(image, path);
const file = 1;
const folder = 2;
const quotas = {
  size: '4M',
  options: '-t ext4 -b 1024 -O quota,project -E quotatype=usrquota:grpquota:prjquota',
  commands: ['mkdir a', 'mkdir a/b'],
  settle: true,
};

testWithWholeCheck(problems, [
  {
    name: 'a name whose inode was deleted',
    image: ext2,
    damage: (image) => image.setInode(tree.fstab, { i_links_count: 0, i_dtime: 1_600_000_000 }),
    findings: ['entry-inode-unused 0x020003', 'block-marked-unused 0x050004', 'inode-marked-unused 0x050008'],
  },
  {
    name: 'a name for an inode that was never used',
    image: ext4,
    damage: (image) => at(image, '/etc').set('fstab', { inode: 150 }).image,
    findings: [
      'entry-inode-group-uninit 0x020046',
      'entry-inode-unused 0x020003',
      'entry-type-wrong 0x020028',
      'inode-unattached 0x040002',
    ],
  },
  {
    name: 'a name for a deleted directory',
    image: ext4,
    damage: (image) => image.setInode(tree.home, { i_links_count: 0, i_dtime: 1_600_000_000 }),
    findings: [
      'entry-inode-unused 0x020003',
      'inode-links-wrong 0x040003',
      'block-marked-unused 0x050004',
      'inode-marked-unused 0x050008',
      'group-directories-wrong 0x05000c',
    ],
  },
  {
    name: 'a name for a reserved inode',
    image: ext2,
    damage: (image) => at(image, '/etc').set('fstab', { inode: 7 }).image,
    findings: ['entry-inode-invalid 0x020002', 'inode-unattached 0x040002'],
  },
  {
    name: 'a name for an inode behind the last one',
    image: ext4,
    damage: (image) => at(image, '/etc').set('fstab', { inode: image.made.inodesCount + 1 }).image,
    findings: ['entry-inode-invalid 0x020002', 'inode-unattached 0x040002'],
  },
  {
    name: 'a name for the inode of a quota file',
    native: true,
    image: () => makeImage(quotas),
    damage: (image) => at(image, '/a').add('c', { inode: image.made.sb.s_prj_quota_inum, file_type: file }).image,
    findings: ['entry-inode-invalid 0x020002'],
  },
  {
    name: 'a ".." that names an inode that cannot be',
    image: ext2,
    damage: (image) => at(image, '/home').set('..', { inode: 0xffffffff }).image,
    findings: ['entry-inode-invalid 0x020002', 'directory-dotdot-wrong 0x030005', 'inode-links-wrong 0x040003'],
  },
  {
    name: 'a file that is called a directory',
    image: ext4,
    damage: (image) => at(image, '/etc').set('fstab', { file_type: folder }).image,
    findings: ['entry-type-wrong 0x020028'],
  },
  {
    name: 'a directory that is called a symlink',
    image: ext2,
    damage: (image) => at(image, '/etc').set('cos', { file_type: 7 }).image,
    findings: ['entry-type-wrong 0x020028'],
  },
  {
    name: 'a type that does not exist',
    image: ext2,
    damage: (image) => at(image, '/dev').set('vda', { file_type: 8 }).image,
    findings: ['entry-type-wrong 0x020028'],
  },
  {
    name: 'a "." that is called a file',
    image: ext4,
    damage: (image) => at(image, '/home').set('.', { file_type: file }).image,
    findings: ['entry-type-wrong 0x020028'],
  },
  {
    name: 'types that are not set',
    image: ext4,
    damage: (image) =>
      at(image, '/etc').set('fstab', { file_type: 0 }).set('cos', { file_type: 0 }).set('fast-59', { file_type: 0 })
        .image,
    findings: ['entry-type-unset 0x020027', 'entry-type-unset 0x020027', 'entry-type-unset 0x020027'],
  },
  {
    name: 'a file type where there should be none',
    image: () => TestImage.load('ext2-rev0'),
    damage: (image) => at(image, '/etc').set('fstab', { file_type: file }).image,
    findings: ['entry-type-without-feature 0x020029'],
  },
  {
    name: 'an entry that names its own directory',
    image: ext4,
    damage: (image) => at(image, '/etc').add('self', { inode: tree.etc, file_type: folder }).image,
    findings: ['entry-links-self 0x020004', 'entry-links-directory-again 0x020006', 'inode-links-wrong 0x040003'],
  },
  {
    name: 'an entry that names the root directory',
    image: ext2,
    damage: (image) => at(image, '/etc').add('top', { inode: 2, file_type: folder }).image,
    findings: ['entry-links-root 0x020007', 'entry-links-directory-again 0x020006', 'inode-links-wrong 0x040003'],
  },
  {
    name: 'an entry of the root directory that names it',
    image: ext2,
    damage: (image) => at(image, '/').add('top', { inode: 2, file_type: folder }).image,
    findings: [
      'entry-links-self 0x020004',
      'entry-links-root 0x020007',
      'entry-links-directory-again 0x020006',
      'inode-links-wrong 0x040003',
    ],
  },
  {
    name: 'a second name for a directory',
    image: ext4,
    damage: (image) => at(image, '/etc').add('again', { inode: tree.home, file_type: folder }).image,
    findings: ['entry-links-directory-again 0x020006', 'inode-links-wrong 0x040003'],
  },
  {
    name: 'a second "."',
    image: ext2,
    damage: (image) => at(image, '/etc').add('.', { inode: tree.etc, file_type: folder }).image,
    findings: [
      'entry-links-self 0x020004',
      'entry-dot-again 0x02001a',
      'entry-links-directory-again 0x020006',
      'directory-duplicate-names 0x020043',
      'inode-links-wrong 0x040003',
    ],
  },
  {
    name: 'a second ".." in a directory with a hash index',
    image: ext2,
    damage: (image) => at(image, '/usr/share/many').add('..', { inode: tree.fstab, file_type: file }, 5).image,
    findings: ['entry-dotdot-again 0x02001b', 'htree-min-hash 0x020036', 'inode-links-wrong 0x040003'],
  },
  {
    name: 'a second "." for a file',
    image: ext4,
    damage: (image) => at(image, '/home').add('.', { inode: tree.fstab, file_type: file }).image,
    findings: ['entry-dot-again 0x02001a', 'directory-duplicate-names 0x020043', 'inode-links-wrong 0x040003'],
  },
  {
    name: 'a second ".."',
    image: ext2,
    damage: (image) => at(image, '/home').add('..', { inode: tree.fstab, file_type: file }).image,
    findings: [
      'entry-dotdot-again 0x02001b',
      'directory-duplicate-names 0x020043',
      'entry-name-not-unique 0x020042',
      'inode-links-wrong 0x040003',
    ],
  },
  {
    name: 'a second ".." for an inode that is not in use',
    image: ext2,
    damage: (image) => at(image, '/home').add('..', { inode: 100, file_type: file }).image,
    findings: [
      'entry-dotdot-again 0x02001b',
      'entry-inode-unused 0x020003',
      'entry-type-wrong 0x020028',
      'directory-duplicate-names 0x020043',
      'entry-name-not-unique 0x020042',
    ],
  },
  {
    name: 'an entry without a name',
    image: ext4,
    damage: (image) => at(image, '/etc').set('fstab', { name_len: 0 }).image,
    findings: ['entry-name-empty 0x020030'],
  },
  {
    name: 'a name with a slash',
    image: ext4,
    damage: (image) => at(image, '/etc').set('fstab', {}, 'fs/ab').image,
    findings: ['entry-name-illegal 0x020008'],
  },
  {
    name: 'a name with a NUL',
    image: ext2,
    damage: (image) => at(image, '/etc').set('fstab', {}, 'fsta\0').image,
    findings: ['entry-name-illegal 0x020008'],
  },
  {
    name: 'an inode that lies in a block listed as broken',
    image: ext2,
    damage: (image) => setBlockWords(image, 1, Math.floor(image.inodeAt(tree.fstab) / image.made.blockSize)),
    findings: [
      'entry-inode-in-bad-block 0x020005',
      'entry-inode-in-bad-block 0x020005',
      'entry-inode-in-bad-block 0x020005',
      'entry-inode-in-bad-block 0x020005',
      'block-marked-unused 0x050014',
      'block-marked-unused 0x050004',
    ],
  },
  {
    name: 'a group in use that is marked as never used',
    image: lazy,
    damage: (image) => image.setGroup(0, { bg_flags: groupFlags.INODE_UNINIT | groupFlags.INODE_ZEROED }),
    findings: [
      'root-inode-missing 0x030001',
      'inode-unattached 0x040002',
      'inode-unattached 0x040002',
      'inode-unattached 0x040002',
      'inode-unattached-empty 0x040001',
      'inode-unattached 0x040002',
      'block-marked-unused 0x050014',
      'block-marked-unused 0x050014',
      'block-marked-unused 0x050014',
      'block-marked-unused 0x050014',
      'group-free-inodes-wrong 0x05000b',
      'group-directories-wrong 0x05000c',
      'superblock-free-inodes-wrong 0x05000d',
    ],
  },
  {
    name: 'a name for an inode of a group that was never used',
    image: lazy,
    damage: (image) => at(image, '/etc').add('late', { inode: image.made.inodesCount, file_type: file }).image,
    findings: ['entry-inode-group-uninit 0x020046', 'entry-inode-unused 0x020003', 'entry-type-wrong 0x020028'],
  },
  {
    name: 'inodes in use that are counted as never used',
    image: lazy,
    damage: (image) => image.setGroup(0, { bg_itable_unused_lo: image.made.inodesPerGroup - 63 }),
    findings: [
      'group-itable-unused-too-large 0x000038',
      'entry-inode-in-unused-tail 0x020047',
      'entry-inode-unused 0x020003',
      'inode-marked-unused 0x050008',
    ],
  },
  {
    name: 'a flag of unused inodes without the feature for it',
    image: ext2,
    damage: (image) => image.setGroup(0, { bg_itable_unused_lo: image.made.inodesPerGroup - 30 }),
    findings: [
      'group-uninit-without-checksums 0x000036',
      'entry-inode-in-unused-tail 0x020047',
      'entry-inode-in-unused-tail 0x020047',
      'entry-inode-in-unused-tail 0x020047',
      'entry-inode-in-unused-tail 0x020047',
      'entry-inode-in-unused-tail 0x020047',
    ],
  },
  {
    name: 'a name twice in one block',
    image: ext4,
    damage: (image) => at(image, '/etc').add('fstab', { inode: tree.passwd, file_type: file }).image,
    findings: ['directory-duplicate-names 0x020043', 'entry-name-not-unique 0x020042', 'inode-links-wrong 0x040003'],
  },
]);
