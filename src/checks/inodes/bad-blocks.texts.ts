/** The texts of the problems in bad-blocks.ts. */
import type { ProblemTexts } from '../../problem/define';

export interface BlockData {
  block: number;
}

export const texts = {
  'bad-blocks-inode-invalid': {
    title: 'Bad-blocks inode is invalid',
    explain:
      'Inode 1 only lists broken blocks: it has no mode, owner or links. This one has some of them, or its checksum is wrong, so its inode-table block was damaged. Files can be read unless their inodes share that block.',
    say: (_: object) => 'the bad-blocks inode has a mode, owner, links, attributes or a wrong checksum',
  },
  'bad-blocks-out-of-range': {
    title: 'Bad-blocks list has a block that does not exist',
    explain:
      'The list of broken blocks has a number outside the file system. The list was overwritten. Files can be read, because the kernel does not use it; e2fsck removes such numbers.',
    say: (d: BlockData) => `the bad-blocks list has block ${d.block}, which does not exist`,
  },
  'bad-blocks-own-block': {
    title: 'Bad-blocks list uses blocks that have another use',
    explain:
      'A block in which the list of broken blocks is stored is also used by something else. The list cannot be trusted; e2fsck stops here. Files can be read, because the kernel does not use it.',
    say: (d: BlockData) => `the bad-blocks list is stored in block ${d.block}, which has another use`,
  },
  'bad-blocks-list-stops': {
    title: 'Bad-blocks list cannot be used',
    explain:
      'The list of broken blocks contradicts itself, and e2fsck stops at it. The list was overwritten; files can be read, because the kernel does not use it.',
    say: (_: object) => 'the bad-blocks list contradicts itself',
  },
  'bad-blocks-lists-itself': {
    title: 'Bad-blocks list has the block in which it is stored',
    explain:
      'The list of broken blocks has the inode-table block that holds its own inode and the root directory. None of these inodes is read. The list is garbage. The kernel does not use it; e2fsck -L with an empty list removes it.',
    say: (d: BlockData) => `the bad-blocks list has block ${d.block}, which holds its own inode`,
  },
  'bad-blocks-superblock': {
    title: 'A superblock is in a block that is listed as broken',
    explain:
      'A copy of the superblock is in a block that is listed as broken on the medium. An image has no broken blocks: the list was copied from a failing disk, or is garbage.',
    say: (d: BlockData) => `block ${d.block} is listed as broken and holds a superblock`,
  },
  'bad-blocks-descriptors': {
    title: 'Group descriptors are in a block that is listed as broken',
    explain:
      'Group descriptors are in a block that is listed as broken on the medium. An image has no broken blocks: the list was copied from a failing disk, or is garbage.',
    say: (d: BlockData) => `block ${d.block} is listed as broken and holds group descriptors`,
  },
  'bad-blocks-bitmap': {
    title: 'A bitmap is in a block that is listed as broken',
    explain:
      'A bitmap is in a block that is listed as broken on the medium. An image has no broken blocks: the list was copied from a failing disk, or is garbage.',
    say: (d: BlockData) => `block ${d.block} is listed as broken and holds a bitmap`,
  },
  'bad-blocks-in-use': {
    title: 'A block that is listed as broken is in use',
    explain:
      'A block is listed as broken on the medium and has another use at the same time. The list is out of date, or the content of that block cannot be relied on.',
    say: (d: BlockData) => `block ${d.block} is listed as broken and in use`,
  },
} satisfies ProblemTexts;
