/** The texts of the problems in bad-blocks.ts. */
import type { ProblemTexts } from '../../problem/define';

export interface BlockData {
  block: number;
}

export const texts = {
  'bad-blocks-inode-invalid': {
    title: 'Bad-blocks inode is not as it should be',
    explain:
      'Inode 1 only lists broken blocks: it has no mode, owner or links. Here it has, or its checksum is wrong, so its inode-table block was damaged. Files read right unless their inodes share that block.',
    say: (_: object) => 'the bad-blocks inode has a mode, owner, links, attributes or a wrong checksum',
  },
  'bad-blocks-out-of-range': {
    title: 'Bad-blocks list names a block that does not exist',
    explain:
      'The list of broken blocks holds a number outside the file system. The list was overwritten. Files read right, since the kernel does not look at it; e2fsck drops such numbers.',
    say: (d: BlockData) => `the bad-blocks list names block ${d.block}, which does not exist`,
  },
  'bad-blocks-own-block': {
    title: 'Bad-blocks list uses blocks that have another use',
    explain:
      'A block that the list of broken blocks needs for itself is used by something else as well. The list cannot be trusted; e2fsck stops here. Files read right, since the kernel does not look at it.',
    say: (d: BlockData) => `the bad-blocks list keeps itself in block ${d.block}, which has another use`,
  },
  'bad-blocks-list-stops': {
    title: 'Bad-blocks list cannot be used',
    explain:
      'The list of broken blocks contradicts itself, and e2fsck refuses to go on with it. The list was overwritten; files read right, since the kernel does not look at it.',
    say: (_: object) => 'the bad-blocks list contradicts itself',
  },
  'bad-blocks-lists-itself': {
    title: 'Bad-blocks list names the block it is kept in',
    explain:
      'The list of broken blocks names the inode-table block that holds its own inode, and with it the root directory. None of these inodes is read. The list is garbage. The kernel does not look at it; e2fsck -L with an empty list drops it.',
    say: (d: BlockData) => `the bad-blocks list names block ${d.block}, where its own inode lies`,
  },
  'bad-blocks-superblock': {
    title: 'A superblock lies on a block listed as broken',
    explain:
      'A superblock copy lies on a block that is listed as broken on the medium. An image has no broken blocks: the list came with a copy from a failing disk, or is garbage.',
    say: (d: BlockData) => `block ${d.block} is listed as broken and holds a superblock`,
  },
  'bad-blocks-descriptors': {
    title: 'Group descriptors lie on a block listed as broken',
    explain:
      'Group descriptors lie on a block that is listed as broken on the medium. An image has no broken blocks: the list came with a copy from a failing disk, or is garbage.',
    say: (d: BlockData) => `block ${d.block} is listed as broken and holds group descriptors`,
  },
  'bad-blocks-bitmap': {
    title: 'A bitmap lies on a block listed as broken',
    explain:
      'A bitmap lies on a block that is listed as broken on the medium. An image has no broken blocks: the list came with a copy from a failing disk, or is garbage.',
    say: (d: BlockData) => `block ${d.block} is listed as broken and holds a bitmap`,
  },
  'bad-blocks-in-use': {
    title: 'A block listed as broken is in use',
    explain:
      'A block is listed as broken on the medium and has another use at the same time. The list is out of date, or what lies in that block cannot be relied on.',
    say: (d: BlockData) => `block ${d.block} is listed as broken and in use`,
  },
} satisfies ProblemTexts;
