/** The kernel recorded errors while the file system was mounted. */
import type { CauseEntry } from './cause';
import { advice } from './commands';
import { repairOf } from './steps';

export const errorsRecorded: CauseEntry = {
  id: 'errors-recorded',
  kind: 'damage',
  severity: 'warning',
  certainty: 'certain',
  holds: (e) =>
    ['superblock-errors-recorded', 'journal-error-recorded'].some((id) => e.first(id)?.severity === 'warning'),
  headline: () => 'the kernel recorded errors while it was mounted',
  text: (e) =>
    `The kernel recorded errors while the file system was mounted: its disk failed or was full, or a structure was already damaged. ${
      e.keepsAllPaths
        ? 'No structure is damaged now, but data that was to be written may be missing.'
        : 'What is damaged now may have the same reason.'
    }`,
  steps: (e) => [
    {
      text: 'Look at what was recorded, and in the log of that time for errors of the disk:',
      commands: [`dumpe2fs -h ${e.commands.image}`],
      changes: 'nothing',
    },
    {
      text: 'Read the contents of the files, which a failed write leaves empty:',
      commands: [`extcheck --content ${e.commands.image}`],
      changes: 'nothing',
    },
    advice('If files are missing or empty, make the image again, on another disk if this one reports errors.'),
    ...repairOf(e),
  ],
};
