/** The texts of the problems in pass.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'inode-unattached': {
    title: 'Inode in use has no name',
    explain:
      'The inode is in use, but no directory entry refers to it: the directory with its name was destroyed or is stale. The file cannot be reached; e2fsck would move it to lost+found. Look for its directory among the other findings.',
    say: (d: { type: string; size: number }) => `no directory entry refers to this ${d.type} of ${d.size} bytes`,
  },
  'inode-unattached-empty': {
    title: 'Inode without a name has no content',
    explain:
      'No entry refers to the inode, and it has no blocks, so no content is lost. This is usual after a crash between creating a file and naming it. Nothing needs to be done; e2fsck removes it.',
    say: (_: object) => 'the inode without a name has no content',
  },
  'inode-links-wrong': {
    title: 'Link count is wrong',
    explain:
      'The link count of the inode differs from the number of names that refer to it. Files can be read, but if the count is too low, deleting a name can free data that is still in use. Missing names suggest lost directory blocks. e2fsck corrects the count.',
    say: (d: { stored: number; expected: number }) => `the link count is ${d.stored}, should be ${d.expected}`,
  },
  'superblock-dir-nlink-missing': {
    title: 'Directory with too many subdirectories for the features',
    explain:
      'A directory has more than 65,000 subdirectories, which requires the dir_nlink feature. It can be read. e2fsck sets the feature.',
    say: (d: { found: number }) => `the directory has ${d.found} links, but the dir_nlink feature is off`,
  },
} satisfies ProblemTexts;
