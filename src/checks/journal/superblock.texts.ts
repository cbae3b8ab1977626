/** The sentences for findings of superblock.ts. */
import type { Sentences } from '../../problem/define';

export const texts = {
  'journal-type-unknown': (d: { stored: number }) => `h_blocktype is ${d.stored}, should be 3 or 4`,
  'journal-feature-unknown': (d: { field: string; stored: number; unknown: number }) =>
    `${d.field} is 0x${d.stored.toString(16)}, bits 0x${d.unknown.toString(16)} are not known`,
  'journal-version-fields': (d: { field: string; stored: number }) => `${d.field} is ${d.stored}`,
  'journal-shared': (d: { stored: number }) => `s_nr_users is ${d.stored}, should be at most 1`,
  'journal-error-recorded': (d: { stored: number }) => `s_errno is ${d.stored}`,
} satisfies Sentences;
