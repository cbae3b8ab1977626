/** What an entry's checks are told of the place where it lies. */

/** Where an entry lies: block view, its bytes, offset, and the directory it belongs to. */
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
  /** Encryption policy of the directory, whose names then are ciphertext: any byte may occur in them. */
  policy: number;
  /** Names must be UTF-8. */
  strict: boolean;
}
