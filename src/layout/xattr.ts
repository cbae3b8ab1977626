/** Extended attributes in the inode body and in a block — Documentation/filesystems/ext4, "Extended Attributes". */
import { raw, u8, u16, u32 } from '../bytes/field';

export const xattrMagic = 0xea020000;

/** struct ext4_xattr_header, at the start of an attribute block. */
export const xattrHeader = {
  h_magic: u32(0x00),
  h_refcount: u32(0x04), // inodes that use this block
  h_blocks: u32(0x08), // 1
  h_hash: u32(0x0c),
  h_checksum: u32(0x10),
  h_reserved: raw(0x14, 12),
};
export const xattrHeaderSize = 32;
/** In the inode body only the magic word precedes the entries. */
export const xattrBodyHeaderSize = 4;

/** struct ext4_xattr_entry, followed by the name. */
export const xattrEntry = {
  e_name_len: u8(0x00),
  e_name_index: u8(0x01),
  e_value_offs: u16(0x02),
  e_value_inum: u32(0x04), // inode that holds the value, with ea_inode
  e_value_size: u32(0x08),
  e_hash: u32(0x0c),
};
export const xattrEntrySize = 16;

/** Names and values are padded to multiples of 4 bytes. */
export const roundUpXattr = (length: number): number => (length + 3) & ~3;

/** Values of `e_name_index` that the code uses. */
export const xattrIndex = { SYSTEM: 7, ENCRYPTION: 9 };
