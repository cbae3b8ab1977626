/** Whether a scout goes ahead of the inode pass, and how the two share the groups; scout.ts is what it does. */

import type { SharedFile } from '../../source/source';
import type { Geometry } from '../../volume/geometry';
import type { InodeScan } from './context';
import { allowsPlain } from './plain';
import type { ScoutJob } from './scout';
import type { ScoutLog } from './scout-log';
import { dtimesTellable } from './times';

/** A scout under way on another thread. */
export interface Scouting {
  /** Comes once all groups are taken; null when the scout failed, and what it took is still to be done. */
  readonly log: Promise<ScoutLog | null>;
  /** Ends it, whatever it does. */
  stop(): Promise<void>;
}

/** Starts a scout; null where there is none to be had. */
export type StartScout = (file: SharedFile & { size: number }, job: ScoutJob) => Promise<Scouting | null>;

/**
 * Inodes in use from which on a scout pays, where they carry checksums: its thread is at work some 60 ms after it was asked
 * for, in which the pass does a quarter of a million. Without checksums there is too little to share even at two million.
 */
const worthScouting = 800_000;

export const isWorthScouting = ({ features, inodesCount, sb }: Geometry): boolean =>
  features.metadata_csum && inodesCount - sb.s_free_inodes_count >= worthScouting;

/** The pass's share: it takes groups from the first on, up to the first that the scout has. */
export class Share {
  constructor(
    private readonly taken: Int32Array,
    private readonly scouting: Scouting,
  ) {}

  /** Whether the group is the pass's to do. */
  take(group: number): boolean {
    return Atomics.compareExchange(this.taken, group, 0, 1) === 0;
  }

  get log(): Promise<ScoutLog | null> {
    return this.scouting.log;
  }

  stop(): Promise<void> {
    return this.scouting.stop();
  }
}

/**
 * Starts a scout where nothing stands against it. `counts` are the inodes of each group that are worth reading; what is
 * known of inodes must lie in shared memory.
 */
export async function startScouting(
  scan: InodeScan,
  counts: Uint32Array,
  start: StartScout | undefined,
): Promise<Share | null> {
  const { geometry, groups, facts, volume } = scan;
  const { file, size } = volume.source;
  if (start === undefined || file === undefined || !allowsPlain(geometry)) return null;
  const taken = new Int32Array(new SharedArrayBuffer(groups.count * 4));
  const { state, links } = facts.inodes;
  const tellDtimes = dtimesTellable(scan);
  const job: ScoutJob = { geometry, tables: groups.inodeTable, counts, tellDtimes, taken, state, links };
  const scouting = await start({ fd: file.fd, offset: file.offset, size }, job);
  return scouting && new Share(taken, scouting);
}
