/** Which work of the passes a helper thread does, and when one is started; parallel/ starts one on Node. */
import type { ScanFacts } from '../facts/scan';
import type { SharedFile } from '../source/source';
import type { Geometry } from '../volume/geometry';
import type { Volume } from '../volume/volume';
import type { InodeScan } from './inodes/context';
import type { InodeNotes } from './inodes/fast-path/notes';

/**
 * The result for a block of an inode table: its inodes were accepted, it contains only zeros, or the pass must check
 * it.
 */
export type BlockFate = 'accepted' | 'zero' | 'left';

/** Reads a log in order: groups, the batches of each group, the blocks of each batch. */
export interface InodeLogReader {
  /** Whether the log has more blocks of the current batch. */
  readonly isInBatch: boolean;
  enterGroup(group: number): void;
  /** Enters the next batch of the group; returns whether the pass must check a block of it. */
  enterBatch(): boolean;
  /** Skips the rest of the batch. */
  leaveBatch(): void;
  /** Notes the content of the next block of the batch, unless the pass must check it. */
  block(): BlockFate;
}

/** Results of a helper thread for the inode tables that it read. */
export interface InodeLog {
  read(notes: InodeNotes): InodeLogReader;
}

/**
 * Shares the groups between the inode pass, which starts at the first, and a helper thread, which starts at the last.
 */
export interface InodeShare {
  /** Whether the pass must do the group. */
  take(group: number): boolean;
  /** Resolves once all groups are done; null if the thread failed, so that its groups must be done again. */
  readonly log: Promise<InodeLog | null>;
}

/** Results of a helper thread for directory blocks, by their number in `facts.dirBlocks`. */
export interface DirectoryShare {
  /** The version with which it hashes names. */
  readonly hashVersion: number;
  /**
   * Ends the current job and starts one on the blocks known by now, except those already found sound, from the end of
   * `order`.
   */
  send(facts: ScanFacts, order: Uint32Array): void;
  /** The pass starts with the block at `place` of the order, so the thread can stop there. */
  reach(place: number): void;
  /** Whether the checksum of the block is right. Names in an indexed directory were then hashed by `hashVersion`. */
  isSound(entry: number): boolean;
  least(entry: number): number;
  most(entry: number): number;
}

/** A thread that does one job after the other. */
export interface HelperThread {
  /** Starts with the inode tables. `counts` are the inodes to read in each group. Null if it cannot help. */
  shareInodes(scan: InodeScan, counts: Uint32Array): InodeShare | null;
  shareDirectories(geometry: Geometry): DirectoryShare;
  stop(): Promise<void>;
}

/** Starts a helper thread that reads `file`; null where none is available. */
export type StartHelperThread = (file: SharedFile & { size: number }) => Promise<HelperThread | null>;

/**
 * Inodes in use from which a helper thread makes a check with checksums faster: it takes 60 ms to start, in which the
 * inode pass reads a quarter of a million. Without checksums it is not faster even at two million.
 */
const worthHelp = 800_000;

/** Runs `work` with a helper thread if one is available and makes it faster, or if `from` inodes are in use. */
export async function withHelperThread<T>(
  { geometry: { features, inodesCount, sb }, source }: Volume,
  start: StartHelperThread | undefined,
  from: number | undefined,
  work: (helper: HelperThread | null) => Promise<T>,
): Promise<T> {
  const { file, size } = source;
  const least = from ?? (features.metadata_csum ? worthHelp : Number.POSITIVE_INFINITY);
  const pays = inodesCount - sb.s_free_inodes_count >= least;
  const helper = start && file && pays ? await start({ ...file, size }) : null;
  try {
    return await work(helper);
  } finally {
    await helper?.stop();
  }
}
