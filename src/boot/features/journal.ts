/** Features of the journal, which its superblock has separately from those of the file system. */
import { findJournal } from '../../journal/find';
import { journalBlock, journalIncompat, journalMagic, journalSuperblock } from '../../layout/journal';
import type { Groups } from '../../volume/groups';
import type { Volume } from '../../volume/volume';

/** Names as dumpe2fs spells them. */
export const journalFeatureNames: readonly string[] = Object.keys(journalIncompat);

/**
 * The incompatible features of the journal inside the file system; empty if there is none or it cannot be read. Every
 * reader of a journal refuses one that it does not know, even if nothing has to be replayed.
 */
export async function journalFeaturesOf(volume: Volume, groups: Groups): Promise<string[]> {
  if (!volume.geometry.features.has_journal || volume.geometry.sb.s_journal_inum === 0) return [];
  const file = await findJournal(volume, groups);
  const first = typeof file === 'string' ? undefined : file.runs[0];
  const view = first?.logical === 0 ? await volume.block(first.physical) : null;
  if (view === null || journalSuperblock.h_magic(view, 0) !== journalMagic) return [];
  // version 1 has no features
  if (journalSuperblock.h_blocktype(view, 0) !== journalBlock.SUPERBLOCK_V2) return [];
  const word = journalSuperblock.s_feature_incompat(view, 0);
  return Object.entries(journalIncompat).flatMap(([name, bit]) => ((word & bit) === 0 ? [] : [name]));
}
