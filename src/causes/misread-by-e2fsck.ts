/** The file system is sound, and older versions of e2fsck would damage it. */
import { counted } from '../report/words';
import type { CauseEntry } from './cause';
import type { Evidence } from './evidence';

const symlinks = (e: Evidence): string => counted(e.count('symlink-misread-by-e2fsck'), 'symlink');

export const misreadByE2fsck: CauseEntry = {
  id: 'misread-by-e2fsck',
  kind: 'sound',
  severity: 'info',
  certainty: 'certain',
  holds: (e) => e.isSound && e.count('symlink-misread-by-e2fsck') > 0,
  headline: (e) => `e2fsck before 1.47.4 misreads ${symlinks(e)} of it`,
  text: (e) =>
    `The file system is sound, but e2fsck before 1.47.4 takes the targets of ${symlinks(e)} with large attributes for block numbers. With -p or -y it would delete them.`,
  steps: () => [
    {
      text: 'Before you let e2fsck change this file system, see that its version is 1.47.4 or newer:',
      commands: ['e2fsck -V'],
      changes: 'nothing',
    },
  ],
};
