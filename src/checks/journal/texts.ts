/** The sentences for findings, made from their data; explanations.json has titles and explanations. */
import type { Sentences } from '../../problem/define';

const fastCommitReasons: Readonly<Record<string, string>> = {
  'no-tail': 'the first fast commit has no end',
  checksum: 'the first fast commit does not match its checksum or its transaction',
  features: 'a fast commit has features that no kernel knows',
};

export const texts = {
  'journal-device-user': (d: { uuid: string; pending: boolean }) =>
    `it is the journal of ${d.uuid}${d.pending ? 'and holds changes that are not in that file system yet' : ''}`,
  'journal-external': (d: { uuid: string }) => `s_journal_uuid is ${d.uuid}`,
  'journal-external-unneeded': (d: { uuid: string }) => `s_journal_uuid is ${d.uuid}`,
  'journal-uuid-unused': (d: { uuid: string }) => `s_journal_uuid is ${d.uuid}, and the journal is not external`,
  'journal-inode-and-device': (d: { device: number }) => `s_journal_dev is ${d.device}, should be 0`,
  'journal-inode-unusable': (d: { reason: string }) => d.reason,
  'journal-superblock-damaged': (d: { reason: string }) => d.reason,
  'journal-without-feature': () => 'has_journal is not set, but the journal exists',
  'journal-recovery-without-journal': () => 'needs_recovery is set without has_journal and s_journal_inum',
  'journal-holds-transactions': (d: { stored: number; backup: boolean }) =>
    `s_start of the journal is ${d.stored}, needs_recovery is not set${d.backup ? ' in the backup superblock, which never has it' : ''}`,
  'journal-backup-used': (d: { reason: string }) => d.reason,
  'journal-hole': (d: { logical: number }) => `its block ${d.logical} is not mapped`,
  'journal-log-start': (d: { stored: number; first: number; last: number }) =>
    `s_start is ${d.stored}, the log has blocks ${d.first} to ${d.last - 1}`,
  'journal-version-refused': (d: { feature: string }) =>
    `the superblock of the journal has version 1, ${d.feature} needs version 2`,
  'journal-blocks-repeated': () => 'the block is in the journal twice',
  'journal-log-unreadable': (d: { logical: number; sequence: number }) =>
    `block ${d.logical} of the journal, in transaction ${d.sequence}`,
  'journal-log-circular': (d: { sequence: number }) => `transaction ${d.sequence} has no end`,
  'journal-log-corrupt': (d: { what: string; logical: number; sequence: number }) =>
    `the ${d.what} in block ${d.logical} of the journal, in transaction ${d.sequence}`,
  'journal-commit-corrupt': (d: { logical: number; sequence: number }) =>
    `the commit block of transaction ${d.sequence}, in block ${d.logical} of the journal`,
  'journal-commit-unfinished': (d: { logical: number; sequence: number }) =>
    `transaction ${d.sequence}, up to block ${d.logical} of the journal`,
  'journal-transaction-incomplete': (d: { logical: number; sequence: number }) =>
    `transaction ${d.sequence} ends at block ${d.logical} of the journal`,
  'journal-ends-early': (d: { logical: number; sequence: number; later: number }) =>
    `transaction ${d.sequence} ends at block ${d.logical} of the journal, but transaction ${d.later} was committed`,
  'journal-revoke-length': (d: { logical: number; sequence: number }) =>
    `the revoke block in block ${d.logical} of the journal, in transaction ${d.sequence}`,
  'journal-data-corrupt': (d: { logical: number; sequence: number }) =>
    `its new content in block ${d.logical} of the journal, transaction ${d.sequence}, is skipped`,
  'journal-data-unreadable': (d: { logical: number; sequence: number }) =>
    `its new content in block ${d.logical} of the journal, transaction ${d.sequence}, is skipped`,
  'journal-tag-outside': (d: { logical: number; sequence: number }) =>
    `its content is in block ${d.logical} of the journal, transaction ${d.sequence}`,
  'journal-tag-in-journal': (d: { logical: number; sequence: number }) =>
    `its content is in block ${d.logical} of the journal, transaction ${d.sequence}`,
  'journal-too-short': (d: { first: number; last: number; least: number }) =>
    `its log has the blocks ${d.first} to ${d.last}, should start after block 0 and have at least ${d.least}`,
  'journal-fast-commits-full': (d: { last: number }) => `up to block ${d.last} of the journal`,
  'journal-fast-commits-corrupt': (d: { logical: number; reason: string }) =>
    `${Object.hasOwn(fastCommitReasons, d.reason) ? fastCommitReasons[d.reason] : 'they are damaged'}: block ${d.logical} of the journal`,
  'journal-fast-commits-unreadable': (d: { logical: number }) => `block ${d.logical} of the journal`,
  'journal-type-unknown': (d: { stored: number }) => `h_blocktype is ${d.stored}, should be 3 or 4`,
  'journal-feature-unknown': (d: { field: string; stored: number; unknown: number }) =>
    `${d.field} is 0x${d.stored.toString(16)}, bits 0x${d.unknown.toString(16)} are not known`,
  'journal-version-fields': (d: { field: string; stored: number }) => `${d.field} is ${d.stored}`,
  'journal-shared': (d: { stored: number }) => `s_nr_users is ${d.stored}, should be at most 1`,
  'journal-error-recorded': (d: { stored: number; error: string | null }) =>
    `s_errno is ${d.stored}${typeof d.error === 'string' ? ` (${d.error})` : ''}`,
} satisfies Sentences;
