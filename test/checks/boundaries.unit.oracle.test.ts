/** Values just inside and just outside their limits, and the effect of a wrong field on later tests. */
import { type inode, inodeFlags } from '../../src/layout/inode';
import type { superblock } from '../../src/layout/superblock';
import { testWithWholeCheck } from '../support/check-damages';
import type { Damage } from '../support/damages';
import { TestImage, type Values } from '../support/image';
import { addFlags, tree } from '../support/tree';

const groups = () => TestImage.load('ext2-4k');
const single = () => TestImage.load('ext2-128-inode');
const ext2 = () => TestImage.load('ext2-1k');
const ext4 = () => TestImage.load('ext4-1k-csum-tree');

/** One field of the superblock with one value. */
const inSuper = (image: () => TestImage, values: Values<typeof superblock>, ...findings: string[]): Damage => ({
  name: `superblock ${JSON.stringify(values)}`,
  image,
  damage: (made) => made.setSuper(values),
  findings,
});

/** Fields of one inode. */
const inInode = (image: () => TestImage, ino: number, values: Values<typeof inode>, ...findings: string[]): Damage => ({
  name: `inode ${ino} ${JSON.stringify(values)}`,
  image,
  damage: (made) => made.setInode(ino, values),
  findings,
});

const { blocksCount, inodesCount } = groups().made;
const value = ['superblock-value-invalid 0x00000b', 'superblock-unusable 0x000004'];
const initrdBlocks = 14;

testWithWholeCheck({}, [
  // ---- the superblock
  inSuper(groups, { s_r_blocks_count_lo: Math.floor(blocksCount / 2) }),
  inSuper(groups, { s_r_blocks_count_lo: Math.floor(blocksCount / 2) + 1 }, ...value),
  inSuper(groups, { s_desc_size: 1024 }),
  inSuper(groups, { s_desc_size: 1025 }, ...value),
  inSuper(single, { s_log_groups_per_flex: 31 }),
  inSuper(single, { s_log_groups_per_flex: 32 }, 'superblock-damaged 0x000044', 'superblock-unusable 0x000004'),
  inSuper(ext4, { s_min_extra_isize: 128, s_want_extra_isize: 4 }),
  inSuper(ext4, { s_min_extra_isize: 132 }, 'superblock-min-extra-isize 0x00004d', 'superblock-extra-isize-refused'),
  inSuper(groups, { s_usr_quota_inum: 4, s_grp_quota_inum: inodesCount }),
  inSuper(groups, { s_usr_quota_inum: inodesCount + 1 }, 'superblock-quota-inode-invalid 0x00004f'),

  // ---- times
  inInode(groups, tree.fstab, { i_dtime: inodesCount }, 'inode-dtime-set 0x010005'),
  inInode(
    groups,
    tree.fstab,
    { i_dtime: inodesCount - 1 },
    'inode-orphan-leftover 0x010036',
    'inode-dtime-set 0x010005',
  ),
  {
    name: 'a small deletion time where times are smaller than inode numbers',
    image: groups,
    damage: (image) => image.setSuper({ s_wtime: inodesCount - 1 }).setInode(tree.fstab, { i_dtime: 5 }),
    findings: ['inode-dtime-set 0x010005'],
  },
  inInode(ext4, tree.empty, { i_mtime: 0x80000000, i_mtime_extra: 3 }, 'inode-time-out-of-range 0x010082'),
  inInode(ext4, tree.empty, { i_mtime: 0x7fffffff, i_mtime_extra: 3 }),
  inInode(ext4, tree.empty, { i_mtime: 0x80000000, i_mtime_extra: 2 }),
  {
    name: 'an impossible time in an inode without room for attributes',
    image: ext4,
    damage: (image) => image.setInode(tree.empty, { i_mtime: 0x80000000, i_mtime_extra: 3, i_extra_isize: 124 }),
    findings: [],
  },

  // ---- sizes
  inInode(ext2, tree.initrd, { i_size_lo: (initrdBlocks - 1) * 1024 }),
  inInode(ext2, tree.initrd, { i_size_lo: (initrdBlocks - 1) * 1024 - 1 }, 'inode-size-wrong 0x01000c'),
  inInode(ext4, tree.empty, { i_extra_isize: 4 }),
  inInode(ext4, tree.empty, { i_extra_isize: 128 }),
  inInode(ext4, tree.empty, { i_extra_isize: 3 }, 'inode-extra-size-wrong 0x01004f'),

  // ---- reserved inodes
  inInode(ext2, 5, { i_mode: 0o100644 }),
  inInode(
    ext2,
    5,
    { i_mode: 0o40755 },
    'reserved-inode-bad-mode 0x010003',
    'directory-empty 0x010006',
    'directory-hole 0x020015',
  ),
  inInode(
    ext2,
    7,
    { i_mode: 0o10644 },
    'resize-inode-invalid 0x000030',
    'reserved-inode-bad-mode 0x010003',
    'inode-blocks-wrong 0x01000d',
    'block-marked-unused 0x050004',
  ),
  inInode(ext2, 9, { i_mode: 1 }, 'reserved-inode-bad-mode 0x010003'),
  inInode(ext2, 8, { i_links_count: 1 }, 'journal-inode-not-clear 0x010034'),

  // ---- the BAD bit and the type in entries
  inInode(ext2, tree.fast, { i_blocks_high: 1 }, 'inode-blocks-high-set 0x020044'),
  inInode(ext2, tree.slow, { i_blocks_high: 1 }, 'inode-blocks-high-set 0x020044'),
  inInode(
    ext2,
    tree.slow,
    { i_blocks_high: 1, i_size_lo: 99 },
    'entry-type-wrong 0x020028',
    'symlink-invalid 0x020031',
    'inode-blocks-high-set 0x020044',
  ),
  inInode(
    ext2,
    tree.pipe,
    { i_blocks_high: 1, i_faddr: 3 },
    'entry-type-wrong 0x020028',
    'inode-faddr-set 0x02000d',
    'inode-blocks-high-set 0x020044',
  ),

  // ---- the count of blocks determines where a symlink has its target
  inInode(
    ext4,
    tree.slow,
    { i_blocks_lo: 0 },
    'symlink-fast-with-extents-flag 0x01005d',
    'block-marked-unused 0x050004',
  ),
  inInode(ext4, tree.slow, { i_size_lo: 1 }, 'entry-type-wrong 0x020028', 'symlink-invalid 0x020031'),

  // ---- the checksum of a directory block follows the kind it was written as
  {
    name: 'a hash index that is no longer said to be one',
    image: ext4,
    damage: (image) => image.setInode(tree.many, { i_flags: inodeFlags.EXTENTS }),
    findings: ['directory-entry-corrupt 0x020013', 'directory-dotdot-wrong 0x030005', 'inode-links-wrong 0x040003'],
  },
  {
    name: 'a plain directory that is said to have a hash index',
    image: ext4,
    damage: (image) => addFlags(image, tree.etc, inodeFlags.INDEX),
    findings: [
      'htree-root-invalid 0x010049',
      'htree-hash-unknown 0x01004a',
      'htree-too-deep 0x01004c',
      'superblock-large-dir-missing 0x020039',
      'htree-root-bad 0x02003c',
      'htree-limit-wrong 0x02003d',
    ],
  },
]);
