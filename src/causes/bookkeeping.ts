/** Only counts and leftovers that a mount corrects. */
import type { CauseEntry } from './cause';

/** What an unclean shutdown leaves. */
const ids: ReadonlySet<string> = new Set([
  'superblock-free-blocks-wrong',
  'superblock-free-inodes-wrong',
  'group-free-blocks-wrong',
  'group-free-inodes-wrong',
  'group-directories-wrong',
  'block-marked-unused',
  'inode-marked-unused',
  'inode-blocks-wrong',
  'inode-unused-without-dtime',
  'orphan-inode-pending',
  'orphan-inode-unfinished',
  'orphan-file-in-use',
  'journal-commit-unfinished',
  'journal-transaction-incomplete',
  'quota-usage-wrong',
]);

export const bookkeeping: CauseEntry = {
  id: 'bookkeeping',
  kind: 'sound',
  severity: 'info',
  certainty: 'certain',
  holds: (e, found) =>
    e.report.filesystem !== null &&
    found.size === 0 &&
    e.isSound &&
    Object.keys(e.report.counts).some((id) => ids.has(id)),
  headline: () => 'only counts are out of date; every path can be read',
  text: () =>
    'Only counts and leftovers differ that a mount corrects, as after a shutdown without unmounting. All files and directories can be read.',
  steps: () => [],
};
