/** The texts of the problems in table-block.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'inode-table-unreadable': {
    title: 'Part of an inode table cannot be read',
    explain:
      'All or part of the inode table of a group is outside the image or cannot be read. Every file and directory whose inode is there is lost. Usually the image was truncated while it was copied; copy it again.',
    say: (d: { firstInode: number; lastInode: number }) => `inodes ${d.firstInode} to ${d.lastInode} cannot be read`,
  },
  'inode-table-block-zero': {
    title: 'A used block of an inode table contains only zeros',
    explain:
      'The inode bitmap marks inodes of this block as used, but the block contains only zeros. This is typical of a lost write: the block never reached the disk. The files and directories of these inodes are lost. Make the image again, with enough space, and flush it before you trust it.',
    say: (d: { usedInodes: number; firstInode: number }) =>
      `${d.usedInodes} inodes in use, starting with inode ${d.firstInode}, contain only zeros`,
  },
  'inode-garbage': {
    title: 'Inode is in a block of garbage',
    explain:
      'More than half of the inodes in this inode-table block are invalid, so the block was probably overwritten with something else. The fields of this inode cannot be relied on. Its file or directory is most likely lost.',
    say: (_: object) => 'its inode-table block contains mostly garbage',
  },
  'inode-checksum-wrong': {
    title: 'Inode checksum is wrong',
    explain:
      'The checksum stored in the inode does not match its content: it was changed after the kernel wrote it. The kernel refuses such an inode, so the file or directory cannot be opened. If several inodes of an inode-table block have wrong checksums, the block was overwritten or half of it is an older write; restore the files.',
    say: (_: object) => 'the checksum of the inode does not match its content',
  },
} satisfies ProblemTexts;
