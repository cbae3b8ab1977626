/** The sentences for findings, made from their data; explanations.json has titles and explanations. */
import type { Sentences } from '../../problem/define';

export const texts = {
  'orphan-file-without-journal': () => 'orphan_file is set, but has_journal is not',
  'orphan-file-missing': (d: { reason: string }) => d.reason,
  'orphan-file-size': (d: { stored: number; blockSize: number }) =>
    `its size is ${d.stored}, should be a multiple of ${d.blockSize}`,
  'orphan-file-hole': (d: { logical: number; expected: number }) =>
    `its blocks end at ${d.logical}, should be ${d.expected} blocks`,
  'orphan-file-dirty': (d: { logical: number; reason: string }) => `block ${d.logical} of the file ${d.reason}`,
  'orphan-file-in-use': (d: { logical: number; reason: string }) => `block ${d.logical} of the file ${d.reason}`,
  'orphan-file-corrupted': () => 'the orphan file must be replaced',
  'orphan-file-refused': (d: { logical: number; reason: string }) => `block ${d.logical} of the file ${d.reason}`,
  'orphan-file-not-emptied': (d: { listed: number }) =>
    `it lists inode ${d.listed}, which is free, reserved or impossible`,
  'orphan-present-clean-file': () => 'orphan_present is set, but the orphan file is empty',
  'orphan-present-without-file': () => 'orphan_present is set, but orphan_file is not',
  'orphan-inode-pending': (d: { action: string }) => `the next mount ${d.action}`,
  'orphan-inode-unfinished': (d: { instead: string }) => `without the list this would be the problem ${d.instead}`,
  'orphan-list-broken': (d: { stored: number; after: number; reason: string }) =>
    `${d.after === 0 ? 's_last_orphan' : `the number in inode ${d.after}`} is ${d.stored}: ${d.reason}`,
} satisfies Sentences;
