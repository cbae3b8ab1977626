/** The texts of the problems in quota-inodes.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'superblock-quota-inode-invalid': {
    title: 'Superblock refers to an impossible quota inode',
    explain:
      'The superblock holds the inode number of each quota file. This number belongs to another part of the file system or does not exist, so the field was overwritten. Files are not affected, but a kernel that cannot turn quotas on may refuse to mount read-write.',
    say: (d: { type: string; stored: number }) => `inode ${d.stored} cannot be the ${d.type} quota file`,
  },
} satisfies ProblemTexts;
