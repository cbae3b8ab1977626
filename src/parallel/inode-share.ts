/** The pass's side of the inode tables that it shares with a helper thread; inode-scan.ts is the thread's. */
import type { InodeShare } from '../checks/helper-thread';
import type { InodeScan } from '../checks/inodes/context';
import { allowsFastPath } from '../checks/inodes/fast-path/inodes';
import { canDistinguishDtimes } from '../checks/inodes/times';
import { LogReader } from './inode-log';
import type { InodeJob, LogData } from './protocol';

/**
 * Sends the thread to the tables by `post`, which gives its answer; null where it could accept nothing. The facts
 * about inodes must be in shared memory.
 */
export function shareInodes(
  scan: InodeScan,
  counts: Uint32Array,
  post: (job: InodeJob) => Promise<LogData | null>,
): InodeShare | null {
  const { geometry, groups, facts } = scan;
  if (!allowsFastPath(geometry)) return null;
  const taken = new Int32Array(new SharedArrayBuffer(groups.count * 4));
  const { state, links } = facts.inodes;
  const answer = post({
    geometry,
    tables: groups.inodeTable,
    counts,
    canDistinguishDtimes: canDistinguishDtimes(scan),
    taken,
    state,
    links,
  });
  return {
    take: (group) => Atomics.compareExchange(taken, group, 0, 1) === 0,
    log: answer.then((data) => data && { read: (notes) => new LogReader(data, notes) }),
  };
}
