/** The sentences for findings of reserved.ts. */
import type { Sentences } from '../../problem/define';

export const texts = {
  'root-not-directory': (d: { mode: string }) => `the root inode has mode ${d.mode}, which is not a directory`,
  'reserved-inode-bad-mode': (d: { mode: string }) => `the reserved inode has mode ${d.mode}`,
  'journal-inode-not-clear': () => 'inode 8 is not the journal, but is not empty',
  'journal-inode-bad-mode': (d: { mode: string }) =>
    `the journal inode has mode ${d.mode}, which is not a regular file`,
  'quota-inode-bad-mode': (d: { mode: string }) => `the quota inode has mode ${d.mode}, which is not a regular file`,
  'quota-inode-not-clear': () => 'the quota inode is not in use, but is not empty',
  'orphan-file-bad-mode': (d: { mode: string }) => `the orphan file has mode ${d.mode}, which is not a regular file`,
  'orphan-file-not-clear': () => 'the orphan file is not in use, but is not empty',
} satisfies Sentences;
