/** A habit of writers: the deletion time 1. */
import { counted } from '../report/words';
import type { CauseEntry } from './cause';
import type { Evidence } from './evidence';
import { repairOf } from './steps';

const ids: ReadonlySet<string> = new Set(['inode-orphan-leftover', 'inode-dtime-set']);

/** Whether all these deletion times are 1; a real orphan list links different inodes. */
const allOne = ({ report }: Evidence): boolean =>
  report.findings.filter(({ id }) => ids.has(id)).every(({ data }) => data?.['stored'] === 1);

export const deletionTimeOne: CauseEntry = {
  id: 'deletion-time-one',
  kind: 'sound',
  severity: 'warning',
  certainty: 'likely',
  holds: (e) => e.count('inode-orphan-leftover') > 0 && e.onlyStructure(ids) && allOne(e),
  headline: () => 'inodes have the deletion time 1, which some programs write; no file is lost',
  text: (e) =>
    `${counted(e.count('inode-orphan-leftover'), 'inode')} ${e.count('inode-orphan-leftover') === 1 ? 'has' : 'have'} the deletion time 1. The kernel writes the current time there, or a link of its list of deleted files; programs that make or change images without the kernel may write 1 instead. All files and directories can be read. e2fsck reports such an inode until it is corrected.`,
  steps: (e) => repairOf(e),
};
