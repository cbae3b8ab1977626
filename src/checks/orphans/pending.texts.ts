/** The texts of the problems in pending.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'orphan-inode-pending': {
    title: 'Inode waits to be deleted or cut off',
    explain:
      'A file was deleted while something still had it open, or was being shortened, when the system crashed or the image was copied. The kernel keeps a list of such inodes, and the next mount finishes the work. Only space is taken until then; no file with a name is lost.',
    say: (d: { action: string }) => `the next mount ${d.action}`,
  },
  'orphan-inode-unfinished': {
    title: 'Inode on the list of orphans is half deleted',
    explain:
      'An inode that waits to be deleted or cut off does not look like a deleted or a whole one: its deletion time is missing or is the number of the next inode in the list, or it has more blocks than its size needs. That is as it should be until the next mount finishes the work.',
    say: (d: { instead: string }) => `until then it is as if it had the problem ${d.instead}`,
  },
  'orphan-list-broken': {
    title: 'List of orphans leads nowhere',
    explain:
      'The superblock starts a list of inodes that wait to be deleted; each holds the number of the next in place of its deletion time. The list leads to an inode that cannot be on it, or in a circle. The next mount drops the rest of the list, and the space of the inodes behind that place stays taken until e2fsck frees it.',
    say: (d: { stored: number; after: number; reason: string }) =>
      `${d.after === 0 ? 's_last_orphan' : `the number behind inode ${d.after}`} is ${d.stored}: ${d.reason}`,
  },
} satisfies ProblemTexts;
