/** The facts about a journal that is not replayed. */
import { isJournalExternal } from '../../journal/find';
import type { JournalFacts } from '../../problem/report';
import type { Opening } from '../../volume/open';

/** The facts of a replay that did not happen. */
export const notReplayed: Omit<JournalFacts, 'state'> = {
  transactions: 0,
  blocks: 0,
  revoked: 0,
  fastCommits: 0,
  fastCommitsSkipped: null,
  lastCommit: null,
};

/** The facts of a journal as stored; `usable` is whether the check found no reason against a replay. */
export function journalFacts(opening: Opening, usable: boolean): JournalFacts {
  const { sb, features } = opening.volume.geometry;
  const state = (): JournalFacts['state'] => {
    if (!features.has_journal && !features.needs_recovery && sb.s_journal_inum === 0) return 'none';
    if (isJournalExternal(sb)) return 'external';
    if (!usable) return 'unusable';
    return features.needs_recovery ? 'not-replayed' : 'clean';
  };
  return { state: state(), ...notReplayed };
}
