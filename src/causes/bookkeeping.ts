/** Only counters and leftovers that a mount sets right. */
import type { CauseEntry } from './cause';

export const bookkeeping: CauseEntry = {
  id: 'bookkeeping',
  kind: 'sound',
  severity: 'info',
  certainty: 'certain',
  holds: (e, found) => e.report.filesystem !== null && found.size === 0 && e.worstOfStructure === 'info',
  headline: () => 'only bookkeeping is out of date; every path can be read',
  text: () =>
    'Only counts, times or flags differ that no file depends on, as after a shutdown without unmounting. All files and directories can be read.',
  steps: () => [],
};
