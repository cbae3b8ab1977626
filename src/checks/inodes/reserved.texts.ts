/** The texts of the problems in reserved.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'root-not-directory': {
    title: 'Root inode is not a directory',
    explain:
      'Inode 2 must be the root directory, and its mode says it is something else. Nothing in the file system can be reached, and it cannot be mounted. Its inode-table block was lost or overwritten. Restore the image; where only the mode is wrong, debugfs can set it on a copy.',
    say: (d: { mode: string }) => `the root inode has mode ${d.mode}, which is not a directory`,
  },
  'reserved-inode-bad-mode': {
    title: 'Reserved inode has a wrong mode',
    explain:
      'Inodes below the first ordinary one belong to the file system itself, and those without a use of their own are empty. This one has a mode that it must not have. The kernel does not use it, but its table block may have been overwritten. Look at what else is reported of inodes near it.',
    say: (d: { mode: string }) => `the reserved inode has mode ${d.mode}`,
  },
  'journal-inode-not-clear': {
    title: 'Journal inode is filled although it is not the journal',
    explain:
      'The superblock does not name inode 8 as the journal, yet the inode has links, blocks or block pointers. A journal was removed badly, or the superblock lost its journal field. Files read right; e2fsck clears the inode, or restore the superblock from a backup.',
    say: (_: object) => 'inode 8 is not the journal, but is not empty either',
  },
  'journal-inode-bad-mode': {
    title: 'Journal inode is not a regular file',
    explain:
      'The inode that the superblock names as the journal is not a regular file. The kernel refuses to mount a file system whose journal it cannot read. Its inode-table block was overwritten; e2fsck can make a new journal.',
    say: (d: { mode: string }) => `the journal inode has mode ${d.mode}, which is not a regular file`,
  },
  'quota-inode-bad-mode': {
    title: 'Quota inode is not a regular file',
    explain:
      'A quota file must be a regular file. The kernel cannot turn quotas on with this one; files are not affected. Its inode was overwritten; e2fsck makes the quota files anew.',
    say: (d: { mode: string }) => `the quota inode has mode ${d.mode}, which is not a regular file`,
  },
  'quota-inode-not-clear': {
    title: 'Quota inode is filled although it is not in use',
    explain:
      'The quota feature does not use this reserved inode, yet it has links, blocks or block pointers. Its space is lost; files are not affected. Quotas were switched off badly, or a feature word was damaged; e2fsck clears the inode.',
    say: (_: object) => 'the quota inode is not in use, but is not empty either',
  },
  'orphan-file-bad-mode': {
    title: 'Orphan file is not a regular file',
    explain:
      'The inode that keeps track of deleted open files must be a regular file. The kernel may refuse to mount read-write. Its inode was overwritten; e2fsck makes the file anew.',
    say: (d: { mode: string }) => `the orphan file has mode ${d.mode}, which is not a regular file`,
  },
  'orphan-file-not-clear': {
    title: 'Orphan file is filled although it is not in use',
    explain:
      'The orphan_file feature is off, yet the inode the superblock names for it is not empty. Its space is lost; files are not affected. The feature was switched off badly, or a feature word was damaged; e2fsck clears the inode.',
    say: (_: object) => 'the orphan file is not in use, but is not empty either',
  },
} satisfies ProblemTexts;
