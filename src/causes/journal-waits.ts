/** The file system was not unmounted, and its journal holds changes that a mount writes first. */
import type { CauseEntry } from './cause';

export const journalWaits: CauseEntry = {
  id: 'journal-waits',
  kind: 'sound',
  severity: 'info',
  certainty: 'certain',
  holds: (e) => e.report.filesystem?.journalNeedsRecovery === true && e.report.journal?.state === 'replayed',
  headline: () => 'it was not unmounted; a mount replays its journal first',
  text: () =>
    'The file system was not unmounted: its journal holds changes that a mount writes first. This check includes them. On a read-only device (dm-verity, squashfs, a loop device on a read-only partition) the kernel cannot write them and refuses the mount; replay them first.',
  steps: (e) => [
    e.commands.onCopy(
      'If the device will be read-only, replay the journal on a copy; a writable mount does the same:',
      `e2fsck -fp ${e.commands.copy}`,
    ),
  ],
};
