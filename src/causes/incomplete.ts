/** Parts could not be checked. */
import type { CauseEntry } from './cause';

export const incomplete: CauseEntry = {
  id: 'incomplete',
  kind: 'sound',
  severity: 'info',
  certainty: 'certain',
  holds: (e) => e.report.filesystem !== null && e.report.notChecked.length > 0,
  headline: () => 'it could not be checked completely',
  text: (e) =>
    `Not checked: ${e.report.notChecked
      .map(({ what }) => what)
      .slice(0, 5)
      .join(', ')}.`,
  steps: (e) => [
    { ...e.commands.secondOpinion, text: 'Check the remaining parts with the native e2fsck; -n makes it read-only:' },
  ],
};
