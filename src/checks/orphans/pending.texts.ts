/** The sentences for findings of pending.ts. */
import type { Sentences } from '../../problem/define';

export const texts = {
  'orphan-inode-pending': (d: { action: string }) => `the next mount ${d.action}`,
  'orphan-inode-unfinished': (d: { instead: string }) => `without the list this would be the problem ${d.instead}`,
  'orphan-list-broken': (d: { stored: number; after: number; reason: string }) =>
    `${d.after === 0 ? 's_last_orphan' : `the number in inode ${d.after}`} is ${d.stored}: ${d.reason}`,
} satisfies Sentences;
