/** What was looked at and what was not: features that are recognised but not yet checked to the last rule. */
import type { ScanFacts } from '../facts/scan';
import { inodeFlags } from '../layout/inode';
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
  const { features } = volume.geometry;
  const isExternal = journal.state === 'external';
  const seen = (flag: number) => (facts.flagsSeen & flag) !== 0;
  const gaps: NotChecked[] = [];
  const add = (wanted: boolean, what: string, why: string) => {
    if (wanted) gaps.push({ what, why });
  };
  add(needsRecovery && journal.state in replayGap, 'journal replay', replayGap[journal.state] ?? '');
  add(
    journal.fastCommits > 0,
    'fast commits',
    `the journal holds ${journal.fastCommits} changes in its fast-commit area, which mounting would make after the replay; what was checked is the state before them`,
  );
  add(features.bigalloc, 'bigalloc', 'clusters shared inside one file are not checked to the last rule yet');
  add(
    features.inline_data && seen(inodeFlags.INLINE_DATA),
    'inline_data',
    'the rules for data kept inside inodes are not all checked yet',
  );
  add(
    facts.xattrInodes.size > 0 || seen(inodeFlags.EA_INODE),
    'ea_inode',
    'attribute values kept in inodes of their own are not checked yet',
  );
  add(seen(inodeFlags.CASEFOLD), 'casefold', 'names and indexes of case-insensitive directories are not checked yet');
  add(seen(inodeFlags.ENCRYPT), 'encrypt', 'policies of encrypted files and directories are not checked yet');
  add(seen(inodeFlags.VERITY), 'verity', 'Merkle trees of verity files are not checked yet');
  add(
    features.shared_blocks,
    'shared_blocks',
    'which blocks may be shared is not known, so blocks claimed twice are not reported',
  );
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
