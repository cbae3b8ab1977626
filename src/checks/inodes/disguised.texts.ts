/** The texts of the problems in disguised.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'inode-looks-like-directory': {
    title: 'Inode looks like a directory, but is none',
    explain:
      'The mode of the inode is not that of a directory, yet its first block starts with "." and ".." as a directory does. The mode was overwritten; everything below this directory cannot be reached.',
    say: (d: { mode: string }) => `the mode is ${d.mode}, but the first block looks like that of a directory`,
  },
} satisfies ProblemTexts;
