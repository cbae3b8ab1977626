/** Lists what was checked and what was not. */
import type { ScanFacts } from '../facts/scan';
import { unknownOptional } from '../layout/features';
import type { JournalFacts, NotChecked } from '../problem/report';
import type { Volume } from '../volume/volume';

/** The parts of a complete check, in their order. */
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

/** Why the state after replay was not checked, by the state of the journal. */
const replayGap: Partial<Record<JournalFacts['state'], string>> = {
  'not-replayed': 'the journal holds transactions that a mount would replay; the state before replay was checked',
  unusable: 'the journal should be replayed, but cannot be used; the state without its changes was checked',
  'partly-replayed': 'the journal is damaged; the state after a partial replay was checked',
};

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
  const { s_feature_compat, s_feature_ro_compat } = volume.geometry.sb;
  const unknown = unknownOptional(s_feature_compat, s_feature_ro_compat);
  add(
    unknown.length > 0,
    'unknown features',
    `extcheck does not know ${unknown.join(', ')}; they do not change how files are read, and everything else was checked`,
  );
  add(needsRecovery && journal.state in replayGap, 'journal replay', replayGap[journal.state] ?? '');
  add(
    journal.fastCommitsSkipped !== null,
    'fast commits',
    `the journal holds ${journal.fastCommits} changes in its fast-commit area, which a mount would apply after the replay; the state before them was checked: ${journal.fastCommitsSkipped}`,
  );
  const { encrypted, encryptedCount, gaveUp } = facts.verity;
  add(
    encryptedCount > 0,
    'verity of encrypted files',
    `${encryptedCount} ${encryptedCount === 1 ? 'file has' : 'files have'} encrypted hashes of the plaintext: inode ${encrypted.join(', ')}${encryptedCount > encrypted.length ? ' and more' : ''}`,
  );
  add(gaveUp, 'verity', 'not all files with verity were hashed, because they share blocks or are too fragmented');
  add(
    needsRecovery && isExternal,
    'external journal',
    'the journal is on another device, and holds changes that are not in the file system yet',
  );
  add(
    facts.nodeBudget <= 0,
    'block mappings',
    'not all block mappings were followed, because they share too many blocks',
  );
  for (const fault of volume.faults) add(true, `bytes ${fault.at} to ${fault.at + fault.length - 1}`, fault.message);
  return gaps;
}
