/** The texts of the problems in repeated-names.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'entry-repeated': {
    title: 'Entry is there twice',
    explain:
      'Two entries of a directory have the same name and the same inode: one is a stale copy. The file can be opened, but its link count is off by one. e2fsck removes one of them.',
    say: (d: { name: string; target: number }) => `the name "${d.name}" for inode ${d.target} is there twice`,
  },
  'entry-name-not-unique': {
    title: 'Name is not unique',
    explain:
      'Two entries of a directory have the same name. Only the first one found can be opened; what the other names is hidden. Look at both before e2fsck renames one of them.',
    say: (d: { name: string }) => `the name "${d.name}" is not unique`,
  },
  'directory-not-reread': {
    title: 'Directory could not be read as a whole',
    explain:
      'While looking for equal names, a block of the directory could not be read or made no sense. It may hold more names twice than listed. Restore the directory.',
    say: (_: object) => 'the directory could not be read as a whole',
  },
} satisfies ProblemTexts;
