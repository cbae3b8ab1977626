/** Pass 3: can every directory be reached from the root, and does its '..' agree? */
import { Bitmap } from '../../bytes/bitmap';
import type { ScanFacts } from '../../facts/scan';
import type { Report } from '../../problem/collector';
import { define } from '../../problem/define';

export const problems = define({
  'root-inode-missing': {
    severity: 'fatal',
    e2fsck: [0x030001],
    title: 'Root directory is missing',
    explain:
      'Inode 2, the root directory, is not in use. Nothing can be reached and the file system cannot be mounted. Its inode-table block never reached the disk or was overwritten. Restore the image; e2fsck would make an empty root and hang what it finds into lost+found.',
    say: (_: object) => 'the root inode is not in use',
  },
  'directory-unattached': {
    severity: 'error',
    e2fsck: [0x030003],
    title: 'Directory is cut off from the tree',
    explain:
      'A directory is in use, but no entry names it: the directory that held its name was destroyed. It and all below it cannot be reached; fsck would hang it into lost+found. Restore the directory that held its name, or let e2fsck do so on a copy.',
    say: (d: { dotdot: number }) => `no entry names this directory; its ".." says inode ${d.dotdot}`,
  },
  'directory-loop': {
    severity: 'error',
    e2fsck: [],
    title: 'Directories contain each other',
    explain:
      'A directory is, over some steps, inside itself, so it cannot be reached from the root. Entries were overwritten or written to the wrong place. e2fsck does not see this; restore the directories named, or move them apart with debugfs on a copy.',
    say: (_: object) => 'the way up from this directory leads back to it and never to the root',
  },
  'directory-dotdot-wrong': {
    severity: 'warning',
    e2fsck: [0x030005],
    title: 'Entry ".." does not name the parent',
    explain:
      'The ".." of a directory and the entry that names it disagree about where it hangs. Either was not written together with the other; paths with ".." lead astray. e2fsck sets ".." by the entry.',
    say: (d: { stored: number; expected: number }) => `".." names inode ${d.stored}, should name ${d.expected}`,
  },
});

/** Checks the tree of directories. */
export function checkConnectivity(facts: ScanFacts, report: Report): void {
  const { directories, inodes } = facts;
  if (!inodes.isUsed(2)) report(problems['root-inode-missing'], { inode: 2 }, {});
  const done = new Bitmap(directories.length);
  const root = directories.indexOf(2);
  if (root >= 0) done.set(root);
  /** The walk in which a directory was met: meeting it again in the same walk is a loop. */
  const walk = new Uint32Array(directories.length);
  for (let start = 0; start < directories.length; start++) {
    for (let at = start; at >= 0 && !done.test(at); ) {
      walk[at] = start + 1;
      done.set(at);
      const parent = directories.parent.get(at);
      if (parent === 0) {
        report(
          problems['directory-unattached'],
          { inode: directories.inodes.get(at) },
          { dotdot: directories.dotdot.get(at) },
        );
        break;
      }
      at = directories.indexOf(parent);
      if (at >= 0 && walk[at] === start + 1)
        report(problems['directory-loop'], { inode: directories.inodes.get(at) }, {});
    }
    const stored = directories.dotdot.get(start);
    const expected = directories.parent.get(start);
    if (stored !== expected)
      report(problems['directory-dotdot-wrong'], { inode: directories.inodes.get(start) }, { stored, expected });
  }
}
