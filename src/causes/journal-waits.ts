/** The file system was not unmounted, and its journal holds changes that a mount writes first. */
import { counted } from '../report/words';
import type { CauseEntry } from './cause';
import { advice } from './commands';
import type { Evidence } from './evidence';

/** ` (1 transaction and 3 fast commits, the last of 2024-01-01T00:00:00Z)`; empty if the log holds nothing. */
function held({ report: { journal } }: Evidence): string {
  const { transactions = 0, fastCommits = 0, lastCommit = null } = journal ?? {};
  const parts = [
    ...(transactions > 0 ? [counted(transactions, 'transaction')] : []),
    ...(fastCommits > 0 ? [counted(fastCommits, 'fast commit')] : []),
  ];
  if (parts.length === 0) return '';
  return ` (${parts.join(' and ')}${lastCommit === null ? '' : `, the last transaction of ${lastCommit}`})`;
}

export const journalWaits: CauseEntry = {
  id: 'journal-waits',
  kind: 'sound',
  severity: 'info',
  certainty: 'certain',
  holds: (e, found) =>
    e.report.filesystem?.journalNeedsRecovery === true &&
    e.report.journal?.state === 'replayed' &&
    !found.has('refused-before-replay') &&
    !found.has('fast-commits-pending'),
  headline: () => 'it was not unmounted; a mount replays its journal first',
  text: (e) =>
    `The file system was not unmounted: its journal holds changes that a mount writes first${held(e)}. This check includes them. On a read-only device (dm-verity, squashfs, a loop device on a read-only partition) the kernel cannot write them and refuses the mount; replay them first.`,
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
