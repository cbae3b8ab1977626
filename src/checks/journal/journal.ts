/** Checks that the journal and the superblock match. Nothing is replayed. */
import { uuidText } from '../../bytes/uuid';
import { findJournal, hasJournalUuid, isJournalExternal, type JournalFile } from '../../journal/find';
import type { JournalRecord } from '../../journal/format';
import {
  defaultFastCommitBlocks,
  journalBlock,
  journalFeature,
  journalSuperblockSize,
  minJournalBlocks,
} from '../../layout/journal';
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import type { Where } from '../../problem/finding';
import type { Groups } from '../../volume/groups';
import { bytesOf, type Volume } from '../../volume/volume';
import { repeatedBlock } from './repeated-block';
import { problems as contents, judgeJournalSuperblock } from './superblock';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'journal-external': { severity: 'fatal', e2fsck: [0x000011] },
  'journal-external-unneeded': { severity: 'info', e2fsck: [0x000011] },
  'journal-uuid-unused': { severity: 'info', e2fsck: [0x000011] },
  'journal-inode-and-device': { severity: 'fatal', e2fsck: [] },
  'journal-inode-unusable': { severity: 'fatal', e2fsck: [0x00000f] },
  'journal-superblock-damaged': { severity: 'fatal', e2fsck: [0x000015] },
  'journal-without-feature': { severity: 'warning', e2fsck: [0x000016] },
  'journal-recovery-without-journal': { severity: 'fatal', e2fsck: [0x000017] },
  'journal-holds-transactions': { severity: 'warning', e2fsck: [0x000018] },
  'journal-backup-used': { severity: 'fatal', e2fsck: [] },
  'journal-log-start': { severity: 'fatal', e2fsck: [] },
  'journal-version-refused': { severity: 'fatal', e2fsck: [] },
  'journal-blocks-repeated': { severity: 'fatal', e2fsck: [] },
  'journal-hole': { severity: 'error', e2fsck: [] },
});

export interface JournalResult {
  /** The superblock says that the journal holds changes that must be applied before anything is read. */
  needsRecovery: boolean;
  /** Whether e2fsck stops here. */
  stopped: boolean;
}

/** Reports an unusable journal inode and returns whether e2fsck stops there. */
function reportBadInode(volume: Volume, reason: string, report: ReportFinding): boolean {
  const { sb, features } = volume.geometry;
  const ino = sb.s_journal_inum;
  if (features.has_journal || ino !== 0) {
    report(problems['journal-inode-unusable'], ino === 0 ? {} : { inode: ino }, { reason });
    return true;
  }
  if (features.needs_recovery) report(problems['journal-recovery-without-journal'], {}, {});
  return features.needs_recovery;
}

/** A usable journal. */
export interface LoadedJournal {
  record: JournalRecord;
  file: JournalFile;
  /** The block of its superblock. */
  block: number;
  where: Where;
}

/** Reads and tests the journal; null when e2fsck stops at it. */
export async function loadJournal(
  volume: Volume,
  groups: Groups,
  report: ReportFinding,
): Promise<LoadedJournal | null> {
  const { geometry } = volume;
  const { sb, features, blockSize } = geometry;
  const file = await findJournal(volume, groups);
  if (typeof file === 'string') {
    reportBadInode(volume, file, report);
    return null;
  }
  const inode = sb.s_journal_inum;
  if (file.replaces !== null) report(problems['journal-backup-used'], { inode }, { reason: file.replaces });
  if (file.hole >= 0) report(problems['journal-hole'], { inode }, { logical: file.hole });
  const first = file.runs[0];
  // without a first block e2fsck reads block 0, which is not a journal
  const block = first?.logical === 0 ? first.physical : 0;
  const where: Where = { inode, block, bytes: { at: block * blockSize, length: journalSuperblockSize } };
  const damaged = (reason: string): null => {
    // without the feature e2fsck takes the inode for something else instead of offering an empty journal
    if (features.has_journal) report(problems['journal-superblock-damaged'], where, { reason });
    else reportBadInode(volume, reason, report);
    return null;
  };
  const view = await volume.block(block);
  if (view === null) return damaged('it cannot be read');
  const verdict = judgeJournalSuperblock(bytesOf(view), blockSize, file.length, where, report);
  if (verdict.state === 'usable') return { record: verdict.record, file, block, where };
  if (verdict.state === 'stops') return null;
  if (verdict.state === 'no-magic' && features.has_journal) reportBadInode(volume, verdict.reason, report);
  return damaged(verdict.reason);
}

