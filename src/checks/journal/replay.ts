/** Replays the journal in memory, so that what is checked is what a mount would find, and says what is wrong with the log. */
import { sumsBlocks } from '../../journal/checksums';
import { type FastReplay, replayFastCommits } from '../../journal/fast-replay';
import { logFormat } from '../../journal/format';
import { heldSource } from '../../journal/held-blocks';
import { Log } from '../../journal/log';
import { type LogFault, type Recovery, recover } from '../../journal/recover';
import { recoveredSource } from '../../journal/reopen';
import type { Report } from '../../problem/collector';
import { define } from '../../problem/define';
import type { JournalFacts } from '../../problem/report';
import { type ByteSource, SourceError } from '../../source/source';
import { type Opening, openFileSystem } from '../../volume/open';
import { loadJournal } from './journal';

export const problems = define({
  'journal-log-start': {
    severity: 'fatal',
    e2fsck: [],
    title: 'Journal begins outside its log',
    explain:
      'The journal superblock says where the log lies in the journal and where replay has to begin, and these places contradict each other. It was overwritten. The kernel refuses to mount, since it would have to replay and cannot; the changes in the journal are lost. The state before them was checked. e2fsck empties the journal.',
    say: (d: { stored: number; first: number; last: number }) =>
      `s_start is ${d.stored}, the log goes from block ${d.first} to ${d.last - 1}`,
  },
  'journal-log-unreadable': {
    severity: 'fatal',
    e2fsck: [],
    title: 'Journal cannot be read to the end of its log',
    explain:
      'A block of the log cannot be read: the image is cut off, the block has no place on the disk, or the disk failed. The kernel refuses to mount a file system whose journal it cannot replay. The state before replay was checked; e2fsck gives up the changes in the journal.',
    say: (d: { logical: number; sequence: number }) =>
      `block ${d.logical} of the journal, in transaction ${d.sequence}`,
  },
  'journal-log-circular': {
    severity: 'fatal',
    e2fsck: [],
    title: 'Journal has a log without an end',
    explain:
      'The log goes all the way around the journal without a commit, which no kernel writes: the blocks were made so, or copied over each other. A kernel or e2fsck that replays it may never come to an end. Do not mount this image. The state before replay was checked.',
    say: (d: { sequence: number }) => `transaction ${d.sequence} has no end`,
  },
  'journal-log-corrupt': {
    severity: 'fatal',
    e2fsck: [],
    title: 'A block of the log has a wrong checksum',
    explain:
      'A descriptor or revoke block of a transaction that was committed does not match its checksum: it was overwritten, or its write was lost. The kernel refuses to mount. Nothing was replayed, and the state before replay was checked; e2fsck gives up all changes in the journal.',
    say: (d: { what: string; logical: number; sequence: number }) =>
      `the ${d.what} in block ${d.logical} of the journal, in transaction ${d.sequence}`,
  },
  'journal-commit-corrupt': {
    severity: 'fatal',
    e2fsck: [],
    title: 'A transaction in the journal has a wrong checksum',
    explain:
      'The checksum in a commit block does not match. The commit block, or with the oldest kind of checksum any block of its transaction, was overwritten, or a write was lost. That transaction and all later ones are dropped. The kernel refuses to mount until e2fsck has looked at the file system.',
    say: (d: { logical: number; sequence: number }) =>
      `the commit block of transaction ${d.sequence}, in block ${d.logical} of the journal`,
  },
  'journal-commit-unfinished': {
    severity: 'info',
    e2fsck: [],
    title: 'The last transaction in the journal was not written wholly',
    explain:
      'With journal_async_commit the commit block may reach the disk before the rest of its transaction, and the checksum tells. A crash or a copy of a mounted file system came in between. The transaction is dropped, as if the crash had come a moment earlier; nothing is damaged by that.',
    say: (d: { logical: number; sequence: number }) =>
      `transaction ${d.sequence}, up to block ${d.logical} of the journal`,
  },
  'journal-transaction-incomplete': {
    severity: 'info',
    e2fsck: [],
    title: 'The last transaction in the journal has no commit',
    explain:
      'Blocks of a transaction are in the log, but not the commit block that would make it count. A crash, or a copy of a mounted file system, came in between. The transaction is dropped as a whole, which is what the journal is for; nothing is damaged by that.',
    say: (d: { logical: number; sequence: number }) =>
      `transaction ${d.sequence} ends at block ${d.logical} of the journal`,
  },
  'journal-ends-early': {
    severity: 'error',
    e2fsck: [],
    title: 'Journal breaks off before its last transaction',
    explain:
      'Behind the block where the log ends there are later transactions, which were committed after all that comes before them. A block in between was overwritten, its write was lost, or the image was copied while it was mounted. The kernel and e2fsck replay up to the break and drop the rest without a word, so the newest changes are lost, and others may be there by half.',
    say: (d: { logical: number; sequence: number; later: number }) =>
      `transaction ${d.sequence} breaks off at block ${d.logical} of the journal, transaction ${d.later} was committed`,
  },
  'journal-revoke-length': {
    severity: 'fatal',
    e2fsck: [],
    title: 'A revoke block says to be longer than it is',
    explain:
      'Revoke blocks list blocks whose older copies in the log must not be replayed; r_count says how far the list goes. It was overwritten. The kernel refuses to mount, since replaying without the list would overwrite newer data. Nothing was replayed, and the state before replay was checked.',
    say: (d: { logical: number; sequence: number }) =>
      `the revoke block in block ${d.logical} of the journal, in transaction ${d.sequence}`,
  },
  'journal-data-corrupt': {
    severity: 'fatal',
    e2fsck: [],
    title: 'A copy in the journal has a wrong checksum',
    explain:
      'The log holds a new version of a block, and that does not match the checksum in its tag: it was overwritten, or its write was lost. It is passed over, the rest is replayed, and so the block stays older than those around it. The kernel refuses to mount until e2fsck has looked at the file system.',
    say: (d: { logical: number; sequence: number }) =>
      `its new content in block ${d.logical} of the journal, transaction ${d.sequence}, is passed over`,
  },
  'journal-data-unreadable': {
    severity: 'fatal',
    e2fsck: [],
    title: 'A copy in the journal cannot be read',
    explain:
      'The log holds a new version of a block, and that cannot be read: the image is cut off, the block of the journal has no place on the disk, or the disk failed. The rest is replayed, and so the block stays older than those around it. The kernel refuses to mount until e2fsck has looked at the file system.',
    say: (d: { logical: number; sequence: number }) =>
      `its new content in block ${d.logical} of the journal, transaction ${d.sequence}, is passed over`,
  },
  'journal-tag-outside': {
    severity: 'fatal',
    e2fsck: [],
    title: 'Journal has a block for a place that does not exist',
    explain:
      'A tag in the log names a block behind the end of the file system. The descriptor block was overwritten, or the journal belongs to another file system. e2fsck writes the block there, which makes an image longer; a kernel may refuse to mount. The block is passed over here, and the rest replayed.',
    say: (d: { logical: number; sequence: number }) =>
      `its content is in block ${d.logical} of the journal, transaction ${d.sequence}`,
  },
  'journal-tag-in-journal': {
    severity: 'error',
    e2fsck: [],
    title: 'Journal replaces a block of itself',
    explain:
      'A tag in the log names a block in which the journal itself lies. No kernel logs such a block: the tag was overwritten, the inode of the journal leads to the wrong place, or the image was made so on purpose. Replay changes the log while it is read, and what comes of it depends on who replays.',
    say: (d: { logical: number; sequence: number }) =>
      `its content is in block ${d.logical} of the journal, transaction ${d.sequence}`,
  },
});

