/** struct ext4_inode: 128 bytes and the extra fields after them — Documentation/filesystems/ext4, "Index Nodes". */
import { raw, u16, u32 } from '../bytes/field';

export const inode = {
  i_mode: u16(0x00),
  i_uid: u16(0x02),
  i_size_lo: u32(0x04),
  i_atime: u32(0x08),
  i_ctime: u32(0x0c),
  i_mtime: u32(0x10),
  i_dtime: u32(0x14), // deletion time, or the next orphan
  i_gid: u16(0x18),
  i_links_count: u16(0x1a), // number of names
  i_blocks_lo: u32(0x1c), // 512-byte sectors, or file system blocks with HUGE_FILE
  i_flags: u32(0x20),
  i_version: u32(0x24),
  i_block: raw(0x28, 60), // block map, extent root, symlink target or inline data
  i_generation: u32(0x64),
  i_file_acl_lo: u32(0x68), // block of extended attributes
  i_size_high: u32(0x6c),
  i_faddr: u32(0x70),
  i_blocks_high: u16(0x74),
  i_file_acl_high: u16(0x76),
  i_uid_high: u16(0x78),
  i_gid_high: u16(0x7a),
  i_checksum_lo: u16(0x7c),
  i_reserved: u16(0x7e),
  i_extra_isize: u16(0x80), // this field and the following ones only in inodes larger than 128 bytes
  i_checksum_hi: u16(0x82),
  i_ctime_extra: u32(0x84),
  i_mtime_extra: u32(0x88),
  i_atime_extra: u32(0x8c),
  i_crtime: u32(0x90),
  i_crtime_extra: u32(0x94),
  i_version_hi: u32(0x98),
  i_projid: u32(0x9c),
};

/** Hurd has fragment number and size where Linux has the high block count. */
export const hurdFragmentOffset = 0x74;
/** Bytes of the inode that every revision has. */
export const oldInodeSize = 128;
export const iBlockSize = 60;

/** File types in the top four bits of `i_mode`. */
export const fileType = {
  MASK: 0xf000,
  FIFO: 0x1000,
  CHAR: 0x2000,
  DIRECTORY: 0x4000,
  BLOCK: 0x6000,
  REGULAR: 0x8000,
  SYMLINK: 0xa000,
  SOCKET: 0xc000,
};

export const inodeFlags = {
  IMMUTABLE: 0x10,
  APPEND: 0x20,
  ENCRYPT: 0x800,
  INDEX: 0x1000,
  IMAGIC: 0x2000,
  HUGE_FILE: 0x40000,
  EXTENTS: 0x80000,
  VERITY: 0x100000,
  EA_INODE: 0x200000,
  PROJINHERIT: 0x20000000,
  INLINE_DATA: 0x10000000,
  CASEFOLD: 0x40000000,
};

/** Inode numbers with a fixed meaning. */
export const reservedInode = {
  BAD_BLOCKS: 1,
  ROOT: 2,
  USER_QUOTA: 3,
  GROUP_QUOTA: 4,
  BOOT_LOADER: 5,
  UNDELETE: 6,
  RESIZE: 7,
  JOURNAL: 8,
};

/** The `file_type` byte of a directory entry for a mode; 0 for a type that does not exist. */
export function direntType(mode: number): number {
  switch (mode & fileType.MASK) {
    case fileType.REGULAR:
      return 1;
    case fileType.DIRECTORY:
      return 2;
    case fileType.CHAR:
      return 3;
    case fileType.BLOCK:
      return 4;
    case fileType.FIFO:
      return 5;
    case fileType.SOCKET:
      return 6;
    case fileType.SYMLINK:
      return 7;
    default:
      return 0;
  }
}
