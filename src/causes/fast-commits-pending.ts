/** The journal has fast commits: a writable mount replays them, and a read-only one is refused. */
import { counted } from '../report/words';
import type { CauseEntry } from './cause';
import { advice } from './commands';

export const fastCommitsPending: CauseEntry = {
  id: 'fast-commits-pending',
  kind: 'sound',
  severity: 'info',
  certainty: 'certain',
  holds: (e, found) => (e.report.journal?.fastCommits ?? 0) > 0 && e.isSound && !found.has('refused-before-replay'),
  headline: () => 'it was not unmounted, and a read-only mount may be refused until it is mounted writable once',
  text: (e) =>
    `The file system was not unmounted, and its journal has ${counted(e.report.journal?.fastCommits ?? 0, 'fast commit')}. This check includes them, and a writable mount replays them, but Linux 6.18 refuses a read-only mount, with which most boots begin.`,
  // e2fsck 1.47.0 leaves files without a name when it replays fast commits
  steps: () => [advice('Mount a copy of the image writable once, and unmount it.')],
};
