/** A habit of writers: the error flag of the superblock marks a mounted file system. */
import type { CauseEntry } from './cause';
import { repairOf } from './steps';

const ids: ReadonlySet<string> = new Set(['superblock-errors-recorded']);

export const errorFlagAlone: CauseEntry = {
  id: 'error-flag-alone',
  kind: 'sound',
  severity: 'warning',
  certainty: 'likely',
  holds(e) {
    const { count, firstTime = null } = e.data('superblock-errors-recorded');
    return count === 0 && firstTime === null && e.count('journal-error-recorded') === 0 && e.onlyStructure(ids);
  },
  headline: () => 'its error flag is set, but no error is recorded; every path can be read',
  text: () =>
    'The superblock has the error flag, but no error is recorded in it. Linux records each error with its time and place since 2.6.36, so another program set the flag: lwext4 sets it while it has the file system mounted, and leaves it if it ends without unmounting. Nothing is damaged. The kernel logs a warning at each mount until the flag is cleared.',
  steps: (e) => repairOf(e),
};
