/**
 * struct fsverity_descriptor, and its position in a file — Documentation/filesystems/fsverity and ext4, "Verity files".
 */
import { raw, u8, u32, u64 } from '../bytes/field';

export const verityDescriptor = {
  version: u8(0x00), // 1
  hash_algorithm: u8(0x01),
  log_blocksize: u8(0x02), // of the hashed blocks and of the blocks of the tree
  salt_size: u8(0x03), // bytes of `salt` in use
  sig_size: u32(0x04), // bytes of the signature after the descriptor
  data_size: u64(0x08), // size of the file
  root_hash: raw(0x10, 64),
  salt: raw(0x50, 32),
  __reserved: raw(0x70, 144),
};
export const verityDescriptorSize = 256;
/** Including the signature; a kernel opens no file with a larger one. */
export const verityDescriptorLimit = 16384;
/** Bytes at the end of the file's last block with the size of the descriptor before them. */
export const veritySizeBytes = 4;
/** The tree starts at the first multiple of this after the end of the file. */
export const verityAlignment = 65536;
/** Largest number of levels that a kernel supports. */
export const verityMaxLevels = 8;
/** Smallest hashed block as a power of two; the largest is the file system's block size. */
export const verityMinLogBlockSize = 10;

export const verityHash = { SHA256: 1, SHA512: 2 };
