/** The texts of the problems in journal.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'journal-external': {
    title: 'Journal is on another device',
    explain:
      'The superblock holds the UUID of a device with the journal, and that device is not part of this image. Without it the file system cannot be mounted, and changes that are only in the journal cannot be seen. Provide the device as well, or remove the journal with tune2fs before making the image.',
    say: (d: { uuid: string }) => `s_journal_uuid is ${d.uuid}`,
  },
  'journal-inode-unusable': {
    title: 'Journal cannot be found',
    explain:
      'The superblock refers to the inode that holds the journal, and neither that inode nor the copy of its block list is usable. The inode or the superblock field was overwritten or lost. The kernel refuses to mount; changes that were only in the journal are lost. e2fsck removes the journal, after which the file system can be mounted.',
    say: (d: { reason: string }) => d.reason,
  },
  'journal-superblock-damaged': {
    title: 'Journal superblock is damaged',
    explain:
      'The first block of the journal describes how to read the rest. It was overwritten or never written, or does not match this file system. The kernel refuses to mount, and changes that the journal may still hold cannot be read. e2fsck empties the journal, after which the file system can be mounted.',
    say: (d: { reason: string }) => d.reason,
  },
  'journal-without-feature': {
    title: 'There is a journal, but the feature is off',
    explain:
      'The superblock refers to a journal that exists, but the has_journal feature is off. A tool removed the journal only halfway, or a feature field was damaged. Files can be read, but changes that were only in the journal would not be applied.',
    say: (_: object) => 'has_journal is not set, but the journal exists',
  },
  'journal-recovery-without-journal': {
    title: 'Journal must be replayed, but there is none',
    explain:
      'needs_recovery means that the journal holds changes that must be applied before anything is read, but the superblock does not refer to a journal. The superblock was damaged. The kernel refuses to mount; e2fsck can clear the flag, and changes in the journal are lost.',
    say: (_: object) => 'needs_recovery is set without has_journal and s_journal_inum',
  },
  'journal-holds-transactions': {
    title: 'Journal holds changes not indicated by any flag',
    explain:
      'The journal superblock is marked as holding changes, but needs_recovery is not set. The superblock is older than the journal or came from a backup, or a tool cleared the flag. Without the flag the changes may be discarded, and files may be in their state before them.',
    say: (d: { stored: number; backup: boolean }) =>
      `s_start of the journal is ${d.stored}, needs_recovery is not set${d.backup ? ' in the backup superblock, which never has it' : ''}`,
  },
  'journal-backup-used': {
    title: 'Journal was found only through its backup',
    explain:
      'The inode that holds the journal is unusable, but the copy of its block list in the superblock is intact. e2fsck restores the inode from it without a message, but the kernel does not use the copy and refuses to mount. Run e2fsck on the image.',
    say: (d: { reason: string }) => d.reason,
  },
  'journal-hole': {
    title: 'Journal has a hole',
    explain:
      'A block of the journal is not mapped. The extents of its inode were damaged. The kernel stops with an error as soon as the journal reaches that block, and changes in the journal after it cannot be applied.',
    say: (d: { logical: number }) => `its block ${d.logical} is not mapped`,
  },
} satisfies ProblemTexts;
