/** Replays the journal in memory, so that the check sees what a mount would see, and reports problems of the log. */
import { sumsBlocks } from '../../journal/checksums';
import { type FastReplay, replayFastCommits } from '../../journal/fast-commit/replay';
import { isJournalExternal } from '../../journal/find';
import { logFormat } from '../../journal/format';
import { heldSource } from '../../journal/held-blocks';
import { Log } from '../../journal/log';
import { type LogFault, type Recovery, recover } from '../../journal/recover';
import { recoveredSource } from '../../journal/reopen';
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import type { JournalFacts } from '../../problem/report';
import { type ByteSource, SourceError } from '../../source/source';
import { type Opening, openFileSystem } from '../../volume/open';
import { notReplayed } from './facts';
import { problems as journalProblems, loadJournal } from './journal';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'journal-log-unreadable': { severity: 'fatal', e2fsck: [] },
  'journal-log-circular': { severity: 'fatal', e2fsck: [] },
  'journal-log-corrupt': { severity: 'fatal', e2fsck: [] },
  'journal-commit-corrupt': { severity: 'fatal', e2fsck: [] },
  'journal-commit-unfinished': { severity: 'info', e2fsck: [] },
  'journal-transaction-incomplete': { severity: 'info', e2fsck: [] },
  'journal-ends-early': { severity: 'error', e2fsck: [] },
  'journal-revoke-length': { severity: 'fatal', e2fsck: [] },
  'journal-data-corrupt': { severity: 'fatal', e2fsck: [] },
  'journal-data-unreadable': { severity: 'fatal', e2fsck: [] },
  'journal-tag-outside': { severity: 'fatal', e2fsck: [] },
  'journal-tag-in-journal': { severity: 'error', e2fsck: [] },
  'journal-fast-commits-full': { severity: 'fatal', e2fsck: [] },
  'journal-fast-commits-corrupt': { severity: 'fatal', e2fsck: [] },
  'journal-fast-commits-unreadable': { severity: 'fatal', e2fsck: [] },
});

/** Reports one fault of the log. `inode` is the journal's. */
function reportFault(fault: LogFault, inode: number, asyncCommit: boolean, report: ReportFinding): void {
  const place = { logical: fault.at, sequence: 'sequence' in fault ? fault.sequence : 0 };
  const block = 'block' in fault ? { inode, block: fault.block } : { inode };
  switch (fault.kind) {
    case 'start':
      return report(
        journalProblems['journal-log-start'],
        { inode },
        { stored: fault.at, first: fault.first, last: fault.last },
      );
    case 'unreadable':
      return report(problems['journal-log-unreadable'], { inode }, place);
    case 'circular':
      return report(problems['journal-log-circular'], { inode }, { sequence: fault.sequence });
    case 'descriptor-checksum':
      return report(problems['journal-log-corrupt'], { inode }, { what: 'descriptor block', ...place });
    case 'revoke-checksum':
      return report(problems['journal-log-corrupt'], { inode }, { what: 'revoke block', ...place });
    case 'commit-checksum':
      return report(problems[asyncCommit ? 'journal-commit-unfinished' : 'journal-commit-corrupt'], { inode }, place);
    case 'incomplete':
      return report(problems['journal-transaction-incomplete'], { inode }, place);
    case 'ends-early':
      return report(problems['journal-ends-early'], { inode }, { ...place, later: fault.later });
    case 'revoke-length':
      return report(problems['journal-revoke-length'], { inode }, place);
    case 'data-checksum':
      return report(problems['journal-data-corrupt'], block, place);
    case 'data-unreadable':
      return report(problems['journal-data-unreadable'], block, place);
    case 'outside':
      return report(problems['journal-tag-outside'], block, place);
    case 'into-journal':
      return report(problems['journal-tag-in-journal'], block, place);
    case 'fast-commits-full':
      return report(problems['journal-fast-commits-full'], { inode }, { last: fault.at - 1 });
    case 'fast-commits-corrupt':
      return report(problems['journal-fast-commits-corrupt'], { inode }, { logical: fault.at, reason: fault.reason });
    case 'fast-commits-unreadable':
      return report(problems['journal-fast-commits-unreadable'], { inode }, { logical: fault.at });
  }
}

/** The result of a replay. */
export interface Replayed {
  /** The image after the replay; null when nothing could be replayed, so that the state before it must be checked. */
  source: ByteSource | null;
  facts: JournalFacts;
}

function factsOf(recovery: Recovery, fast: FastReplay): JournalFacts {
  return {
    state: recovery.failed ? 'partly-replayed' : 'replayed',
    transactions: recovery.transactions,
    blocks: recovery.replacements.blocks.length,
    revoked: recovery.revoked,
    fastCommits: recovery.fastCommits.changes,
    fastCommitsSkipped: 'left' in fast ? fast.left : null,
    lastCommit: recovery.lastCommit === 0 ? null : isoSeconds(recovery.lastCommit),
  };
}

/** Seconds since 1970 as ISO 8601; null for a time that a date cannot represent. */
function isoSeconds(seconds: number): string | null {
  return seconds < 2 ** 38 ? new Date(seconds * 1000).toISOString().replace('.000', '') : null;
}

/** Replays the fast commits of `log` on `source`, the image after its transactions were replayed. */
async function fastReplay(log: Log, recovery: Recovery, source: ByteSource, signal?: AbortSignal): Promise<FastReplay> {
  if (recovery.fastCommits.changes === 0) return { blocks: new Map() };
  if (recovery.failed) return { left: 'the transactions before them are damaged' };
  const { opening } = await openFileSystem(source, signal);
  if (opening === null) return { left: 'there is no usable superblock after the transactions before them' };
  return replayFastCommits(
    log,
    recovery.fastCommits,
    opening,
    recovery.lastCommit % 2 ** 32 || opening.volume.geometry.sb.s_wtime || 2 ** 31,
  );
}

/**
 * Replays the journal of an image that needs recovery. Null when there is no usable journal; `checkJournal` reports
 * why.
 */
export async function replayJournal(
  opening: Opening,
  source: ByteSource,
  report: ReportFinding,
  signal?: AbortSignal,
): Promise<Replayed | null> {
  const { volume, groups } = opening;
  const { geometry } = volume;
  if (!geometry.features.needs_recovery || !geometry.features.has_journal) return null;
  if (isJournalExternal(geometry.sb)) return null;
  const loaded = await loadJournal(volume, groups, () => {});
  if (loaded === null) return null;
  const { record, file, block } = loaded;
  const format = logFormat(record);
  // an empty log is only marked as recovered
  const head = { at: block * geometry.blockSize, record, summed: sumsBlocks(format) };
  const inode = geometry.sb.s_journal_inum;
  const log = new Log(volume, format, file.runs);
  const recovery = await recover(log, volume, (fault) => reportFault(fault, inode, format.asyncCommit, report));
  if (recovery.failed && recovery.replacements.blocks.length === 0)
    return { source: null, facts: { state: 'unusable', ...notReplayed } };
  try {
    const replayed = await recoveredSource(source, geometry.blockSize, head, recovery);
    const fast = await fastReplay(log, recovery, replayed, signal);
    const result =
      'blocks' in fast && fast.blocks.size > 0 ? heldSource(replayed, geometry.blockSize, fast.blocks) : replayed;
    return { source: result, facts: factsOf(recovery, fast) };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return { source: null, facts: { state: 'unusable', ...notReplayed } };
  }
}
