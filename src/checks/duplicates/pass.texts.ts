/** The texts of the problems in pass.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'blocks-multiply-claimed': {
    title: 'Blocks are claimed more than once',
    explain:
      'These blocks of the file also belong to another file or to the file system. Only one of the claimants can have the right content; the other contains data that is not its own. Stale inode-table or mapping blocks cause this.',
    say: (d: { last: number; blocks: number }) =>
      d.blocks === 1
        ? 'a block is claimed more than once'
        : `${d.blocks} blocks, up to block ${d.last}, are claimed more than once`,
  },
  'file-shares-blocks': {
    title: 'File shares blocks with others',
    explain:
      'The file claims blocks that other files or the file system also claim. Writing to one changes the other. After a repair, restore these files from another source.',
    say: (d: { blocks: number; claimants: number; sharers: readonly number[] }) =>
      `${d.blocks} of its blocks are shared with ${d.claimants} other claimants`,
  },
  'file-shares-with': {
    title: 'Another claimant of shared blocks',
    explain:
      'This file claims the same blocks as the file shown with it. It is not possible to find out to which of them the content belongs.',
    say: (d: { with: number }) => `it claims blocks of inode ${d.with}`,
  },
  'file-shares-metadata': {
    title: 'File claims blocks of file system metadata',
    explain:
      'The file claims blocks that hold superblock copies, descriptors, bitmaps or inode tables. Writing to the file would destroy the file system.',
    say: (_: object) => 'some of its blocks are metadata of the file system',
  },
  'file-on-metadata': {
    title: 'File is on blocks of file system metadata',
    explain:
      'With the shared_blocks feature files may share blocks with each other, but not with superblock copies, descriptors, bitmaps or inode tables. Either the content of this file is not what was written, or the metadata in these blocks is destroyed. e2fsck does not check this.',
    say: (d: { blocks: number }) => `${d.blocks} of its blocks are metadata of the file system`,
  },
  'mapping-not-walked-again': {
    title: 'Mapping could not be searched for shared blocks',
    explain:
      'During the search for claimants of shared blocks, part of the mapping of this inode could not be followed. It may share more blocks than are listed.',
    say: (d: { block: number }) => `part of its mapping, starting at block ${d.block}, could not be followed`,
  },
} satisfies ProblemTexts;
