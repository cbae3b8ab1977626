/** The texts of the problems in finish.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'xattr-refcount-wrong': {
    title: 'Attribute block counts its users wrongly',
    explain:
      'Several inodes may share one attribute block, and it counts them. A count that is too low lets the block be freed while it is still used; files read right today.',
    say: (d: { stored: number; expected: number }) =>
      `the attribute block says it has ${d.stored} users, it has ${d.expected}`,
  },
  'superblock-large-dir-missing': {
    title: 'Large directories without the feature',
    explain:
      'A directory is larger, or its index deeper, than the file system allows without the large_dir feature. The kernel refuses to look names up in it.',
    say: (d: { directories: number }) => `${d.directories} directories need the large_dir feature, which is off`,
  },
  'superblock-revision-too-old': {
    title: 'Revision 0 with files that need a newer one',
    explain:
      'The original revision of the format knows no features, but this file system has files that need one. Everything reads right with today’s kernels.',
    say: (_: object) => 's_rev_level is 0, but files need a feature',
  },
  'superblock-large-file-missing': {
    title: 'Large files without the feature',
    explain:
      'A file is 2 GiB or larger, and the superblock does not say so with the large_file feature. Old kernels would cut it off; today’s read it right.',
    say: (d: { files: number }) => `${d.files} files are 2 GiB or larger, but the large_file feature is off`,
  },
} satisfies ProblemTexts;
