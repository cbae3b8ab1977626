/** The sentences for findings of quota-inodes.ts. */
import type { Sentences } from '../../problem/define';

export const texts = {
  'superblock-quota-inode-invalid': (d: { type: string; stored: number }) =>
    `inode ${d.stored} cannot be the ${d.type} quota file`,
} satisfies Sentences;
