/** The location and context of a directory entry, for its checks. */

export interface EntryPlace {
  view: DataView;
  bytes: Uint8Array;
  /** Offset of the entry in the block. */
  at: number;
  /** Inode of the directory. */
  ino: number;
  /** Index of the directory in the facts. */
  index: number;
  block: number;
  /** 0 for the first entry of the directory, 1 for the second, 2 for all others. */
  rank: number;
  /** Encryption policy of the directory; names are then ciphertext, in which any byte may occur. */
  policy: number;
  /** Whether names must be UTF-8. */
  strict: boolean;
}
