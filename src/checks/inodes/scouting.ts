/** How the inode pass and a scout share the groups; scout.ts is what the scout does. */
import type { InodeJob, Scout, ScoutLog } from '../scouts';
import type { InodeScan } from './context';
import { allowsPlain } from './fast-path/inodes';
import { dtimesTellable } from './times';

/** The pass's share: it takes groups from the first on, up to the first that the scout has. */
export class Share {
  constructor(
    private readonly taken: Int32Array,
    /** Comes once all groups are taken; null when the scout failed, and what it took is still to be done. */
    readonly log: Promise<ScoutLog | null>,
  ) {}

  /** Whether the group is the pass's to do. */
  take(group: number): boolean {
    return Atomics.compareExchange(this.taken, group, 0, 1) === 0;
  }
}

/**
 * Sends the scout out where nothing stands against it. `counts` are the inodes of each group that are worth reading; what
 * is known of inodes must lie in shared memory.
 */
export function shareInodes(scan: InodeScan, counts: Uint32Array, scout: Scout): Share | null {
  const { geometry, groups, facts } = scan;
  if (!allowsPlain(geometry)) return null;
  const taken = new Int32Array(new SharedArrayBuffer(groups.count * 4));
  const { state, links } = facts.inodes;
  const tellDtimes = dtimesTellable(scan);
  const job: InodeJob = { geometry, tables: groups.inodeTable, counts, tellDtimes, taken, state, links };
  return new Share(taken, scout.inodes(job));
}
