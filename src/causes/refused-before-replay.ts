/** The kernel refuses the superblock or the descriptors, and never comes to the journal that corrects them. */
import type { CauseEntry } from './cause';
import { advice } from './commands';

const ids: ReadonlySet<string> = new Set(['refused-before-replay']);

export const refusedBeforeReplay: CauseEntry = {
  id: 'refused-before-replay',
  kind: 'damage',
  severity: 'fatal',
  certainty: 'certain',
  holds: (e) => e.count('refused-before-replay') > 0,
  nothingLost: (e) => e.onlyStructure(ids) && e.keepsAllPaths,
  headline: () => 'the kernel refuses it before it replays the journal',
  text: () =>
    'The superblock or the group descriptors are destroyed on the disk. The journal holds good copies, and this check includes them, but the kernel judges both before it opens the journal, and does not mount the file system.',
  steps: (e) => [
    advice('Copy the image again, from a file system that is not mounted.'),
    // without a backup of the descriptors, e2fsck gives up
    ...e.commands.repair('').slice(0, 1),
  ],
};