/** Reports one fault of the log. `inode` is the journal's. */
function reportFault(fault: LogFault, inode: number, asyncCommit: boolean, report: Report): void {
  const place = { logical: fault.at, sequence: 'sequence' in fault ? fault.sequence : 0 };
  const block = 'block' in fault ? { inode, block: fault.block } : { inode };
  switch (fault.kind) {
    case 'start':
      return report(
        problems['journal-log-start'],
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
  }
}

/** What came of a replay. */
export interface Replayed {
  /** The image after it; null when nothing could be replayed, so that the state before it has to be checked. */
  source: ByteSource | null;
  facts: JournalFacts;
}

const notReplayed: Omit<JournalFacts, 'state'> = {
  transactions: 0,
  blocks: 0,
  revoked: 0,
  fastCommits: 0,
  fastCommitsLeft: null,
  lastCommit: null,
};

/** What is known of a journal that is not replayed. */
export function journalFacts(opening: Opening, usable: boolean): JournalFacts {
  const { sb, features } = opening.volume.geometry;
  const external = sb.s_journal_uuid.some((byte) => byte !== 0);
  const state = (): JournalFacts['state'] => {
    if (external) return 'external';
    if (!features.has_journal && !features.needs_recovery && sb.s_journal_inum === 0) return 'none';
    if (!usable) return 'unusable';
    return features.needs_recovery ? 'not-replayed' : 'clean';
  };
  return { state: state(), ...notReplayed };
}

function factsOf(recovery: Recovery, fast: FastReplay): JournalFacts {
  return {
    state: recovery.failed ? 'partly-replayed' : 'replayed',
    transactions: recovery.transactions,
    blocks: recovery.replacements.blocks.length,
    revoked: recovery.revoked,
    fastCommits: recovery.fastCommits.changes,
    fastCommitsLeft: 'left' in fast ? fast.left : null,
    lastCommit: recovery.lastCommit === 0 ? null : isoSeconds(recovery.lastCommit),
  };
}

/** Seconds since 1970 as ISO 8601; null for a time that no date can have. */
function isoSeconds(seconds: number): string | null {
  return seconds < 2 ** 38 ? new Date(seconds * 1000).toISOString().replace('.000', '') : null;
}

/** What the fast commits of `log` make of `source`, the image behind its replayed transactions. */
async function fastReplay(log: Log, recovery: Recovery, source: ByteSource, signal?: AbortSignal): Promise<FastReplay> {
  if (recovery.fastCommits.changes === 0) return { blocks: new Map() };
  if (recovery.failed) return { left: 'the transactions before them are damaged' };
  const { opening } = await openFileSystem(source, signal);
  if (opening === null) return { left: 'there is no usable superblock behind the transactions before them' };
  return replayFastCommits(
    log,
    recovery.fastCommits,
    opening,
    recovery.lastCommit % 2 ** 32 || opening.volume.geometry.sb.s_wtime || 2 ** 31,
  );
}

/**
 * Replays the journal of an image that says it needs recovery. Null when there is no journal that could be replayed; why
 * is for `checkJournal` to report.
 */
export async function replayJournal(
  opening: Opening,
  source: ByteSource,
  report: Report,
  signal?: AbortSignal,
): Promise<Replayed | null> {
  const { volume, groups } = opening;
  const { geometry } = volume;
  if (!geometry.features.needs_recovery || !geometry.features.has_journal) return null;
  if (geometry.sb.s_journal_uuid.some((byte) => byte !== 0)) return null;
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
