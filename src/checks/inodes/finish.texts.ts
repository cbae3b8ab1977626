/** The texts of the problems in finish.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'xattr-refcount-wrong': {
    title: 'Attribute block has a wrong reference count',
    explain:
      'Several inodes may share one attribute block, which counts them. If the count is too low, the block can be freed while it is still used; files can be read today.',
    say: (d: { stored: number; expected: number }) =>
      `the reference count of the attribute block is ${d.stored}, should be ${d.expected}`,
  },
  'superblock-large-dir-missing': {
    title: 'Large directories without the feature',
    explain:
      'A directory is larger, or its index deeper, than the file system allows without the large_dir feature. The kernel refuses to look up names in it.',
    say: (d: { directories: number }) => `${d.directories} directories need the large_dir feature, which is off`,
  },
  'superblock-revision-too-old': {
    title: 'Revision 0 with files that need a newer revision',
    explain:
      'The original revision of the format has no features, but this file system has files that need one. Current kernels read everything correctly.',
    say: (_: object) => 's_rev_level is 0, but files need a feature',
  },
  'superblock-large-file-missing': {
    title: 'Large files without the feature',
    explain:
      'A file is 2 GiB or larger, but the large_file feature is off. Old kernels would truncate it; current kernels read it correctly.',
    say: (d: { files: number }) => `${d.files} files are 2 GiB or larger, but the large_file feature is off`,
  },
} satisfies ProblemTexts;
