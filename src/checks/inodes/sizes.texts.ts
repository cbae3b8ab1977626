/** The sentences for findings of sizes.ts. */
import type { Sentences } from '../../problem/define';

export const texts = {
  'directory-empty': () => 'the directory has no blocks at all',
  'inode-size-wrong': (d: { stored: number; expected: number; rule: string }) =>
    `i_size is ${d.stored}, should be ${d.expected}: ${d.rule}`,
  'inode-blocks-wrong': (d: { stored: number; expected: number }) => `i_blocks is ${d.stored}, should be ${d.expected}`,
  'inode-blockmap-with-bigalloc': () => 'the inode has a block map, but bigalloc needs extents',
} satisfies Sentences;
