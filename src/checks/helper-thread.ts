/** What a helper thread can do of the passes, and when one is asked for; parallel/ starts one on Node. */
import type { ScanFacts } from '../facts/scan';
import type { SharedFile } from '../source/source';
import type { Geometry } from '../volume/geometry';
import type { Volume } from '../volume/volume';
import type { InodeScan } from './inodes/context';
import type { InodeNotes } from './inodes/fast-path/notes';

/** What became of a block of an inode table: its inodes were accepted, it holds only zeros, or it is left to the pass. */
export type BlockFate = 'accepted' | 'zero' | 'left';

/** Reads a log: one group after the other, in each one batch after the other, in that one block after the other. */
export interface InodeLogReader {
  /** Whether the log goes on with blocks of the batch entered last. */
  readonly isInBatch: boolean;
  enterGroup(group: number): void;
  /** Enters the next batch of the group; returns whether a block of it is left to the pass. */
  enterBatch(): boolean;
  /** Skips the rest of the batch. */
  leaveBatch(): void;
  /** Notes what the next block of the batch holds, unless it is left. */
  block(): BlockFate;
}

/** All that a helper thread found out about the inode tables it took. */
export interface InodeLog {
  read(notes: InodeNotes): InodeLogReader;
}

/** How the inode pass and a helper thread share the groups: the pass takes them from the first, the thread from the last. */
export interface InodeShare {
  /** Whether the group is the pass's to do. */
  take(group: number): boolean;
  /** Comes once all groups are taken; null when the thread failed: what it took is still to be done. */
  readonly log: Promise<InodeLog | null>;
}

/** What a helper thread knows of directory blocks, by their number in `facts.dirBlocks`. */
export interface DirectoryShare {
  /** By which it hashes names. */
  readonly hashVersion: number;
  /**
   * Sends the thread to the blocks that are known by now and that it has not found sound before, from the last one of
   * `order`. What it did before ends with that.
   */
  send(facts: ScanFacts, order: Uint32Array): void;
  /** The pass is to begin with the block at `place` of the order: the thread need not go on before it. */
  reach(place: number): void;
  /** Whether the checksum of the block is right. Names in an indexed directory were hashed by `hashVersion` then. */
  isSound(entry: number): boolean;
  /** Bounds of the hashes in a sound block. */
  least(entry: number): number;
  most(entry: number): number;
}

/** A thread that waits for work. It does one job after the other. */
export interface HelperThread {
  /** Begins with the inode tables. `counts` are the inodes of each group worth reading. Null where it cannot help. */
  shareInodes(scan: InodeScan, counts: Uint32Array): InodeShare | null;
  shareDirectories(geometry: Geometry): DirectoryShare;
  /** Ends it, whatever it does. */
  stop(): Promise<void>;
}

/** Starts a helper thread that reads `file`; null where none is available. */
export type StartHelperThread = (file: SharedFile & { size: number }) => Promise<HelperThread | null>;

/**
 * Inodes in use from which a helper thread pays, where there are checksums: it is at work some 60 ms after it was asked
 * for, in which the inode pass does a quarter of a million. Without checksums there is too little to share even at two million.
 */
const worthHelp = 800_000;

/** Gives `work` a helper thread where one pays, or `from` inodes are in use, and one is available; ends it after that. */
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
