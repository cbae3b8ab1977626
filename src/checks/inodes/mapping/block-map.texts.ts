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
      'The block map of the inode names a block that does not exist. That part of the file, or all that an indirect block mapped, cannot be read.',
    say: (d: PointerData & { stored: number }) => `${role(d)} is said to be block ${d.stored}, which does not exist`,
  },
  'inode-many-bad-blocks': {
    title: 'Many blocks of one inode are wrong',
    explain:
      'A dozen or more block numbers of this inode are wrong, so its block map was most likely overwritten. Nothing that the file contains can be relied on. Restore the file.',
    say: (d: { count: number }) => `${d.count} block numbers of this inode are wrong so far`,
  },
  'directory-too-big-block': {
    title: 'Directory block lies too far out',
    explain:
      'Without the large_dir feature a directory must stay below 2 GiB, and this block lies beyond. The entries in it cannot be reached.',
    say: (d: PointerData) => `${role(d)} lies beyond what a directory may have`,
  },
  'file-too-big-block': {
    title: 'File has more blocks than it can have',
    explain:
      'A file mapped by block numbers cannot have this many blocks. The map was overwritten, or leads in circles.',
    say: (d: PointerData) => `${role(d)} lies beyond what a file may have`,
  },
  'symlink-too-big-block': {
    title: 'Symlink has more than one block',
    explain:
      'The target of a symlink fits in one block; this one maps more. The inode was overwritten, or its type is wrong.',
    say: (d: PointerData) => `${role(d)} of a symlink is mapped`,
  },
  'mapping-on-metadata': {
    title: 'Part of a file mapping lies on file system metadata',
    explain:
      'An indirect block or extent node of this inode is also a superblock copy, descriptor, bitmap or inode table. One of the two is overwritten. Writing to the file would destroy the file system.',
    say: (_: object) => 'a block of its mapping is also metadata of the file system',
  },
  'mapping-unreadable': {
    title: 'Part of a file mapping cannot be read',
    explain:
      'An indirect block lies outside the image or cannot be read. All that it mapped is lost from the file; e2fsck stops here.',
    say: (d: PointerData) => `${role(d)} cannot be read`,
  },
  'indirect-block-zero': {
    title: 'Indirect block holds only zeros',
    explain:
      'A block that should list other blocks is wholly zero: its write was lost. The part of the file it mapped reads as zeros, without any error.',
    say: (d: PointerData) => `${role(d)} is wholly zero: its write was lost, and the data it mapped reads as zeros`,
  },
} satisfies ProblemTexts;
