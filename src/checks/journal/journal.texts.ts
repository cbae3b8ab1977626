/** The sentences for findings of journal.ts. */
import type { Sentences } from '../../problem/define';

export const texts = {
  'journal-external': (d: { uuid: string }) => `s_journal_uuid is ${d.uuid}`,
  'journal-inode-unusable': (d: { reason: string }) => d.reason,
  'journal-superblock-damaged': (d: { reason: string }) => d.reason,
  'journal-without-feature': () => 'has_journal is not set, but the journal exists',
  'journal-recovery-without-journal': () => 'needs_recovery is set without has_journal and s_journal_inum',
  'journal-holds-transactions': (d: { stored: number; backup: boolean }) =>
    `s_start of the journal is ${d.stored}, needs_recovery is not set${d.backup ? ' in the backup superblock, which never has it' : ''}`,
  'journal-backup-used': (d: { reason: string }) => d.reason,
  'journal-hole': (d: { logical: number }) => `its block ${d.logical} is not mapped`,
} satisfies Sentences;
