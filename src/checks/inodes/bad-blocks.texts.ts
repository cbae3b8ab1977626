/** The sentences for findings of bad-blocks.ts. */
import type { Sentences } from '../../problem/define';

export interface BlockData {
  block: number;
}

export const texts = {
  'bad-blocks-inode-invalid': () => 'the bad-blocks inode has a mode, owner, links, attributes or a wrong checksum',
  'bad-blocks-out-of-range': (d: BlockData) => `the bad-blocks list has block ${d.block}, which does not exist`,
  'bad-blocks-own-block': (d: BlockData) => `the bad-blocks list is stored in block ${d.block}, which has another use`,
  'bad-blocks-list-stops': () => 'the bad-blocks list contradicts itself',
  'bad-blocks-lists-itself': (d: BlockData) => `the bad-blocks list has block ${d.block}, which holds its own inode`,
  'bad-blocks-superblock': (d: BlockData) => `block ${d.block} is listed as broken and holds a superblock`,
  'bad-blocks-descriptors': (d: BlockData) => `block ${d.block} is listed as broken and holds group descriptors`,
  'bad-blocks-bitmap': (d: BlockData) => `block ${d.block} is listed as broken and holds a bitmap`,
  'bad-blocks-in-use': (d: BlockData) => `block ${d.block} is listed as broken and in use`,
} satisfies Sentences;