/** Reports a place of the journal besides its inode, which e2fsck or the kernel takes for one of two journals. */
function reportOtherPlaces(volume: Volume, report: ReportFinding): void {
  const { sb, features } = volume.geometry;
  const inode = sb.s_journal_inum;
  if (hasJournalUuid(sb) && (inode !== 0 || !features.has_journal))
    report(problems['journal-uuid-unused'], inode === 0 ? {} : { inode }, { uuid: uuidText(sb.s_journal_uuid) });
  if (features.has_journal && inode !== 0 && sb.s_journal_dev !== 0)
    report(problems['journal-inode-and-device'], { inode }, { device: sb.s_journal_dev });
}

/** Reports what only the kernel refuses in a journal that e2fsck accepts. */
function checkRefused(
  { geometry: { features } }: Volume,
  { record, file, where }: LoadedJournal,
  report: ReportFinding,
): void {
  const needing = (['64bit', 'metadata_csum', 'fast_commit'] as const).find((name) => features[name]);
  if (record.h_blocktype === journalBlock.SUPERBLOCK_V1 && needing !== undefined)
    report(problems['journal-version-refused'], where, { feature: needing });
  // the kernel turns fast commits on in the journal, too, and that takes blocks from the log
  const last = record.s_maxlen - (record.s_num_fc_blks || defaultFastCommitBlocks);
  if (features.fast_commit && (record.s_feature_incompat & journalFeature.FAST_COMMIT) === 0 && last < minJournalBlocks)
    report(contents['journal-too-short'], where, { first: record.s_first, last, least: minJournalBlocks });
  const block = repeatedBlock(file.runs);
  if (block >= 0) report(problems['journal-blocks-repeated'], { ...where, block }, {});
  const { s_start: stored, s_first: first, s_maxlen } = record;
  if (!features.needs_recovery && stored >= s_maxlen)
    report(problems['journal-log-start'], where, { stored, first, last: s_maxlen });
}

/**
 * Checks the journal against the superblock. `usesBackupSuperblock` changes only the text: backups never have
 * needs_recovery.
 */
export async function checkJournal(
  volume: Volume,
  groups: Groups,
  usesBackupSuperblock: boolean,
  report: ReportFinding,
): Promise<JournalResult> {
  const { sb, features } = volume.geometry;
  const needsRecovery = features.needs_recovery;
  if (isJournalExternal(sb) && (features.has_journal || needsRecovery)) {
    const problem = problems[needsRecovery ? 'journal-external' : 'journal-external-unneeded'];
    report(problem, {}, { uuid: uuidText(sb.s_journal_uuid) });
    return { needsRecovery, stopped: true };
  }
  reportOtherPlaces(volume, report);
  if (!features.has_journal && !needsRecovery && sb.s_journal_inum === 0) return { needsRecovery, stopped: false };
  const journal = await loadJournal(volume, groups, report);
  if (journal === null) return { needsRecovery, stopped: true };
  if (features.has_journal) checkRefused(volume, journal, report);
  if (!features.has_journal) report(problems['journal-without-feature'], journal.where, {});
  else if (!needsRecovery && journal.record.s_start !== 0)
    report(problems['journal-holds-transactions'], journal.where, {
      stored: journal.record.s_start,
      backup: usesBackupSuperblock,
    });
  return { needsRecovery, stopped: false };
}
