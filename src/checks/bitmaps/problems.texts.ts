/** The texts of the problems in problems.ts. */
import type { ProblemTexts } from '../../problem/define';

export interface Counts {
  stored: number;
  expected: number;
}

export const texts = {
  'block-used-marked-free': {
    title: 'Blocks in use are marked as free',
    explain:
      'The block bitmap marks blocks as free that files or metadata use. Everything can be read today, but the next write may overwrite them. A block bitmap whose write was lost looks like this. Do not write to the file system before e2fsck has corrected the bitmap.',
    say: (d: { last: number; blocks: number }) =>
      d.blocks === 1
        ? 'a block in use is marked as free'
        : `${d.blocks} blocks in use, up to block ${d.last}, are marked as free`,
  },
  'block-marked-unused': {
    title: 'Free blocks are marked as in use',
    explain:
      'The block bitmap marks blocks as used that nothing claims. Only space is wasted. After damage these are often the blocks of lost files.',
    say: (d: { last: number; blocks: number }) =>
      d.blocks === 1
        ? 'a block that nothing uses is marked as in use'
        : `${d.blocks} blocks that nothing uses, up to block ${d.last}, are marked as in use`,
  },
  'block-in-uninit-group': {
    title: 'Block in use is in a group marked as unused',
    explain:
      'The group descriptor marks all blocks of the group as never allocated, but one of them is in use. The next write may overwrite it. The descriptor is old or damaged; do not write to the file system before e2fsck has corrected it.',
    say: (_: object) => 'a block in use is in a group whose block bitmap is marked as never used',
  },
  'inode-used-marked-free': {
    title: 'Inodes in use are marked as free',
    explain:
      'The inode bitmap marks inodes as free that are in use. Everything can be read today, but a new file may overwrite them. An inode bitmap whose write was lost looks like this. Do not write to the file system before e2fsck has corrected the bitmap.',
    say: (d: { last: number; inodes: number }) =>
      d.inodes === 1
        ? 'an inode in use is marked as free'
        : `${d.inodes} inodes in use, up to inode ${d.last}, are marked as free`,
  },
  'inode-marked-unused': {
    title: 'Free inodes are marked as in use',
    explain:
      'The inode bitmap marks inodes as used that are not. Only these inodes are wasted. After damage they are often those of lost files.',
    say: (d: { last: number; inodes: number }) =>
      d.inodes === 1
        ? 'an unused inode is marked as in use'
        : `${d.inodes} unused inodes, up to inode ${d.last}, are marked as in use`,
  },
  'group-free-blocks-wrong': {
    title: 'Free-block count of a group is wrong',
    explain:
      'The count of free blocks in the group descriptor does not match its bitmap. This is normal after an unclean shutdown; the kernel counts again. A count that is far off suggests that a bitmap or descriptor was not written.',
    say: (d: Counts) => `the free-block count is ${d.stored}, should be ${d.expected}`,
  },
  'superblock-free-blocks-wrong': {
    title: 'Free-block count of the file system is wrong',
    explain:
      'The count of free blocks in the superblock does not match the bitmaps. This is normal after an unclean shutdown; the kernel counts again. Nothing needs to be done.',
    say: (d: Counts) => `the free-block count is ${d.stored}, should be ${d.expected}`,
  },
  'group-free-inodes-wrong': {
    title: 'Free-inode count of a group is wrong',
    explain:
      'The count of free inodes in the group descriptor does not match its bitmap. This is normal after an unclean shutdown; the kernel counts again. A count that is far off suggests that a bitmap or descriptor was not written.',
    say: (d: Counts) => `the free-inode count is ${d.stored}, should be ${d.expected}`,
  },
  'superblock-free-inodes-wrong': {
    title: 'Free-inode count of the file system is wrong',
    explain:
      'The count of free inodes in the superblock does not match the bitmaps. This is normal after an unclean shutdown; the kernel counts again. Nothing needs to be done.',
    say: (d: Counts) => `the free-inode count is ${d.stored}, should be ${d.expected}`,
  },
  'group-directories-wrong': {
    title: 'Directory count of a group is wrong',
    explain:
      'The count of directories in the group descriptor does not match the directories found. This is normal after an unclean shutdown; the kernel uses the count only to choose groups for new directories. Nothing needs to be done.',
    say: (d: Counts) => `the directory count is ${d.stored}, should be ${d.expected}`,
  },
  'inode-bitmap-padding': {
    title: 'Padding of an inode bitmap is not set',
    explain:
      'The bits after the last inode of a bitmap should be set. No program reads them. Some tools do not set them; otherwise the end of the bitmap block was overwritten.',
    say: (_: object) => 'the bits after the last inode of a bitmap are not all set',
  },
  'block-bitmap-padding': {
    title: 'Padding of a block bitmap is not set',
    explain:
      'The bits after the last block of a bitmap should be set. No program reads them. Some tools do not set them; otherwise the end of the bitmap block was overwritten.',
    say: (_: object) => 'the bits after the last block of a bitmap are not all set',
  },
  'inode-bitmap-checksum-wrong': {
    title: 'Checksum of an inode bitmap is wrong',
    explain:
      'The inode bitmap does not match the checksum in its descriptor. The kernel no longer creates files in the group; existing files can be read. One of the two was not written. Let e2fsck correct it before you write to the file system.',
    say: (_: object) => 'the checksum of the inode bitmap does not match its content',
  },
  'block-bitmap-checksum-wrong': {
    title: 'Checksum of a block bitmap is wrong',
    explain:
      'The block bitmap does not match the checksum in its descriptor. The kernel no longer allocates blocks in the group; existing files can be read. One of the two was not written. Let e2fsck correct it before you write to the file system.',
    say: (_: object) => 'the checksum of the block bitmap does not match its content',
  },
  'block-bitmap-zero': {
    title: 'Block bitmap contains only zeros',
    explain:
      'The block bitmap of a group with blocks in use contains only zeros: its write was lost. Everything can be read today, but the next write may overwrite anything in the group. Other blocks of the same image are probably lost as well.',
    say: (d: { used: number }) =>
      `the block bitmap contains only zeros, although ${d.used} blocks of the group are in use: its write was lost`,
  },
  'inode-bitmap-zero': {
    title: 'Inode bitmap contains only zeros',
    explain:
      'The inode bitmap of a group with inodes in use contains only zeros: its write was lost. Everything can be read today, but a new file may overwrite any inode of the group. Other blocks of the same image are probably lost as well.',
    say: (d: { used: number }) =>
      `the inode bitmap contains only zeros, although ${d.used} inodes of the group are in use: its write was lost`,
  },
  'block-bitmap-unreadable': {
    title: 'Block bitmap cannot be read',
    explain:
      'The block bitmap of a group is outside the image or cannot be read. The kernel cannot write into the group; bitmaps and counts were not compared.',
    say: (_: object) => 'the block bitmap cannot be read',
  },
  'inode-bitmap-unreadable': {
    title: 'Inode bitmap cannot be read',
    explain:
      'The inode bitmap of a group is outside the image or cannot be read. The kernel cannot create files in the group; bitmaps and counts were not compared.',
    say: (_: object) => 'the inode bitmap cannot be read',
  },
} satisfies ProblemTexts;
