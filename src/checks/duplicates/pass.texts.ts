/** The texts of the problems in pass.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'blocks-multiply-claimed': {
    title: 'Blocks are claimed more than once',
    explain:
      'These blocks of the file belong to another file or to the file system as well. Only one of the claimants can have the right content; the other reads foreign data. Stale inode-table or mapping blocks cause this.',
    say: (d: { last: number; blocks: number }) =>
      d.blocks === 1
        ? 'a block is claimed more than once'
        : `${d.blocks} blocks, up to block ${d.last}, are claimed more than once`,
  },
  'file-shares-blocks': {
    title: 'File shares blocks with others',
    explain:
      'The file claims blocks that other files or the file system claim too. Writing to one changes the other. Restore the files named from elsewhere after a repair.',
    say: (d: { blocks: number; claimants: number; sharers: readonly number[] }) =>
      `${d.blocks} of its blocks are shared with ${d.claimants} other claimants`,
  },
  'file-shares-with': {
    title: 'Another claimant of shared blocks',
    explain:
      'This file is one of those that claim the same blocks as the file named with it. Which of them the content belongs to cannot be known.',
    say: (d: { with: number }) => `it claims blocks of inode ${d.with}`,
  },
  'file-shares-metadata': {
    title: 'File claims blocks of the file system itself',
    explain:
      'The file claims blocks that hold superblock copies, descriptors, bitmaps or inode tables. Writing to the file would destroy the file system.',
    say: (_: object) => 'some of its blocks are metadata of the file system',
  },
  'file-on-metadata': {
    title: 'File lies on blocks of the file system itself',
    explain:
      'With the shared_blocks feature files may share blocks with each other, but no file can hold what superblock copies, descriptors, bitmaps or inode tables hold. What is read from this file is not what was written, or the structure below it is destroyed. e2fsck does not look for this.',
    say: (d: { blocks: number }) => `${d.blocks} of its blocks are metadata of the file system`,
  },
  'mapping-not-walked-again': {
    title: 'Mapping could not be followed for shared blocks',
    explain:
      'While looking for the claimants of shared blocks, part of the mapping of this inode could not be followed. It may share more blocks than listed.',
    say: (d: { block: number }) => `part of its mapping, from block ${d.block} on, could not be followed`,
  },
} satisfies ProblemTexts;
