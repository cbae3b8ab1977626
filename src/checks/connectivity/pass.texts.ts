/** The texts of the problems in pass.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'root-inode-missing': {
    title: 'Root directory is missing',
    explain:
      'Inode 2, the root directory, is not in use. Nothing can be reached and the file system cannot be mounted. Its inode-table block never reached the disk or was overwritten. Restore the image; e2fsck would create an empty root and move everything that it finds to lost+found.',
    say: (_: object) => 'the root inode is not in use',
  },
  'directory-unattached': {
    title: 'Directory is not connected to the tree',
    explain:
      'A directory is in use, but no entry refers to it: the directory with its name was destroyed. The directory and everything below it cannot be reached; e2fsck would move it to lost+found. Restore the directory with its name, or let e2fsck repair a copy.',
    say: (d: { dotdot: number }) => `no entry refers to this directory; its ".." refers to inode ${d.dotdot}`,
  },
  'directory-loop': {
    title: 'Directories contain each other',
    explain:
      'A directory is, directly or through others, inside itself, so it cannot be reached from the root. Entries were overwritten or written to the wrong place. e2fsck does not detect this; restore the directories, or move them apart with debugfs on a copy.',
    say: (_: object) => 'the parents of this directory lead back to it and never to the root',
  },
  'directory-dotdot-wrong': {
    title: 'Entry ".." does not refer to the parent',
    explain:
      'The ".." of a directory refers to another parent than the directory that contains it. One of the two was not written together with the other; paths with ".." lead to the wrong directory. e2fsck corrects the ".." entry.',
    say: (d: { stored: number; expected: number }) => `".." refers to inode ${d.stored}, should refer to ${d.expected}`,
  },
} satisfies ProblemTexts;
