/** What can only be said once all inodes have been seen: shared attribute blocks, and features that files call for. */
import { define } from '../../problem/define';
import type { InodeScan } from './context';

export const problems = define({
  'xattr-refcount-wrong': {
    severity: 'warning',
    e2fsck: [0x01003c],
    title: 'Attribute block counts its users wrongly',
    explain:
      'Several inodes may share one attribute block, and it counts them. A count that is too low lets the block be freed while it is still used; files read right today.',
    say: (d: { stored: number; expected: number }) =>
      `the attribute block says it has ${d.stored} users, it has ${d.expected}`,
  },
  'superblock-large-dir-missing': {
    severity: 'warning',
    e2fsck: [0x020039],
    title: 'Large directories without the feature',
    explain:
      'A directory is larger, or its index deeper, than the file system allows without the large_dir feature. The kernel refuses to look names up in it.',
    say: (d: { directories: number }) => `${d.directories} directories need the large_dir feature, which is off`,
  },
  'superblock-revision-too-old': {
    severity: 'warning',
    e2fsck: [0x010033],
    title: 'Revision 0 with files that need a newer one',
    explain:
      'The original revision of the format knows no features, but this file system has files that need one. Everything reads right with today’s kernels.',
    say: (_: object) => 's_rev_level is 0, but files need a feature',
  },
  'superblock-large-file-missing': {
    severity: 'warning',
    e2fsck: [0x020033],
    title: 'Large files without the feature',
    explain:
      'A file is 2 GiB or larger, and the superblock does not say so with the large_file feature. Old kernels would cut it off; today’s read it right.',
    say: (d: { files: number }) => `${d.files} files are 2 GiB or larger, but the large_file feature is off`,
  },
});

export function finishInodes(scan: InodeScan): void {
  const { facts, report, geometry } = scan;
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
