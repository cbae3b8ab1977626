/** Other data was written over a part of the file system. */
import { counted, listed } from '../report/words';
import type { CauseEntry } from './cause';
import { advice } from './commands';
import type { Evidence } from './evidence';
import { keepTheOldSystem, repairOf } from './steps';

/** What other data in a block looks like, by kind of block. */
const marks: readonly (readonly [noun: string, plural: string, ids: readonly string[]])[] = [
  ['inode', 'inodes', ['inode-garbage', 'inode-mode-invalid']],
  ['directory block', 'directory blocks', ['directory-entry-corrupt', 'directory-block-unreadable']],
  ['extent block', 'extent blocks', ['extent-header-invalid', 'extent-tree-broken']],
  ['attribute block', 'attribute blocks', ['xattr-block-magic']],
  ['bitmap', 'bitmaps', ['inode-bitmap-checksum-wrong', 'block-bitmap-checksum-wrong']],
];

const found = (e: Evidence): string[] =>
  marks.flatMap(([noun, plural, ids]) => (e.count(...ids) > 0 ? [counted(e.count(...ids), noun, plural)] : []));

export const overwritten: CauseEntry = {
  id: 'overwritten',
  kind: 'damage',
  severity: 'error',
  certainty: 'possible',
  holds: (e, causes) =>
    !causes.has('uuid-changed') && !causes.has('bits-flipped') && (found(e).length > 1 || e.count('inode-garbage') > 8),
  headline: () => 'parts of it were overwritten with other data',
  text: (e) =>
    `${listed(found(e))} contain data of another kind: other data was written over a part of the file system. The kernel reports "Structure needs cleaning" where it meets it.`,
  steps: (e) => [
    ...keepTheOldSystem,
    advice('Make or copy the image again, and look for a program that writes to the same disk or file.'),
    e.commands.secondOpinion,
    ...repairOf(e),
  ],
};
