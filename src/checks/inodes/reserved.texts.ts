/** The texts of the problems in reserved.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'root-not-directory': {
    title: 'Root inode is not a directory',
    explain:
      'Inode 2 must be the root directory, but its mode is another. Nothing in the file system can be reached, and it cannot be mounted. Its inode-table block was lost or overwritten. Restore the image; if only the mode is wrong, debugfs can set it on a copy.',
    say: (d: { mode: string }) => `the root inode has mode ${d.mode}, which is not a directory`,
  },
  'reserved-inode-bad-mode': {
    title: 'Reserved inode has a wrong mode',
    explain:
      'Inodes below the first ordinary one belong to the file system itself, and unused ones among them are empty. This one has a mode that it must not have. The kernel does not use it, but its table block may have been overwritten. Look at the other findings about inodes near it.',
    say: (d: { mode: string }) => `the reserved inode has mode ${d.mode}`,
  },
  'journal-inode-not-clear': {
    title: 'Journal inode is not empty although it is not the journal',
    explain:
      'The superblock does not refer to inode 8 as the journal, but the inode has links, blocks or block pointers. A journal was not removed completely, or the superblock lost its journal field. Files can be read; let e2fsck clear the inode, or restore the superblock from a backup.',
    say: (_: object) => 'inode 8 is not the journal, but is not empty',
  },
  'journal-inode-bad-mode': {
    title: 'Journal inode is not a regular file',
    explain:
      'The inode to which the superblock refers as the journal is not a regular file. The kernel refuses to mount a file system whose journal it cannot read. Its inode-table block was overwritten; e2fsck can create a new journal.',
    say: (d: { mode: string }) => `the journal inode has mode ${d.mode}, which is not a regular file`,
  },
  'quota-inode-bad-mode': {
    title: 'Quota inode is not a regular file',
    explain:
      'A quota file must be a regular file. The kernel cannot turn quotas on with this one; files are not affected. Its inode was overwritten; e2fsck recreates the quota files.',
    say: (d: { mode: string }) => `the quota inode has mode ${d.mode}, which is not a regular file`,
  },
  'quota-inode-not-clear': {
    title: 'Quota inode is not empty although it is not in use',
    explain:
      'The quota feature does not use this reserved inode, but it has links, blocks or block pointers. Its space is wasted; files are not affected. Quotas were not switched off completely, or a feature field was damaged; e2fsck clears the inode.',
    say: (_: object) => 'the quota inode is not in use, but is not empty',
  },
  'orphan-file-bad-mode': {
    title: 'Orphan file is not a regular file',
    explain:
      'The inode that keeps track of deleted open files must be a regular file. The kernel may refuse to mount read-write. Its inode was overwritten; e2fsck recreates the file.',
    say: (d: { mode: string }) => `the orphan file has mode ${d.mode}, which is not a regular file`,
  },
  'orphan-file-not-clear': {
    title: 'Orphan file is not empty although it is not in use',
    explain:
      'The orphan_file feature is off, but the inode to which the superblock refers for it is not empty. Its space is wasted; files are not affected. The feature was not switched off completely, or a feature field was damaged; e2fsck clears the inode.',
    say: (_: object) => 'the orphan file is not in use, but is not empty',
  },
} satisfies ProblemTexts;
