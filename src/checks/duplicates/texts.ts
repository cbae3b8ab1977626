/** The sentences for findings, made from their data; explanations.json has titles and explanations. */
import type { Sentences } from '../../problem/define';

export const texts = {
  'blocks-multiply-claimed': (d: { last: number; blocks: number }) =>
    d.blocks === 1
      ? 'a block is claimed more than once'
      : `${d.blocks} blocks, up to block ${d.last}, are claimed more than once`,
  'file-shares-blocks': (d: { blocks: number; claimants: number; sharers: readonly number[] }) =>
    `${d.blocks} of its blocks are shared with ${d.claimants} other claimants`,
  'file-shares-with': (d: { with: number }) => `it claims blocks of inode ${d.with}`,
  'file-shares-metadata': () => 'some of its blocks are metadata of the file system',
  'file-on-metadata': (d: { blocks: number }) => `${d.blocks} of its blocks are metadata of the file system`,
  'mapping-not-walked-again': (d: { block: number }) =>
    `part of its mapping, starting at block ${d.block}, could not be followed`,
} satisfies Sentences;
