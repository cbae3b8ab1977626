/** The texts of the problems in pass.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'inode-unattached': {
    title: 'Inode in use has no name',
    explain:
      'The inode is in use, but no directory entry names it: the directory that held its name was destroyed or is stale. The file cannot be reached; fsck would hang it into lost+found. Look for the directory it was in among the other findings.',
    say: (d: { type: string; size: number }) => `no directory entry names this ${d.type} of ${d.size} bytes`,
  },
  'inode-unattached-empty': {
    title: 'Inode without a name holds nothing',
    explain:
      'The inode that no entry names has no blocks, so no content is lost with it. Usual after a crash between making a file and naming it. Nothing needs to be done; e2fsck removes it.',
    say: (_: object) => 'the inode without a name has no content',
  },
  'inode-links-wrong': {
    title: 'Link count is wrong',
    explain:
      'The inode counts the names that lead to it, and their number is another. Files read right, but deleting one name too many frees data that is still in use. Missing names hint at lost directory blocks. e2fsck sets the count.',
    say: (d: { stored: number; expected: number }) => `the link count is ${d.stored}, should be ${d.expected}`,
  },
  'superblock-dir-nlink-missing': {
    title: 'Directory with too many subdirectories for the features',
    explain:
      'A directory has more than 65,000 subdirectories, which needs the dir_nlink feature. It reads right. e2fsck sets the feature.',
    say: (d: { found: number }) => `the directory has ${d.found} links, but the dir_nlink feature is off`,
  },
} satisfies ProblemTexts;
