/** What is at the start of an image, if it is not an ext file system, and the partitions of a disk. */

/** A partition of a disk. */
export interface PartitionFacts {
  /** The number that Linux uses. */
  number: number;
  /** First byte, counted from the start of the checked image. */
  start: number;
  /** Bytes, by the partition table. */
  size: number;
  /** The type in the partition table: `0x83`, or the GUID of a GPT partition. */
  type: string;
  /** The name in the partition table; empty or absent without one. */
  label?: string;
  /** The UUID of the partition (PARTUUID), in lower case; empty or absent without one. */
  id?: string;
  /** What the partition holds: `ext4`, `XFS`, `FAT`, `LUKS`, or `GPT` or `MBR` for a disk in it. Null if it is not known. */
  fileSystem: string | null;
  /** The same as a noun phrase, `an ext4 file system`. For people: the wording may change. */
  what: string | null;
  /** Bytes that the ext file system in it needs; absent if there is none. */
  fileSystemSize?: number;
  /** The ext file system was found by a backup superblock, because its primary one is destroyed. */
  fromBackup?: true;
}

/** A superblock of an ext file system that is not checked, because the image is something else. */
export interface LeftoverFacts {
  type: 'ext2' | 'ext3' | 'ext4';
  /** Block of the superblock, with blocks of `blockSize` bytes from the start of the image. */
  superblockAt: number;
  blockSize: number;
  /** Size of that file system, in blocks. */
  blocks: number;
  label: string;
}

/**
 * What was recognized at the start of an image:
 * - `gpt`, `mbr`: a partition table;
 * - `file-system`: another file system, or swap space;
 * - `container`: something that holds a file system in another form, such as QCOW2, LUKS or LVM;
 * - `compressed`, `archive`, `program`: a file of that kind;
 * - `text`: a text, such as an error page that was saved instead of the image;
 * - `zeros`: zeros where the superblock should be;
 * - `shifted`: an ext file system or a disk that starts at another byte;
 * - `empty`: the image has no bytes.
 */
export type StartKind =
  | 'gpt'
  | 'mbr'
  | 'file-system'
  | 'container'
  | 'compressed'
  | 'archive'
  | 'program'
  | 'text'
  | 'zeros'
  | 'shifted'
  | 'empty';

/** What is at the start of an image instead of an ext file system, or was written over one. */
export interface StartFacts {
  kind: StartKind;
  /** A short name: `GPT`, `MBR`, `XFS`, `QCOW2`, `gzip`; `zeros`, `nothing`; for `shifted` what is at the other byte. */
  name: string;
  /** A noun phrase: `a disk with 2 partitions`. For people: the wording may change. */
  what: string;
  /**
   * Whether the image is this. False if it was written over the start of an ext file system that can still be read with a
   * backup superblock, or if nothing can be said about the rest of the image.
   */
  claims: boolean;
  /** The partitions of a disk, in the order of the partition table; empty without one. */
  partitions: PartitionFacts[];
  /**
   * For `shifted`: the byte at which the file system or the disk starts. A negative number is the number of bytes that are
   * missing at the start of the image.
   */
  startsAt?: number;
  /** For `zeros`: the zeros around the place of the superblock, searched in the first 64 MiB. */
  zeros?: { at: number; length: number };
  /** An ext file system on the same bytes, which is older or was overwritten; only if `claims`. */
  leftover?: LeftoverFacts;
}
