/** Warnings only: everything can be read, but was not written correctly. */
import { counted } from '../report/words';
import type { CauseEntry } from './cause';
import { advice } from './commands';
import { repairOf } from './steps';

export const inconsistent: CauseEntry = {
  id: 'inconsistent',
  kind: 'damage',
  severity: 'warning',
  certainty: 'certain',
  holds: (e, found) => found.size === 0 && e.worstOfStructure === 'warning',
  headline: (e) => `${counted(e.of('structure').warning, 'warning')}; every path can be read`,
  text: () =>
    'All files and directories can be read, but structures that a mounted system relies on do not agree: the file system was not unmounted, was changed by a program with an error, or some of its writes were lost.',
  steps: (e) => [
    advice('Do not reboot into this image until you know why it differs. Keep the image of the current system.'),
    e.commands.secondOpinion,
    ...repairOf(e),
  ],
};
