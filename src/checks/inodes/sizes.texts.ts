/** The texts of the problems in sizes.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'directory-empty': {
    title: 'Directory has no blocks',
    explain:
      'Every directory has at least one block, with its entries "." and "..". This one has none, so all its entries are lost. Its inode or its extent tree was overwritten; restore it.',
    say: (_: object) => 'the directory has no blocks at all',
  },
  'inode-size-wrong': {
    title: 'Size does not match the blocks',
    explain:
      'The size of a file or directory contradicts the blocks that it maps: there are blocks after the end, or a directory ends after its last block. Content is truncated, or entries are missing. A truncated or half-written inode looks like this.',
    say: (d: { stored: number; expected: number; rule: string }) =>
      `i_size is ${d.stored}, should be ${d.expected}: ${d.rule}`,
  },
  'inode-blocks-wrong': {
    title: 'Block count is wrong',
    explain:
      'i_blocks is the space that the file takes, and it does not match the blocks that the file maps. The content is not affected; only du shows a wrong number. A count that is too large can mean that part of the mapping was lost.',
    say: (d: { stored: number; expected: number }) => `i_blocks is ${d.stored}, should be ${d.expected}`,
  },
  'inode-blockmap-with-bigalloc': {
    title: 'Block map in a file system with clusters',
    explain:
      'With bigalloc all files must be mapped by extents. The kernel does not expect a block map here. The extents flag was lost, or the inode was overwritten; the file may be read wrongly.',
    say: (_: object) => 'the inode has a block map, but bigalloc needs extents',
  },
} satisfies ProblemTexts;
