/** What another thread can do ahead of the passes, and when it is asked for; scouting/ starts one on Node. */
import type { ScanFacts } from '../facts/scan';
import type { SharedFile } from '../source/source';
import type { Geometry } from '../volume/geometry';
import type { Volume } from '../volume/volume';

/** What a scout of inode tables is given; the last three lie in memory that it shares with the pass. */
export interface InodeJob {
  geometry: Geometry;
  /** By group: first block of the inode table, and how many inodes of it are worth reading. */
  tables: Float64Array;
  counts: Uint32Array;
  tellDtimes: boolean;
  /** By group: 0 until the pass or the scout takes it. */
  taken: Int32Array;
  /** As in `Inodes`. */
  state: Uint8Array;
  links: Uint16Array;
}

/** All that a scout of inode tables found out about the groups it took, which are those from `first` on. */
export interface ScoutLog {
  first: number;
  words: Int32Array<ArrayBuffer>;
  /** By group: where in `words` its part starts. */
  starts: Uint32Array<ArrayBuffer>;
}

/** What a scout of directory blocks is given. All but `order` is by the number of the block, and shared with the pass. */
export interface LeafJob {
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

/** What a scout knows of directory blocks, by their number in `facts.dirBlocks`. */
export interface Leaves {
  /** By which it hashes names. */
  readonly hashVersion: number;
  /**
   * Sends the scout to the blocks that are known by now and that it has not found sound before, from the last one of `order`
   * on. What it is at is over with that.
   */
  send(facts: ScanFacts, order: Uint32Array): void;
  /** The pass is to begin with the block at `place` of the order: the scout need not go on before it. */
  reach(place: number): void;
  /** Whether the checksum of the block is right. Names in an indexed directory were hashed by `hashVersion` then. */
  isSound(entry: number): boolean;
  /** Bounds of the hashes in a sound block. */
  least(entry: number): number;
  most(entry: number): number;
}

/** A thread at hand. It does one job after the other, each from the end on. */
export interface Scout {
  /** Goes over inode tables; comes once all groups are taken. Null when it failed: what it took is still to be done. */
  inodes(job: InodeJob): Promise<ScoutLog | null>;
  /** What goes over directory blocks. It comes with the scout, since small images do not need it. */
  leaves(geometry: Geometry): Leaves;
  /** Ends it, whatever it does. */
  stop(): Promise<void>;
}

/** Starts a scout that reads `file`; null where there is none to be had. */
export type StartScout = (file: SharedFile & { size: number }) => Promise<Scout | null>;

/**
 * Inodes in use from which on a scout pays, where there are checksums: its thread is at work some 60 ms after it was asked
 * for, in which the inode pass does a quarter of a million. Without checksums there is too little to share even at two million.
 */
const worthScouting = 800_000;

/** Gives `work` a scout where one pays, or `from` inodes are in use, and one can be had; ends it when that is done. */
export async function withScout<T>(
  { geometry: { features, inodesCount, sb }, source }: Volume,
  start: StartScout | undefined,
  from: number | undefined,
  work: (scout: Scout | null) => Promise<T>,
): Promise<T> {
  const { file, size } = source;
  const least = from ?? (features.metadata_csum ? worthScouting : Number.POSITIVE_INFINITY);
  const pays = inodesCount - sb.s_free_inodes_count >= least;
  const scout = start && file && pays ? await start({ ...file, size }) : null;
  try {
    return await work(scout);
  } finally {
    await scout?.stop();
  }
}
