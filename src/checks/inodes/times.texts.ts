/** The sentences for findings of times.ts. */
import type { Sentences } from '../../problem/define';

export const texts = {
  'inode-unused-without-dtime': (d: { mode: string }) =>
    `the inode has no links and no deletion time, but mode ${d.mode}`,
  'inode-dtime-set': (d: { stored: number; links: number }) =>
    `i_dtime is ${d.stored}, should be 0 with ${d.links} links`,
  'root-dtime-set': (d: { stored: number }) => `i_dtime of the root directory is ${d.stored}, should be 0`,
  'inode-orphan-leftover': (d: { stored: number }) => `i_dtime is ${d.stored}, which is an inode number and not a time`,
  'inode-time-out-of-range': (d: { fields: readonly string[] }) =>
    `${d.fields.join(', ')} ${d.fields.length > 1 ? 'have' : 'has'} impossible epoch bits`,
} satisfies Sentences;
