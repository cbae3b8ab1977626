/** What was looked at and what was not: features that are recognised but not yet checked to the last rule. */
import type { ScanFacts } from '../facts/scan';
import { inodeFlags } from '../layout/inode';
import type { NotChecked } from '../problem/report';
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

/** Everything about this image that the check could not vouch for. */
export function notCheckedParts(volume: Volume, facts: ScanFacts, replayNeeded: boolean): NotChecked[] {
  const { features } = volume.geometry;
  const seen = (flag: number) => (facts.flagsSeen & flag) !== 0;
  const gaps: NotChecked[] = [];
  const add = (wanted: boolean, what: string, why: string) => {
    if (wanted) gaps.push({ what, why });
  };
  add(
    replayNeeded,
    'journal replay',
    'the journal holds transactions that mounting would replay; what was checked is the state before that',
  );
  add(features.bigalloc, 'bigalloc', 'clusters shared inside one file are not checked to the last rule yet');
  add(seen(inodeFlags.CASEFOLD), 'casefold', 'names and indexes of case-insensitive directories are not checked yet');
  add(seen(inodeFlags.ENCRYPT), 'encrypt', 'policies of encrypted files and directories are not checked yet');
  add(seen(inodeFlags.VERITY), 'verity', 'Merkle trees of verity files are not checked yet');
  add(
    features.shared_blocks,
    'shared_blocks',
    'which blocks may be shared is not known, so blocks claimed twice are not reported',
  );
  add(
    features.has_journal && volume.geometry.sb.s_journal_inum === 0,
    'external journal',
    'the journal lies on another device',
  );
  add(
    facts.nodeBudget <= 0,
    'block mappings',
    'block mappings share their blocks so often that they were not all followed',
  );
  for (const fault of volume.faults) add(true, `bytes ${fault.at} to ${fault.at + fault.length - 1}`, fault.message);
  return gaps;
}
