/** The file system was resized while its journal held changes of the old size. */
import { digits } from '../report/words';
import type { CauseEntry } from './cause';
import { advice } from './commands';

export const resizedWithJournal: CauseEntry = {
  id: 'resized-with-journal',
  kind: 'damage',
  severity: 'fatal',
  certainty: 'likely',
  holds(e) {
    const { blocksBeforeReplay } = e.facts;
    return blocksBeforeReplay !== undefined && blocksBeforeReplay !== e.report.filesystem?.blocks;
  },
  headline: () => 'it was resized while its journal held changes',
  text: (e) =>
    `The superblock has ${digits(e.facts.blocksBeforeReplay ?? 0)} blocks, but the journal restores one with ${digits(e.report.filesystem?.blocks ?? 0)}. The file system was resized, or its image replaced, while the journal held changes; ${
      e.count('refused-before-replay') > 0 ? 'the kernel does not mount it' : 'a mount undoes the resize'
    }.`,
  steps: (e) => [
    advice('Make the image again: unmount the file system, or run e2fsck -fp on it, before you resize it.'),
    e.commands.secondOpinion,
  ],
};
