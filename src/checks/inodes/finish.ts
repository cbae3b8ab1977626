/** What is only known after all inodes are read: shared attribute blocks, and features that files require. */
import { define } from '../../problem/define';
import type { InodeScan } from './context';
import { judgeByBitmap } from './mapping/zero-maps';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'xattr-refcount-wrong': { severity: 'warning', e2fsck: [0x01003c] },
  'superblock-large-dir-missing': { severity: 'warning', e2fsck: [0x020039] },
  'superblock-revision-too-old': { severity: 'warning', e2fsck: [0x010033] },
  'superblock-large-file-missing': { severity: 'warning', e2fsck: [0x020033] },
});

export function finishInodes(scan: InodeScan): void {
  const { facts, report, geometry } = scan;
  judgeByBitmap(scan);
  const wrong = [...facts.xattrBlocks].filter(([, use]) => use.used !== use.stored).sort((a, b) => a[0] - b[0]);
  for (const over of [true, false]) {
    for (const [block, use] of wrong) {
      if (use.stored > use.used !== over) continue;
      report(problems['xattr-refcount-wrong'], { inode: use.inode, block }, { stored: use.stored, expected: use.used });
    }
  }
  const oldRevision = geometry.sb.s_rev_level === 0;
  if (facts.largeDirectories > 0 && !geometry.features.large_dir) {
    report(problems['superblock-large-dir-missing'], {}, { directories: facts.largeDirectories });
    if (oldRevision) report(problems['superblock-revision-too-old'], {}, {});
  }
  if (facts.largeFiles > 0) {
    if (!geometry.features.large_file)
      report(problems['superblock-large-file-missing'], {}, { files: facts.largeFiles });
    if (oldRevision) report(problems['superblock-revision-too-old'], {}, {});
  }
}
