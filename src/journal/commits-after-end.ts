/** Distinguishes the end of a log from a damaged block in it: looks for later commits after the end. */
import { journalBlock, journalCommit, journalHeader, journalMagic } from '../layout/journal';
import { commitGood } from './checksums';
import { type Log, missing } from './log';
import { advance } from './walk';

/** Number of blocks after the end that are searched: more than one transaction has in journals of common size. */
const lookAhead = 4096;

/**
 * The number of a transaction later than `sequence` whose commit is after block `at`, where the log ended; -1 for none.
 * `lastCommit` is the time of the last transaction in the log, in seconds since 1970: blocks of a previous journal are
 * older. Without it (0) the result is always -1.
 */
export async function commitAfterEnd(log: Log, at: number, sequence: number, lastCommit: number): Promise<number> {
  const { format } = log;
  const ring = format.last - format.first;
  if (lastCommit === 0) return -1;
  for (let i = 1; i <= Math.min(lookAhead, ring - 1); i++) {
    const place = log.placeOf(advance(log, at, i));
    const view = place === missing ? null : await log.read(place, true);
    if (view === null) return -1;
    if (journalHeader.h_magic(view, 0) !== journalMagic) continue;
    if (journalHeader.h_blocktype(view, 0) !== journalBlock.COMMIT) continue;
    const found = journalHeader.h_sequence(view, 0);
    const ahead = (found - sequence) | 0;
    if (ahead <= 0 || ahead > ring || journalCommit.h_commit_sec(view, 0) < lastCommit) continue;
    if (commitGood(format, view)) return found;
  }
  return -1;
}
