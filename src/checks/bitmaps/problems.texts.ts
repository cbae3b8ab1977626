/** The texts of the problems in problems.ts. */
import type { ProblemTexts } from '../../problem/define';

export interface Counts {
  stored: number;
  expected: number;
}

export const texts = {
  'block-used-marked-free': {
    title: 'Blocks in use are marked free',
    explain:
      'The block bitmap calls blocks free that files or metadata use. All reads right today, but the next write may overwrite them. A bitmap that was not written out, a lost write, looks like this. Do not write to the file system before e2fsck has set the bitmap right.',
    say: (d: { last: number; blocks: number }) =>
      d.blocks === 1
        ? 'a block in use is marked free'
        : `${d.blocks} blocks in use, up to block ${d.last}, are marked free`,
  },
  'block-marked-unused': {
    title: 'Free blocks are marked as in use',
    explain:
      'The block bitmap calls blocks used that nothing claims. Room is wasted, nothing else. After damage these are often the blocks of files that were lost.',
    say: (d: { last: number; blocks: number }) =>
      d.blocks === 1
        ? 'a block that nothing uses is marked as in use'
        : `${d.blocks} blocks that nothing uses, up to block ${d.last}, are marked as in use`,
  },
  'block-in-uninit-group': {
    title: 'Block in use lies in a group called unused',
    explain:
      'The group descriptor says that no block of the group was ever handed out, yet something uses one. The next write may overwrite it. The descriptor is old or damaged; do not write to the file system before e2fsck has set it right.',
    say: (_: object) => 'a block in use lies in a group whose block bitmap is marked as never used',
  },
  'inode-used-marked-free': {
    title: 'Inodes in use are marked free',
    explain:
      'The inode bitmap calls inodes free that are in use. All reads right today, but a new file may take their place. A bitmap that was not written out, a lost write, looks like this.',
    say: (d: { last: number; inodes: number }) =>
      d.inodes === 1
        ? 'an inode in use is marked free'
        : `${d.inodes} inodes in use, up to inode ${d.last}, are marked free`,
  },
  'inode-marked-unused': {
    title: 'Free inodes are marked as in use',
    explain:
      'The inode bitmap calls inodes used that are not. No room is lost but the inode. After damage these are often the inodes of files that were lost.',
    say: (d: { last: number; inodes: number }) =>
      d.inodes === 1
        ? 'an unused inode is marked as in use'
        : `${d.inodes} unused inodes, up to inode ${d.last}, are marked as in use`,
  },
  'group-free-blocks-wrong': {
    title: 'Free-block count of a group is wrong',
    explain:
      'The count of free blocks in the group descriptor does not match its bitmap. Normal after an unclean shutdown; the kernel counts anew. A count that is far off hints at a bitmap or descriptor that was not written.',
    say: (d: Counts) => `the free-block count is ${d.stored}, should be ${d.expected}`,
  },
  'superblock-free-blocks-wrong': {
    title: 'Free-block count of the file system is wrong',
    explain:
      'The count of free blocks in the superblock does not match the bitmaps. Normal after an unclean shutdown; the kernel counts anew. Nothing needs to be done.',
    say: (d: Counts) => `the free-block count is ${d.stored}, should be ${d.expected}`,
  },
  'group-free-inodes-wrong': {
    title: 'Free-inode count of a group is wrong',
    explain:
      'The count of free inodes in the group descriptor does not match its bitmap. Normal after an unclean shutdown; the kernel counts anew. A count that is far off hints at a bitmap or descriptor that was not written.',
    say: (d: Counts) => `the free-inode count is ${d.stored}, should be ${d.expected}`,
  },
  'superblock-free-inodes-wrong': {
    title: 'Free-inode count of the file system is wrong',
    explain:
      'The count of free inodes in the superblock does not match the bitmaps. Normal after an unclean shutdown; the kernel counts anew. Nothing needs to be done.',
    say: (d: Counts) => `the free-inode count is ${d.stored}, should be ${d.expected}`,
  },
  'group-directories-wrong': {
    title: 'Directory count of a group is wrong',
    explain:
      'The count of directories in the group descriptor does not match those found. Normal after an unclean shutdown; it only guides where new directories go. Nothing needs to be done.',
    say: (d: Counts) => `the directory count is ${d.stored}, should be ${d.expected}`,
  },
  'inode-bitmap-padding': {
    title: 'Padding of an inode bitmap is not set',
    explain:
      'The bits behind the last inode of a bitmap should be set. Nothing reads them. Some tools do not set them; otherwise the end of the bitmap block was overwritten.',
    say: (_: object) => 'the bits behind the last inode of a bitmap are not all set',
  },
  'block-bitmap-padding': {
    title: 'Padding of a block bitmap is not set',
    explain:
      'The bits behind the last block of a bitmap should be set. Nothing reads them. Some tools do not set them; otherwise the end of the bitmap block was overwritten.',
    say: (_: object) => 'the bits behind the last block of a bitmap are not all set',
  },
  'inode-bitmap-checksum-wrong': {
    title: 'Checksum of an inode bitmap is wrong',
    explain:
      'The inode bitmap does not fit the checksum in its descriptor. The kernel creates no more files in the group; files that are there read right. One of the two was not written. Let e2fsck make it anew before the file system is written to.',
    say: (_: object) => 'the checksum of the inode bitmap does not match its content',
  },
  'block-bitmap-checksum-wrong': {
    title: 'Checksum of a block bitmap is wrong',
    explain:
      'The block bitmap does not fit the checksum in its descriptor. The kernel writes no more into the group; files that are there read right. One of the two was not written. Let e2fsck make it anew before the file system is written to.',
    say: (_: object) => 'the checksum of the block bitmap does not match its content',
  },
  'block-bitmap-zero': {
    title: 'Block bitmap holds only zeros',
    explain:
      'The block bitmap of a group with blocks in use is wholly zero: its write was lost. All reads right today, but the next write may overwrite anything in the group. Other blocks of the same image are probably lost as well.',
    say: (d: { used: number }) =>
      `the block bitmap is wholly zero, though ${d.used} blocks of the group are in use: its write was lost`,
  },
  'inode-bitmap-zero': {
    title: 'Inode bitmap holds only zeros',
    explain:
      'The inode bitmap of a group with inodes in use is wholly zero: its write was lost. All reads right today, but a new file may take the place of any in the group. Other blocks of the same image are probably lost as well.',
    say: (d: { used: number }) =>
      `the inode bitmap is wholly zero, though ${d.used} inodes of the group are in use: its write was lost`,
  },
  'block-bitmap-unreadable': {
    title: 'Block bitmap cannot be read',
    explain:
      'The block bitmap of a group lies outside the image or cannot be read. The kernel cannot write into the group; bitmaps and counts were not compared.',
    say: (_: object) => 'the block bitmap cannot be read',
  },
  'inode-bitmap-unreadable': {
    title: 'Inode bitmap cannot be read',
    explain:
      'The inode bitmap of a group lies outside the image or cannot be read. The kernel cannot create files in the group; bitmaps and counts were not compared.',
    say: (_: object) => 'the inode bitmap cannot be read',
  },
} satisfies ProblemTexts;
