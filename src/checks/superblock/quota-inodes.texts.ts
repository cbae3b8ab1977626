/** The texts of the problems in quota-inodes.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'superblock-quota-inode-invalid': {
    title: 'Superblock names an impossible quota inode',
    explain:
      'The superblock names the inode of each quota file. This number belongs to another part of the file system or does not exist, so the field was overwritten. Files are not affected, but a kernel may refuse to mount read-write when it cannot turn quotas on.',
    say: (d: { type: string; stored: number }) => `inode ${d.stored} cannot be the ${d.type} quota file`,
  },
} satisfies ProblemTexts;
