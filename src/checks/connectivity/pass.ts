/** Pass 3: tests that every directory can be reached from the root and that its '..' is right. */
import { Bitmap } from '../../bytes/bitmap';
import type { ScanFacts } from '../../facts/scan';
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'root-inode-missing': { severity: 'fatal', e2fsck: [0x030001] },
  'directory-unattached': { severity: 'error', e2fsck: [0x030003] },
  'directory-loop': { severity: 'error', e2fsck: [] },
  'directory-dotdot-wrong': { severity: 'warning', e2fsck: [0x030005] },
});

/** Checks the tree of directories. */
export function checkConnectivity(facts: ScanFacts, report: ReportFinding): void {
  const { directories, inodes } = facts;
  if (!inodes.isUsed(2)) report(problems['root-inode-missing'], { inode: 2 }, {});
  const done = new Bitmap(directories.length);
  const root = directories.indexOf(2);
  if (root >= 0) done.set(root);
  /** The walk in which a directory was found: finding it again in the same walk is a loop. */
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
