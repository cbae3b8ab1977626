/** struct ext4_super_block: 1024 bytes at byte 1024 — Documentation/filesystems/ext4, "Super Block". */
import { raw, u8, u16, u32, u64 } from '../bytes/field';

/** Bytes from the start of the file system to the primary superblock. */
export const superblockOffset = 1024;
export const superblockSize = 1024;
/** `s_magic` of every ext2, ext3 and ext4 file system. */
export const superblockMagic = 0xef53;

/** All fields in disk order, whether they are read or not. */
export const superblock = {
  s_inodes_count: u32(0x00),
  s_blocks_count_lo: u32(0x04),
  s_r_blocks_count_lo: u32(0x08), // blocks reserved for root
  s_free_blocks_count_lo: u32(0x0c),
  s_free_inodes_count: u32(0x10),
  s_first_data_block: u32(0x14), // 1 with 1 KiB blocks, else 0
  s_log_block_size: u32(0x18), // block size = 1024 << this
  s_log_cluster_size: u32(0x1c),
  s_blocks_per_group: u32(0x20),
  s_clusters_per_group: u32(0x24),
  s_inodes_per_group: u32(0x28),
  s_mtime: u32(0x2c), // last mount
  s_wtime: u32(0x30), // last write
  s_mnt_count: u16(0x34),
  s_max_mnt_count: u16(0x36),
  s_magic: u16(0x38),
  s_state: u16(0x3a), // 1 cleanly unmounted, 2 errors seen, 4 orphans being recovered
  s_errors: u16(0x3c),
  s_minor_rev_level: u16(0x3e),
  s_lastcheck: u32(0x40),
  s_checkinterval: u32(0x44),
  s_creator_os: u32(0x48), // 0 Linux, 1 Hurd, 2 Masix, 3 FreeBSD, 4 Lites
  s_rev_level: u32(0x4c), // 0 original, 1 dynamic inode sizes
  s_def_resuid: u16(0x50),
  s_def_resgid: u16(0x52),
  s_first_ino: u32(0x54), // first non-reserved inode; from revision 1
  s_inode_size: u16(0x58),
  s_block_group_nr: u16(0x5a), // group of this copy
  s_feature_compat: u32(0x5c),
  s_feature_incompat: u32(0x60),
  s_feature_ro_compat: u32(0x64),
  s_uuid: raw(0x68, 16),
  s_volume_name: raw(0x78, 16),
  s_last_mounted: raw(0x88, 64),
  s_algorithm_usage_bitmap: u32(0xc8),
  s_prealloc_blocks: u8(0xcc),
  s_prealloc_dir_blocks: u8(0xcd),
  s_reserved_gdt_blocks: u16(0xce), // descriptor blocks reserved for growing
  s_journal_uuid: raw(0xd0, 16),
  s_journal_inum: u32(0xe0),
  s_journal_dev: u32(0xe4),
  s_last_orphan: u32(0xe8), // head of the list of inodes to delete
  s_hash_seed: raw(0xec, 16),
  s_def_hash_version: u8(0xfc),
  s_jnl_backup_type: u8(0xfd), // 1: s_jnl_blocks holds the journal inode's i_block and size
  s_desc_size: u16(0xfe), // with 64bit
  s_default_mount_opts: u32(0x100),
  s_first_meta_bg: u32(0x104),
  s_mkfs_time: u32(0x108),
  s_jnl_blocks: raw(0x10c, 68),
  s_blocks_count_hi: u32(0x150), // with 64bit, like the next two
  s_r_blocks_count_hi: u32(0x154),
  s_free_blocks_count_hi: u32(0x158),
  s_min_extra_isize: u16(0x15c),
  s_want_extra_isize: u16(0x15e),
  s_flags: u32(0x160), // 1 signed directory hash, 2 unsigned, 4 test file system
  s_raid_stride: u16(0x164),
  s_mmp_interval: u16(0x166),
  s_mmp_block: u64(0x168),
  s_raid_stripe_width: u32(0x170),
  s_log_groups_per_flex: u8(0x174),
  s_checksum_type: u8(0x175), // 1: crc32c
  s_encryption_level: u8(0x176),
  s_reserved_pad: u8(0x177),
  s_kbytes_written: u64(0x178),
  s_snapshot_inum: u32(0x180),
  s_snapshot_id: u32(0x184),
  s_snapshot_r_blocks_count: u64(0x188),
  s_snapshot_list: u32(0x190),
  s_error_count: u32(0x194),
  s_first_error_time: u32(0x198),
  s_first_error_ino: u32(0x19c),
  s_first_error_block: u64(0x1a0),
  s_first_error_func: raw(0x1a8, 32),
  s_first_error_line: u32(0x1c8),
  s_last_error_time: u32(0x1cc),
  s_last_error_ino: u32(0x1d0),
  s_last_error_line: u32(0x1d4),
  s_last_error_block: u64(0x1d8),
  s_last_error_func: raw(0x1e0, 32),
  s_mount_opts: raw(0x200, 64),
  s_usr_quota_inum: u32(0x240),
  s_grp_quota_inum: u32(0x244),
  s_overhead_clusters: u32(0x248),
  s_backup_bgs: raw(0x24c, 8), // the two backup groups of sparse_super2
  s_encrypt_algos: raw(0x254, 4),
  s_encrypt_pw_salt: raw(0x258, 16),
  s_lpf_ino: u32(0x268),
  s_prj_quota_inum: u32(0x26c),
  s_checksum_seed: u32(0x270), // with metadata_csum_seed
  s_wtime_hi: u8(0x274),
  s_mtime_hi: u8(0x275),
  s_mkfs_time_hi: u8(0x276),
  s_lastcheck_hi: u8(0x277),
  s_first_error_time_hi: u8(0x278),
  s_last_error_time_hi: u8(0x279),
  s_first_error_errcode: u8(0x27a),
  s_last_error_errcode: u8(0x27b),
  s_encoding: u16(0x27c),
  s_encoding_flags: u16(0x27e), // encodingFlags
  s_orphan_file_inum: u32(0x280),
  s_reserved: raw(0x284, 376),
  s_checksum: u32(0x3fc), // crc32c of the bytes before it, with metadata_csum
};

export const fsState = { VALID: 1, ERROR: 2, ORPHAN: 4 };
/** Values of `s_first_error_errcode` and `s_last_error_errcode`, by the name of the kernel's error. */
export const recordedErrors: readonly (string | undefined)[] = [
  undefined,
  undefined, // 1: an error without a code here
  'EIO',
  'ENOMEM',
  'EFSBADCRC',
  'EFSCORRUPTED',
  'ENOSPC',
  'ENOKEY',
  'EROFS',
  'EFBIG',
  'EEXIST',
  'ERANGE',
  'EOVERFLOW',
  'EBUSY',
  'ENOTDIR',
  'ENOTEMPTY',
  'ESHUTDOWN',
  'EFAULT',
];
export const fsFlags = { SIGNED_HASH: 1, UNSIGNED_HASH: 2, TEST_FILESYS: 4 };
/** The only value of `s_encoding`: UTF-8 of Unicode 12.1. */
export const encodingUtf8 = 1;
export const encodingFlags = { STRICT: 1 };
export const creatorOs = ['Linux', 'Hurd', 'Masix', 'FreeBSD', 'Lites'];
export const creatorHurd = 1;
export const creatorLinux = 0;
