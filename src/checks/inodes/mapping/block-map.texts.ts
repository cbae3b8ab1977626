/** The texts of the problems in block-map.ts. */
import type { ProblemTexts } from '../../../problem/define';

export interface PointerData {
  logical: number;
}

const role = (d: PointerData): string =>
  d.logical === -1
    ? 'the indirect block'
    : d.logical === -2
      ? 'the double indirect block'
      : d.logical === -3
        ? 'the triple indirect block'
        : d.logical === -4
          ? 'the translator'
          : `logical block ${d.logical}`;

export const texts = {
  'block-out-of-range': {
    title: 'Block number outside the file system',
    explain:
      'The block map of the inode refers to a block that does not exist. That part of the file, or everything that an indirect block mapped, cannot be read.',
    say: (d: PointerData & { stored: number }) => `${role(d)} is mapped to block ${d.stored}, which does not exist`,
  },
  'inode-many-bad-blocks': {
    title: 'Many blocks of one inode are wrong',
    explain:
      'A dozen or more block numbers of this inode are wrong, so its block map was most likely overwritten. The content of the file cannot be relied on. Restore the file.',
    say: (d: { count: number }) => `${d.count} block numbers of this inode are wrong so far`,
  },
  'directory-too-big-block': {
    title: 'Directory block is too far from the start',
    explain:
      'Without the large_dir feature a directory must be smaller than 2 GiB, and this block is after that limit. The entries in it cannot be reached.',
    say: (d: PointerData) => `${role(d)} is after the size limit of a directory`,
  },
  'file-too-big-block': {
    title: 'File has more blocks than allowed',
    explain: 'A file mapped by block numbers cannot have this many blocks. The map was overwritten or contains a loop.',
    say: (d: PointerData) => `${role(d)} is after the size limit of a file`,
  },
  'symlink-too-big-block': {
    title: 'Symlink has more than one block',
    explain:
      'The target of a symlink fits in one block, but this one maps more. The inode was overwritten, or its type is wrong.',
    say: (d: PointerData) => `${role(d)} of a symlink is mapped`,
  },
  'mapping-on-metadata': {
    title: 'Part of a file mapping is on file system metadata',
    explain:
      'An indirect block or extent node of this inode is also a superblock copy, descriptor, bitmap or inode table. One of the two was overwritten. Writing to the file would destroy the file system.',
    say: (_: object) => 'a block of its mapping is also metadata of the file system',
  },
  'mapping-unreadable': {
    title: 'Part of a file mapping cannot be read',
    explain:
      'An indirect block is outside the image or cannot be read. Everything that it mapped is lost from the file; e2fsck stops here.',
    say: (d: PointerData) => `${role(d)} cannot be read`,
  },
  'indirect-block-zero': {
    title: 'Indirect block contains only zeros',
    explain:
      'A block that should list other blocks contains only zeros: its write was lost. The part of the file that it mapped is read as zeros, without any error.',
    say: (d: PointerData) =>
      `${role(d)} contains only zeros: its write was lost, and the data that it mapped is read as zeros`,
  },
} satisfies ProblemTexts;
