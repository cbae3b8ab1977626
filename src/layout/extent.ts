/** Extent trees: 12-byte header, then 12-byte index or leaf entries — Documentation/filesystems/ext4, "Extent Tree". */
import { u16, u32 } from '../bytes/field';

export const extentMagic = 0xf30a;
/** Bytes of the header and of each entry. */
export const extentEntrySize = 12;
/** A leaf length above this means an unwritten extent of (length - this) blocks. */
export const maxInitializedLength = 32768;

export const extentHeader = {
  eh_magic: u16(0x0),
  eh_entries: u16(0x2),
  eh_max: u16(0x4),
  eh_depth: u16(0x6), // 0: the entries are leaves
  eh_generation: u32(0x8),
};

export const extentIndex = {
  ei_block: u32(0x0), // first logical block below
  ei_leaf_lo: u32(0x4),
  ei_leaf_hi: u16(0x8),
  ei_unused: u16(0xa),
};

export const extentLeaf = {
  ee_block: u32(0x0), // first logical block
  ee_len: u16(0x4),
  ee_start_hi: u16(0x6),
  ee_start_lo: u32(0x8),
};

/** Offset of the 4-byte checksum in a node outside the inode: after the last entry that fits. */
export const extentTailOffset = (eh_max: number): number => extentEntrySize + extentEntrySize * eh_max;

/** Number of entries that fit into `bytes` bytes after the header. */
export const extentCapacity = (bytes: number): number => Math.floor((bytes - extentEntrySize) / extentEntrySize);
