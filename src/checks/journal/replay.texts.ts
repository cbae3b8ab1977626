/** The texts of the problems in replay.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'journal-log-start': {
    title: 'Journal replay starts outside the log',
    explain:
      'The journal superblock holds the location of the log and the block where replay must begin, and these contradict each other. It was overwritten. The kernel refuses to mount because it cannot replay; the changes in the journal are lost. The state before them was checked. e2fsck empties the journal.',
    say: (d: { stored: number; first: number; last: number }) =>
      `s_start is ${d.stored}, the log has blocks ${d.first} to ${d.last - 1}`,
  },
  'journal-log-unreadable': {
    title: 'Journal cannot be read to the end of its log',
    explain:
      'A block of the log cannot be read: the image is truncated, the block is not mapped, or the disk failed. The kernel refuses to mount a file system whose journal it cannot replay. The state before replay was checked; e2fsck discards the changes in the journal.',
    say: (d: { logical: number; sequence: number }) =>
      `block ${d.logical} of the journal, in transaction ${d.sequence}`,
  },
  'journal-log-circular': {
    title: 'Journal has an endless log',
    explain:
      'The log goes all the way around the journal without a commit, which no kernel writes: the blocks were crafted, or copied over each other. A kernel or e2fsck that replays it may never finish. Do not mount this image. The state before replay was checked.',
    say: (d: { sequence: number }) => `transaction ${d.sequence} has no end`,
  },
  'journal-log-corrupt': {
    title: 'A block of the log has a wrong checksum',
    explain:
      'A descriptor or revoke block of a committed transaction does not match its checksum: it was overwritten, or its write was lost. The kernel refuses to mount. Nothing was replayed, and the state before replay was checked; e2fsck discards all changes in the journal.',
    say: (d: { what: string; logical: number; sequence: number }) =>
      `the ${d.what} in block ${d.logical} of the journal, in transaction ${d.sequence}`,
  },
  'journal-commit-corrupt': {
    title: 'A transaction in the journal has a wrong checksum',
    explain:
      'The checksum in a commit block does not match. The commit block was overwritten or its write was lost; with the oldest kind of checksum, this may be any block of its transaction. This transaction and all later ones are discarded. The kernel refuses to mount until e2fsck has checked the file system.',
    say: (d: { logical: number; sequence: number }) =>
      `the commit block of transaction ${d.sequence}, in block ${d.logical} of the journal`,
  },
  'journal-commit-unfinished': {
    title: 'The last transaction in the journal was not completely written',
    explain:
      'With journal_async_commit the commit block may reach the disk before the rest of its transaction, and the checksum detects that. The system crashed in between, or a mounted file system was copied. The transaction is discarded, as if the crash had come a moment earlier; nothing is damaged.',
    say: (d: { logical: number; sequence: number }) =>
      `transaction ${d.sequence}, up to block ${d.logical} of the journal`,
  },
  'journal-transaction-incomplete': {
    title: 'The last transaction in the journal has no commit',
    explain:
      'The log has blocks of a transaction, but not the commit block that would make it valid. The system crashed in between, or a mounted file system was copied. The whole transaction is discarded, which is what a journal is for; nothing is damaged.',
    say: (d: { logical: number; sequence: number }) =>
      `transaction ${d.sequence} ends at block ${d.logical} of the journal`,
  },
  'journal-ends-early': {
    title: 'Journal ends before its last transaction',
    explain:
      'After the block where the log ends there are later transactions, which were committed after everything before them. A block in between was overwritten, its write was lost, or the image was copied while it was mounted. The kernel and e2fsck replay up to that block and discard the rest without a message. The newest changes are lost, and some may be only half there.',
    say: (d: { logical: number; sequence: number; later: number }) =>
      `transaction ${d.sequence} ends at block ${d.logical} of the journal, but transaction ${d.later} was committed`,
  },
  'journal-revoke-length': {
    title: 'A revoke block has an impossible length',
    explain:
      'Revoke blocks list blocks whose older copies in the log must not be replayed; r_count is the length of the list. It was overwritten. The kernel refuses to mount, because replay without the list would overwrite newer data. Nothing was replayed, and the state before replay was checked.',
    say: (d: { logical: number; sequence: number }) =>
      `the revoke block in block ${d.logical} of the journal, in transaction ${d.sequence}`,
  },
  'journal-data-corrupt': {
    title: 'A copy in the journal has a wrong checksum',
    explain:
      'The log holds a new version of a block that does not match the checksum in its tag: it was overwritten, or its write was lost. It is skipped and the rest is replayed, so the block stays older than those around it. The kernel refuses to mount until e2fsck has checked the file system.',
    say: (d: { logical: number; sequence: number }) =>
      `its new content in block ${d.logical} of the journal, transaction ${d.sequence}, is skipped`,
  },
  'journal-data-unreadable': {
    title: 'A copy in the journal cannot be read',
    explain:
      'The log holds a new version of a block that cannot be read: the image is truncated, the block of the journal is not mapped, or the disk failed. The rest is replayed, so the block stays older than those around it. The kernel refuses to mount until e2fsck has checked the file system.',
    say: (d: { logical: number; sequence: number }) =>
      `its new content in block ${d.logical} of the journal, transaction ${d.sequence}, is skipped`,
  },
  'journal-tag-outside': {
    title: 'Journal has a block for a location that does not exist',
    explain:
      'A tag in the log refers to a block after the end of the file system. The descriptor block was overwritten, or the journal belongs to another file system. e2fsck writes the block there, which makes an image longer; a kernel may refuse to mount. extcheck skips the block and replays the rest.',
    say: (d: { logical: number; sequence: number }) =>
      `its content is in block ${d.logical} of the journal, transaction ${d.sequence}`,
  },
  'journal-tag-in-journal': {
    title: 'Journal replaces one of its own blocks',
    explain:
      'A tag in the log refers to a block of the journal itself. No kernel logs such a block: the tag was overwritten, the inode of the journal has wrong blocks, or the image was crafted. Replay changes the log while it is read, so the result depends on the program that replays.',
    say: (d: { logical: number; sequence: number }) =>
      `its content is in block ${d.logical} of the journal, transaction ${d.sequence}`,
  },
} satisfies ProblemTexts;
