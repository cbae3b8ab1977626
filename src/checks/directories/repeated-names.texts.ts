/** The texts of the problems in repeated-names.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'entry-repeated': {
    title: 'Entry exists twice',
    explain:
      'Two entries of a directory have the same name and the same inode: one is a stale copy. The file can be opened, but its link count is off by one. e2fsck removes one of them.',
    say: (d: { name: string; target: number }) => `the name "${d.name}" for inode ${d.target} exists twice`,
  },
  'entry-name-not-unique': {
    title: 'Name is not unique',
    explain:
      'Two entries of a directory have the same name. Only the first one found can be opened; the other is hidden. Look at both before you let e2fsck rename one of them.',
    say: (d: { name: string }) => `the name "${d.name}" is not unique`,
  },
  'directory-not-reread': {
    title: 'Directory could not be read completely',
    explain:
      'During the search for equal names, a block of the directory could not be read or was invalid. The directory may have more duplicate names than are listed. Restore the directory.',
    say: (_: object) => 'the directory could not be read completely',
  },
} satisfies ProblemTexts;
