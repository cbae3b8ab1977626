/** The texts of the problems in pending.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'orphan-inode-pending': {
    title: 'Inode waits to be deleted or truncated',
    explain:
      'A file was deleted while a program still had it open, or was being truncated, when the system crashed or the image was copied. The kernel keeps a list of such inodes, and the next mount finishes the work. They only take space until then; no file with a name is lost.',
    say: (d: { action: string }) => `the next mount ${d.action}`,
  },
  'orphan-inode-unfinished': {
    title: 'Inode on the orphan list is half deleted',
    explain:
      'An inode that waits to be deleted or truncated looks neither deleted nor intact: its deletion time is missing or is the number of the next inode in the list, or it has more blocks than its size needs. This is expected until the next mount finishes the work.',
    say: (d: { instead: string }) => `without the list this would be the problem ${d.instead}`,
  },
  'orphan-list-broken': {
    title: 'Orphan list is broken',
    explain:
      'The superblock refers to the first of the inodes that wait to be deleted; each has the number of the next one in its deletion time. The list reaches an inode that cannot be on it, or contains a loop. The next mount ignores the rest of the list, and the inodes after that place take space until e2fsck frees them.',
    say: (d: { stored: number; after: number; reason: string }) =>
      `${d.after === 0 ? 's_last_orphan' : `the number in inode ${d.after}`} is ${d.stored}: ${d.reason}`,
  },
} satisfies ProblemTexts;
