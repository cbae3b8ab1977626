/** Directory entries and their checksum tail — Documentation/filesystems/ext4, "Directory Entries". */
import { u8, u16, u32 } from '../bytes/field';

export const dirent = {
  inode: u32(0x0),
  rec_len: u16(0x4),
  name_len: u8(0x6),
  file_type: u8(0x7), // high byte of a 16-bit name length without the filetype feature
};
/** Values of `file_type`; see `direntType` for the others. */
export const regularEntry = 1;
export const directoryEntry = 2;
export const symlinkEntry = 7;

/** Bytes before the name. */
export const direntHeaderSize = 8;

/** struct ext4_dir_entry_tail: the last 12 bytes of a leaf block with metadata_csum. */
export const direntTail = {
  det_reserved_zero1: u32(0x0),
  det_rec_len: u16(0x4), // 12
  det_reserved_zero2: u8(0x6),
  det_reserved_ft: u8(0x7), // 0xde
  det_checksum: u32(0x8),
};
export const direntTailSize = 12;

/** Bytes of a record for a name of `nameLength`, without the hash in casefolded encrypted directories. */
export const direntSize = (nameLength: number): number => (direntHeaderSize + nameLength + 3) & ~3;

/**
 * Hash and minor hash after each name, from the next multiple of 4, in directories that are encrypted and casefolded.
 */
export const direntHashSize = 8;

/** The length for a stored record length; 64 KiB blocks store 65536 as 0 or 65535. */
export const recordLength = (stored: number, blockSize: number): number =>
  blockSize >= 65536 && (stored === 0 || stored === 65535) ? blockSize : stored;
