/** The texts of the problems in journal.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'journal-external': {
    title: 'Journal lies on another device',
    explain:
      'The superblock names the UUID of a device that holds the journal, and that device is not part of this image. Without it the file system cannot be mounted, and changes that are only in the journal cannot be seen. Bring the device along, or remove the journal with tune2fs before making the image.',
    say: (d: { uuid: string }) => `s_journal_uuid is ${d.uuid}`,
  },
  'journal-inode-unusable': {
    title: 'Journal cannot be found',
    explain:
      'The superblock names the inode that holds the journal, and neither that inode nor the copy of it leads to one. The inode was overwritten or lost, or the superblock field was. The kernel refuses to mount; changes that were only in the journal are lost. e2fsck removes the journal, after which it can be mounted.',
    say: (d: { reason: string }) => d.reason,
  },
  'journal-superblock-damaged': {
    title: 'Journal superblock is damaged',
    explain:
      'The first block of the journal says how to read the rest. It was overwritten or never written, or does not fit this file system. The kernel refuses to mount, and what the journal may still hold cannot be read. e2fsck empties the journal, after which the file system can be mounted.',
    say: (d: { reason: string }) => d.reason,
  },
  'journal-without-feature': {
    title: 'There is a journal, but not the feature',
    explain:
      'The superblock has marks of a journal, and there is one, but the feature has_journal is off. A tool removed the journal halfway, or a feature word was damaged. Files read right, but changes that were only in the journal would not be applied.',
    say: (_: object) => 'has_journal is not set, but the journal is there',
  },
  'journal-recovery-without-journal': {
    title: 'Journal must be replayed, but there is none',
    explain:
      'needs_recovery says that the journal holds changes that must be applied before anything is read, but the superblock knows of no journal. The superblock was damaged. The kernel refuses to mount; e2fsck can clear the flag, and what was in the journal is lost.',
    say: (_: object) => 'needs_recovery is set without has_journal and s_journal_inum',
  },
  'journal-holds-transactions': {
    title: 'Journal holds changes that no flag tells of',
    explain:
      'The journal says that it holds changes to be applied, but needs_recovery is not set. The superblock is older than the journal, or came from a backup, or a tool cleared the flag. Without the flag the changes may be dropped, and files may be as they were before them.',
    say: (d: { stored: number; backup: boolean }) =>
      `s_start of the journal is ${d.stored}, needs_recovery is not set${d.backup ? ' in the backup superblock, which never carries it' : ''}`,
  },
  'journal-backup-used': {
    title: 'Journal was only found through its backup',
    explain:
      'The inode that holds the journal is unusable; the copy of its block list in the superblock still leads to it. e2fsck puts the inode back from there without a word, but the kernel does not look at the copy and refuses to mount. Run e2fsck on the image.',
    say: (d: { reason: string }) => d.reason,
  },
  'journal-hole': {
    title: 'Journal has a hole',
    explain:
      'Some block of the journal has no place on the disk. The extents of its inode were damaged. The kernel stops with an error as soon as the journal reaches that block, and changes in the journal behind it cannot be applied.',
    say: (d: { logical: number }) => `its block ${d.logical} is not mapped`,
  },
} satisfies ProblemTexts;
