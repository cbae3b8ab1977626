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

/** What no kernel writes into an inode. Data of another kind has several of these at once; a flipped bit has one. */
const impossible = [
  'inode-mode-invalid',
  'inode-faddr-set',
  'inode-blocks-high-set',
  'inode-imagic-flag',
  'inode-casefold-without-feature',
  'inode-extents-without-feature',
  'inode-inline-without-feature',
  'inode-extra-size-wrong',
  'inode-dtime-set',
  'encryption-policy-missing',
  'xattr-block-out-of-range',
];
const leastImpossible = 5;

/** Number of inodes with data of another kind, where their checksums do not say so. */
function impossibleInodes(e: Evidence): number {
  const counts = impossible.map((id) => e.count(id)).filter((count) => count > 0);
  return counts.length < leastImpossible ? 0 : Math.max(...counts);
}

const found = (e: Evidence): string[] =>
  marks.flatMap(([noun, plural, ids], i) => {
    const count = Math.max(e.count(...ids), i === 0 ? impossibleInodes(e) : 0);
    return count > 0 ? [counted(count, noun, plural)] : [];
  });

export const overwritten: CauseEntry = {
  id: 'overwritten',
  kind: 'damage',
  severity: 'error',
  certainty: 'possible',
  holds: (e, causes) =>
    !causes.has('uuid-changed') &&
    !causes.has('bits-flipped') &&
    (found(e).length > 1 || e.count('inode-garbage') > 8 || impossibleInodes(e) > 0),
  headline: () => 'parts of it were overwritten with other data',
  text: (e) =>
    `${listed(found(e))} with data of another kind: other data was written over a part of the file system. The kernel reports "Structure needs cleaning" where it meets it.`,
  steps: (e) => [
    ...keepTheOldSystem,
    advice('Make or copy the image again, and look for a program that writes to the same disk or file.'),
    e.commands.secondOpinion,
    ...repairOf(e),
  ],
};
