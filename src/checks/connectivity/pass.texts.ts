/** The texts of the problems in pass.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'root-inode-missing': {
    title: 'Root directory is missing',
    explain:
      'Inode 2, the root directory, is not in use. Nothing can be reached and the file system cannot be mounted. Its inode-table block never reached the disk or was overwritten. Restore the image; e2fsck would make an empty root and hang what it finds into lost+found.',
    say: (_: object) => 'the root inode is not in use',
  },
  'directory-unattached': {
    title: 'Directory is cut off from the tree',
    explain:
      'A directory is in use, but no entry names it: the directory that held its name was destroyed. It and all below it cannot be reached; fsck would hang it into lost+found. Restore the directory that held its name, or let e2fsck do so on a copy.',
    say: (d: { dotdot: number }) => `no entry names this directory; its ".." says inode ${d.dotdot}`,
  },
  'directory-loop': {
    title: 'Directories contain each other',
    explain:
      'A directory is, over some steps, inside itself, so it cannot be reached from the root. Entries were overwritten or written to the wrong place. e2fsck does not see this; restore the directories named, or move them apart with debugfs on a copy.',
    say: (_: object) => 'the way up from this directory leads back to it and never to the root',
  },
  'directory-dotdot-wrong': {
    title: 'Entry ".." does not name the parent',
    explain:
      'The ".." of a directory and the entry that names it disagree about where it hangs. Either was not written together with the other; paths with ".." lead astray. e2fsck sets ".." by the entry.',
    say: (d: { stored: number; expected: number }) => `".." names inode ${d.stored}, should name ${d.expected}`,
  },
} satisfies ProblemTexts;
