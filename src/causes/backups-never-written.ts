/** A habit of writers: no backup superblocks. */
import type { CauseEntry } from './cause';

export const backupsNeverWritten: CauseEntry = {
  id: 'backups-never-written',
  kind: 'sound',
  severity: 'info',
  certainty: 'likely',
  holds: (e, found) => e.count('superblock-backups-absent') > 0 && e.isSound && !found.has('metadata-only'),
  headline: () => 'it was made without backup superblocks, as genext2fs makes it',
  text: () =>
    'The backup superblocks were never written. genext2fs and e2image leave them out in every file system that they make; all files and directories can be read. Only if the start of the image is overwritten later, there is no backup to restore it from.',
  steps: () => [],
};
