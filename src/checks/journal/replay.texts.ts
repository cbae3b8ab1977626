/** The texts of the problems in replay.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'journal-log-start': {
    title: 'Journal begins outside its log',
    explain:
      'The journal superblock says where the log lies in the journal and where replay has to begin, and these places contradict each other. It was overwritten. The kernel refuses to mount, since it would have to replay and cannot; the changes in the journal are lost. The state before them was checked. e2fsck empties the journal.',
    say: (d: { stored: number; first: number; last: number }) =>
      `s_start is ${d.stored}, the log goes from block ${d.first} to ${d.last - 1}`,
  },
  'journal-log-unreadable': {
    title: 'Journal cannot be read to the end of its log',
    explain:
      'A block of the log cannot be read: the image is cut off, the block has no place on the disk, or the disk failed. The kernel refuses to mount a file system whose journal it cannot replay. The state before replay was checked; e2fsck gives up the changes in the journal.',
    say: (d: { logical: number; sequence: number }) =>
      `block ${d.logical} of the journal, in transaction ${d.sequence}`,
  },
  'journal-log-circular': {
    title: 'Journal has a log without an end',
    explain:
      'The log goes all the way around the journal without a commit, which no kernel writes: the blocks were made so, or copied over each other. A kernel or e2fsck that replays it may never come to an end. Do not mount this image. The state before replay was checked.',
    say: (d: { sequence: number }) => `transaction ${d.sequence} has no end`,
  },
  'journal-log-corrupt': {
    title: 'A block of the log has a wrong checksum',
    explain:
      'A descriptor or revoke block of a transaction that was committed does not match its checksum: it was overwritten, or its write was lost. The kernel refuses to mount. Nothing was replayed, and the state before replay was checked; e2fsck gives up all changes in the journal.',
    say: (d: { what: string; logical: number; sequence: number }) =>
      `the ${d.what} in block ${d.logical} of the journal, in transaction ${d.sequence}`,
  },
  'journal-commit-corrupt': {
    title: 'A transaction in the journal has a wrong checksum',
    explain:
      'The checksum in a commit block does not match. The commit block, or with the oldest kind of checksum any block of its transaction, was overwritten, or a write was lost. That transaction and all later ones are dropped. The kernel refuses to mount until e2fsck has looked at the file system.',
    say: (d: { logical: number; sequence: number }) =>
      `the commit block of transaction ${d.sequence}, in block ${d.logical} of the journal`,
  },
  'journal-commit-unfinished': {
    title: 'The last transaction in the journal was not written wholly',
    explain:
      'With journal_async_commit the commit block may reach the disk before the rest of its transaction, and the checksum tells. A crash or a copy of a mounted file system came in between. The transaction is dropped, as if the crash had come a moment earlier; nothing is damaged by that.',
    say: (d: { logical: number; sequence: number }) =>
      `transaction ${d.sequence}, up to block ${d.logical} of the journal`,
  },
  'journal-transaction-incomplete': {
    title: 'The last transaction in the journal has no commit',
    explain:
      'Blocks of a transaction are in the log, but not the commit block that would make it count. A crash, or a copy of a mounted file system, came in between. The transaction is dropped as a whole, which is what the journal is for; nothing is damaged by that.',
    say: (d: { logical: number; sequence: number }) =>
      `transaction ${d.sequence} ends at block ${d.logical} of the journal`,
  },
  'journal-ends-early': {
    title: 'Journal breaks off before its last transaction',
    explain:
      'Behind the block where the log ends there are later transactions, which were committed after all that comes before them. A block in between was overwritten, its write was lost, or the image was copied while it was mounted. The kernel and e2fsck replay up to the break and drop the rest without a word, so the newest changes are lost, and others may be there by half.',
    say: (d: { logical: number; sequence: number; later: number }) =>
      `transaction ${d.sequence} breaks off at block ${d.logical} of the journal, transaction ${d.later} was committed`,
  },
  'journal-revoke-length': {
    title: 'A revoke block says to be longer than it is',
    explain:
      'Revoke blocks list blocks whose older copies in the log must not be replayed; r_count says how far the list goes. It was overwritten. The kernel refuses to mount, since replaying without the list would overwrite newer data. Nothing was replayed, and the state before replay was checked.',
    say: (d: { logical: number; sequence: number }) =>
      `the revoke block in block ${d.logical} of the journal, in transaction ${d.sequence}`,
  },
  'journal-data-corrupt': {
    title: 'A copy in the journal has a wrong checksum',
    explain:
      'The log holds a new version of a block, and that does not match the checksum in its tag: it was overwritten, or its write was lost. It is passed over, the rest is replayed, and so the block stays older than those around it. The kernel refuses to mount until e2fsck has looked at the file system.',
    say: (d: { logical: number; sequence: number }) =>
      `its new content in block ${d.logical} of the journal, transaction ${d.sequence}, is passed over`,
  },
  'journal-data-unreadable': {
    title: 'A copy in the journal cannot be read',
    explain:
      'The log holds a new version of a block, and that cannot be read: the image is cut off, the block of the journal has no place on the disk, or the disk failed. The rest is replayed, and so the block stays older than those around it. The kernel refuses to mount until e2fsck has looked at the file system.',
    say: (d: { logical: number; sequence: number }) =>
      `its new content in block ${d.logical} of the journal, transaction ${d.sequence}, is passed over`,
  },
  'journal-tag-outside': {
    title: 'Journal has a block for a place that does not exist',
    explain:
      'A tag in the log names a block behind the end of the file system. The descriptor block was overwritten, or the journal belongs to another file system. e2fsck writes the block there, which makes an image longer; a kernel may refuse to mount. The block is passed over here, and the rest replayed.',
    say: (d: { logical: number; sequence: number }) =>
      `its content is in block ${d.logical} of the journal, transaction ${d.sequence}`,
  },
  'journal-tag-in-journal': {
    title: 'Journal replaces a block of itself',
    explain:
      'A tag in the log names a block in which the journal itself lies. No kernel logs such a block: the tag was overwritten, the inode of the journal leads to the wrong place, or the image was made so on purpose. Replay changes the log while it is read, and what comes of it depends on who replays.',
    say: (d: { logical: number; sequence: number }) =>
      `its content is in block ${d.logical} of the journal, transaction ${d.sequence}`,
  },
} satisfies ProblemTexts;
