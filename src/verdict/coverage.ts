/** What was looked at and what was not: features that are recognised but not yet checked to the last rule. */
import type { ScanFacts } from '../facts/scan';
import type { JournalFacts, NotChecked } from '../problem/report';
import type { Volume } from '../volume/volume';

/** The parts of a complete check, in the order in which they run. */
export const parts = [
  'superblock',
  'group descriptors',
  'journal superblock',
  'inodes',
  'block mappings',
  'extended attributes',
  'directories',
  'connectivity',
  'link counts',
  'bitmaps',
  'free counts',
] as const;

/** Why the state after replay was not checked, by what became of the journal. */
const replayGap: Partial<Record<JournalFacts['state'], string>> = {
  'not-replayed':
    'the journal holds transactions that mounting would replay; what was checked is the state before that',
  unusable:
    'the journal should be replayed, but cannot be used; what was checked is the state without what it may hold',
  'partly-replayed': 'the journal is damaged; what was checked is the state with as much of it replayed as could be',
};

/** Everything about this image that the check could not vouch for. */
export function notCheckedParts(
  volume: Volume,
  facts: ScanFacts,
  { journal, needsRecovery }: { journal: JournalFacts; needsRecovery: boolean },
): NotChecked[] {
  const isExternal = journal.state === 'external';
  const gaps: NotChecked[] = [];
  const add = (wanted: boolean, what: string, why: string) => {
    if (wanted) gaps.push({ what, why });
  };
  add(needsRecovery && journal.state in replayGap, 'journal replay', replayGap[journal.state] ?? '');
  add(
    journal.fastCommitsSkipped !== null,
    'fast commits',
    `the journal holds ${journal.fastCommits} changes in its fast-commit area, which mounting would make after the replay; what was checked is the state before them: ${journal.fastCommitsSkipped}`,
  );
  const { encrypted, encryptedCount, gaveUp } = facts.verity;
  add(
    encryptedCount > 0,
    'verity of encrypted files',
    `${encryptedCount} ${encryptedCount === 1 ? 'file has' : 'files have'} hashes of the plaintext, encrypted as well: inode ${encrypted.join(', ')}${encryptedCount > encrypted.length ? ' and more' : ''}`,
  );
  add(gaveUp, 'verity', 'files with verity share their blocks or are fragmented so much that not all were hashed');
  add(
    needsRecovery && isExternal,
    'external journal',
    'the journal lies on another device, and it holds changes that are not in the file system yet',
  );
  add(
    facts.nodeBudget <= 0,
    'block mappings',
    'block mappings share their blocks so often that they were not all followed',
  );
  for (const fault of volume.faults) add(true, `bytes ${fault.at} to ${fault.at + fault.length - 1}`, fault.message);
  return gaps;
}
