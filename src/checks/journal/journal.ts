/** Whether the journal and what the superblock says of it fit together. Nothing is replayed. */
import { uuidText } from '../../bytes/uuid';
import { findJournal, type JournalFile } from '../../journal/find';
import type { JournalRecord } from '../../journal/format';
import { journalSuperblockSize } from '../../layout/journal';
import type { Report } from '../../problem/collector';
import { define } from '../../problem/define';
import type { Where } from '../../problem/finding';
import type { Groups } from '../../volume/groups';
import { bytesOf, type Volume } from '../../volume/volume';
import { judgeJournalSuperblock } from './superblock';

export const problems = define({
  'journal-external': {
    severity: 'fatal',
    e2fsck: [0x000011],
    title: 'Journal lies on another device',
    explain:
      'The superblock names the UUID of a device that holds the journal, and that device is not part of this image. Without it the file system cannot be mounted, and changes that are only in the journal cannot be seen. Bring the device along, or remove the journal with tune2fs before making the image.',
    say: (d: { uuid: string }) => `s_journal_uuid is ${d.uuid}`,
  },
  'journal-inode-unusable': {
    severity: 'fatal',
    e2fsck: [0x00000f],
    title: 'Journal cannot be found',
    explain:
      'The superblock names the inode that holds the journal, and neither that inode nor the copy of it leads to one. The inode was overwritten or lost, or the superblock field was. The kernel refuses to mount; changes that were only in the journal are lost. e2fsck removes the journal, after which it can be mounted.',
    say: (d: { reason: string }) => d.reason,
  },
  'journal-superblock-damaged': {
    severity: 'fatal',
    e2fsck: [0x000015],
    title: 'Journal superblock is damaged',
    explain:
      'The first block of the journal says how to read the rest. It was overwritten or never written, or does not fit this file system. The kernel refuses to mount, and what the journal may still hold cannot be read. e2fsck empties the journal, after which the file system can be mounted.',
    say: (d: { reason: string }) => d.reason,
  },
  'journal-without-feature': {
    severity: 'warning',
    e2fsck: [0x000016],
    title: 'There is a journal, but not the feature',
    explain:
      'The superblock has marks of a journal, and there is one, but the feature has_journal is off. A tool removed the journal halfway, or a feature word was damaged. Files read right, but changes that were only in the journal would not be applied.',
    say: (_: object) => 'has_journal is not set, but the journal is there',
  },
  'journal-recovery-without-journal': {
    severity: 'fatal',
    e2fsck: [0x000017],
    title: 'Journal must be replayed, but there is none',
    explain:
      'needs_recovery says that the journal holds changes that must be applied before anything is read, but the superblock knows of no journal. The superblock was damaged. The kernel refuses to mount; e2fsck can clear the flag, and what was in the journal is lost.',
    say: (_: object) => 'needs_recovery is set without has_journal and s_journal_inum',
  },
  'journal-holds-transactions': {
    severity: 'warning',
    e2fsck: [0x000018],
    title: 'Journal holds changes that no flag tells of',
    explain:
      'The journal says that it holds changes to be applied, but needs_recovery is not set. The superblock is older than the journal, or came from a backup, or a tool cleared the flag. Without the flag the changes may be dropped, and files may be as they were before them.',
    say: (d: { stored: number; backup: boolean }) =>
      `s_start of the journal is ${d.stored}, needs_recovery is not set${d.backup ? ' in the backup superblock, which never carries it' : ''}`,
  },
  'journal-backup-used': {
    severity: 'fatal',
    e2fsck: [],
    title: 'Journal was only found through its backup',
    explain:
      'The inode that holds the journal is unusable; the copy of its block list in the superblock still leads to it. e2fsck puts the inode back from there without a word, but the kernel does not look at the copy and refuses to mount. Run e2fsck on the image.',
    say: (d: { reason: string }) => d.reason,
  },
  'journal-hole': {
    severity: 'error',
    e2fsck: [],
    title: 'Journal has a hole',
    explain:
      'Some block of the journal has no place on the disk. The extents of its inode were damaged. The kernel stops with an error as soon as the journal reaches that block, and changes in the journal behind it cannot be applied.',
    say: (d: { logical: number }) => `its block ${d.logical} is not mapped`,
  },
});

export interface JournalResult {
  /** The superblock says that the journal holds changes which must be applied before anything is read. */
  needsRecovery: boolean;
  /** e2fsck goes no further. */
  stopped: boolean;
}

/** Reports what stands in the place of a journal and returns whether e2fsck stops there. */
function reportBadInode(volume: Volume, reason: string, report: Report): boolean {
  const { sb, features } = volume.geometry;
  const ino = sb.s_journal_inum;
  if (features.has_journal || ino !== 0) {
    report(problems['journal-inode-unusable'], ino === 0 ? {} : { inode: ino }, { reason });
    return true;
  }
  if (features.needs_recovery) report(problems['journal-recovery-without-journal'], {}, {});
  return features.needs_recovery;
}

/** A journal that can be used. */
export interface LoadedJournal {
  record: JournalRecord;
  file: JournalFile;
  /** Where its superblock lies. */
  block: number;
  where: Where;
}

/** Reads and judges the journal; null when e2fsck stops at it. */
export async function loadJournal(volume: Volume, groups: Groups, report: Report): Promise<LoadedJournal | null> {
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
  // without a first block e2fsck looks at block 0, which is no journal
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

/**
 * Checks the journal against the superblock. `usesBackupSuperblock` only changes what is said: backups never carry
 * needs_recovery.
 */
export async function checkJournal(
  volume: Volume,
  groups: Groups,
  usesBackupSuperblock: boolean,
  report: Report,
): Promise<JournalResult> {
  const { sb, features } = volume.geometry;
  const needsRecovery = features.needs_recovery;
  const external = sb.s_journal_uuid.some((byte) => byte !== 0);
  if (!features.has_journal && !needsRecovery && sb.s_journal_inum === 0 && sb.s_journal_dev === 0 && !external)
    return { needsRecovery, stopped: false };
  if (external) {
    report(problems['journal-external'], {}, { uuid: uuidText(sb.s_journal_uuid) });
    return { needsRecovery, stopped: true };
  }
  if (!features.has_journal && !needsRecovery && sb.s_journal_inum === 0) return { needsRecovery, stopped: false };
  const journal = await loadJournal(volume, groups, report);
  if (journal === null) return { needsRecovery, stopped: true };
  if (!features.has_journal) report(problems['journal-without-feature'], journal.where, {});
  else if (!needsRecovery && journal.record.s_start !== 0)
    report(problems['journal-holds-transactions'], journal.where, {
      stored: journal.record.s_start,
      backup: usesBackupSuperblock,
    });
  return { needsRecovery, stopped: false };
}
