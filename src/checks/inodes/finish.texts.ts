/** The sentences for findings of finish.ts. */
import type { Sentences } from '../../problem/define';

export const texts = {
  'xattr-refcount-wrong': (d: { stored: number; expected: number }) =>
    `the reference count of the attribute block is ${d.stored}, should be ${d.expected}`,
  'superblock-large-dir-missing': (d: { directories: number }) =>
    `${d.directories} directories need the large_dir feature, which is off`,
  'superblock-revision-too-old': () => 's_rev_level is 0, but files need a feature',
  'superblock-large-file-missing': (d: { files: number }) =>
    `${d.files} files are 2 GiB or larger, but the large_file feature is off`,
} satisfies Sentences;
