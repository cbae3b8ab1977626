/** The file system was not unmounted, and its journal holds changes that a mount writes first. */
import type { CauseEntry } from './cause';
import { advice } from './commands';

export const journalWaits: CauseEntry = {
  id: 'journal-waits',
  kind: 'sound',
  severity: 'info',
  certainty: 'certain',
  holds: (e) => e.report.filesystem?.journalNeedsRecovery === true && e.report.journal?.state === 'replayed',
  headline: () => 'it was not unmounted; a mount replays its journal first',
  text: () =>
    'The file system was not unmounted: its journal holds changes that a mount writes first. This check includes them. On a read-only device (dm-verity, squashfs, a loop device on a read-only partition) the kernel cannot write them and refuses the mount; replay them first.',
  steps: (e) =>
    // e2fsck 1.47.0 leaves files without a name when it replays fast commits
    (e.report.journal?.fastCommits ?? 0) > 0
      ? [advice('If the device will be read-only, mount a copy of the image once writable, and unmount it.')]
      : [
          e.commands.onCopy(
            'If the device will be read-only, replay the journal on a copy; a writable mount does the same:',
            `e2fsck -fp ${e.commands.copy}`,
          ),
        ],
};
