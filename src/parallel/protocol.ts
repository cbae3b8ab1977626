/** What passes between a check and its helper thread: the file, the jobs, and the log of inode tables. */
import type { SharedFile } from '../source/source';
import type { Geometry } from '../volume/geometry';

/** What the thread reads. A descriptor belongs to the process: it is the very file that is checked, whatever its name. */
export type Place = SharedFile & { size: number };

/** Inode tables; the last three are in memory that the thread shares with the pass. */
export interface InodeJob {
  geometry: Geometry;
  /** By group: first block of the inode table, and how many inodes of it are worth reading. */
  tables: Float64Array;
  counts: Uint32Array;
  canDistinguishDtimes: boolean;
  /** By group: 0 until the pass or the thread takes it. */
  taken: Int32Array;
  /** As in `Inodes`. */
  state: Uint8Array;
  links: Uint16Array;
}

/** The answer to it: what was found out about the groups that the thread took, which are those from `first`. */
export interface LogData {
  first: number;
  words: Int32Array<ArrayBuffer>;
  /** By group: where in `words` its part starts. */
  starts: Uint32Array<ArrayBuffer>;
}

/** Directory blocks. All but `order` is by the number of the block, and shared with the pass. */
export interface DirectoryJob {
  /** In bytes. */
  blockSize: number;
  /** Whether blocks end with a checksum. */
  checksums: boolean;
  /** By which names are hashed, signedness applied, where `hashed` asks for it; and the words it starts from. */
  hashVersion: number;
  hashSeed: Uint32Array;
  /** The numbers in the order in which the pass looks at them. */
  order: Uint32Array;
  /** Place on disk, 0 for one that is not to be read; what its checksum starts from; 1 where its names are to be hashed. */
  blocks: Float64Array;
  seeds: Int32Array;
  hashed: Uint8Array;
  /** How many of the order the pass has begun with. */
  reached: Int32Array;
  /** 1 for a block whose checksum is right and, where its names were hashed, whose records fit; written after the bounds. */
  sound: Uint8Array;
  least: Uint32Array;
  most: Uint32Array;
}

export type Order = { inodes: InodeJob } | { directories: DirectoryJob };
