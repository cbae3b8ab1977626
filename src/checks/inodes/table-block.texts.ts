/** The texts of the problems in table-block.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'inode-table-unreadable': {
    title: 'Part of an inode table cannot be read',
    explain:
      'The inode table of a group lies, in whole or in part, outside the image or cannot be read. Every file and directory whose inode is there is lost. Usually the image was cut off while it was copied; copy it again.',
    say: (d: { firstInode: number; lastInode: number }) => `inodes ${d.firstInode} to ${d.lastInode} cannot be read`,
  },
  'inode-table-block-zero': {
    title: 'A used block of an inode table holds only zeros',
    explain:
      'The inode bitmap calls inodes of this block used, yet the block holds nothing but zeros. This is what a lost write looks like: the block never reached the disk. The files and directories behind these inodes are gone. Make the image again, with enough room, and flush it before it is trusted.',
    say: (d: { usedInodes: number; firstInode: number }) =>
      `${d.usedInodes} inodes that are in use, from inode ${d.firstInode} on, are wholly zero`,
  },
  'inode-garbage': {
    title: 'Inode lies in a block of garbage',
    explain:
      'More than half of the inodes in this inode-table block make no sense, so the block was probably overwritten with something else. What this inode says cannot be relied on. The file or directory behind it is most likely lost.',
    say: (_: object) => 'its inode-table block holds mostly garbage',
  },
  'inode-checksum-wrong': {
    title: 'Inode checksum is wrong',
    explain:
      'The checksum stored in the inode does not fit its content: something changed it after the kernel wrote it. The kernel refuses such an inode, so the file or directory cannot be opened. An inode-table block with several of them was overwritten or is half an older write; restore the files.',
    say: (_: object) => 'the checksum of the inode does not match its content',
  },
} satisfies ProblemTexts;
