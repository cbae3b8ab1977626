/** struct ext4_group_desc: 32 bytes, or 64 with the 64bit feature — Documentation/filesystems/ext4, "Block Group Descriptors". */
import { u16, u32 } from '../bytes/field';

export const groupDesc = {
  bg_block_bitmap_lo: u32(0x00),
  bg_inode_bitmap_lo: u32(0x04),
  bg_inode_table_lo: u32(0x08),
  bg_free_blocks_count_lo: u16(0x0c),
  bg_free_inodes_count_lo: u16(0x0e),
  bg_used_dirs_count_lo: u16(0x10),
  bg_flags: u16(0x12),
  bg_exclude_bitmap_lo: u32(0x14),
  bg_block_bitmap_csum_lo: u16(0x18),
  bg_inode_bitmap_csum_lo: u16(0x1a),
  bg_itable_unused_lo: u16(0x1c), // inodes at the end of the table never used
  bg_checksum: u16(0x1e),
  bg_block_bitmap_hi: u32(0x20), // this field and the following ones only in descriptors of 64 bytes
  bg_inode_bitmap_hi: u32(0x24),
  bg_inode_table_hi: u32(0x28),
  bg_free_blocks_count_hi: u16(0x2c),
  bg_free_inodes_count_hi: u16(0x2e),
  bg_used_dirs_count_hi: u16(0x30),
  bg_itable_unused_hi: u16(0x32),
  bg_exclude_bitmap_hi: u32(0x34),
  bg_block_bitmap_csum_hi: u16(0x38),
  bg_inode_bitmap_csum_hi: u16(0x3a),
  bg_reserved: u32(0x3c),
};

export const groupFlags = { INODE_UNINIT: 1, BLOCK_UNINIT: 2, INODE_ZEROED: 4 };
