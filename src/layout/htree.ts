/** Hash-indexed directories — Documentation/filesystems/ext4, "Hash Tree Directories". */
import { u8, u16, u32 } from '../bytes/field';

/** struct dx_root_info, after the entries '.' and '..' of logical block 0. */
export const dxRootInfo = {
  reserved_zero: u32(0x0),
  hash_version: u8(0x4),
  info_length: u8(0x5),
  indirect_levels: u8(0x6),
  unused_flags: u8(0x7),
};
/** Bytes from the start of logical block 0 to dx_root_info. */
export const dxRootInfoOffset = 24;

/** dx_entry; in entry 0 the hash word holds limit and count instead. */
export const dxEntry = {
  hash: u32(0x0),
  block: u32(0x4), // logical; the low 28 bits count
};
export const dxEntrySize = 8;
export const dxCountLimit = { limit: u16(0x0), count: u16(0x2) };
/** Bytes of the fake empty entry before the entries of an inner node. */
export const dxNodeHeader = 8;

/** struct dx_tail, after the last entry that fits, with metadata_csum. */
export const dxTail = { dt_reserved: u32(0x0), dt_checksum: u32(0x4) };
export const dxTailSize = 8;

export const dxHash = { LEGACY: 0, HALF_MD4: 1, TEA: 2, SIPHASH: 6 };
