/** The texts of the problems in disguised.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'inode-looks-like-directory': {
    title: 'Inode looks like a directory, but is not one',
    explain:
      'The mode of the inode is not that of a directory, but its first block starts with "." and ".." like a directory. The mode was overwritten; nothing below this directory can be reached.',
    say: (d: { mode: string }) => `the mode is ${d.mode}, but the first block looks like that of a directory`,
  },
} satisfies ProblemTexts;
