/** There is a superblock, but with values with which nothing can be checked. */
import type { CauseEntry } from './cause';
import { advice } from './commands';

export const superblockUnusable: CauseEntry = {
  id: 'superblock-unusable',
  kind: 'damage',
  severity: 'fatal',
  certainty: 'certain',
  holds: (e, found) =>
    e.report.filesystem === null &&
    e.worstOfStructure === 'fatal' &&
    e.count('superblock-missing') === 0 &&
    found.size === 0,
  headline: () => 'its superblock cannot be used',
  text: () =>
    'The superblock has values with which nothing else can be checked: a feature, revision or size that is unknown or impossible; the finding names it. Either the file system is newer than this program, or the superblock is damaged and no backup of it can be used.',
  steps: (e) => [
    advice(
      'If the finding names an unknown feature or revision, use the newest extcheck and e2fsprogs: they may know it.',
    ),
    e.commands.secondOpinion,
  ],
};
