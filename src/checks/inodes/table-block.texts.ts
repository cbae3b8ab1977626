/** The sentences for findings of table-block.ts. */
import type { Sentences } from '../../problem/define';

export const texts = {
  'inode-table-unreadable': (d: { firstInode: number; lastInode: number }) =>
    `inodes ${d.firstInode} to ${d.lastInode} cannot be read`,
  'inode-table-block-zero': (d: { usedInodes: number; firstInode: number }) =>
    `${d.usedInodes} inodes in use, starting with inode ${d.firstInode}, contain only zeros`,
  'inode-garbage': () => 'its inode-table block contains mostly garbage',
  'inode-checksum-wrong': () => 'the checksum of the inode does not match its content',
} satisfies Sentences;
