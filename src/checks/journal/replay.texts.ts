/** The sentences for findings of replay.ts. */
import type { Sentences } from '../../problem/define';

export const texts = {
  'journal-log-start': (d: { stored: number; first: number; last: number }) =>
    `s_start is ${d.stored}, the log has blocks ${d.first} to ${d.last - 1}`,
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
} satisfies Sentences;
