/** The sentences for findings of layout.ts. */
import type { Sentences } from '../../problem/define';

export interface BlockData {
  block: number;
}

export const texts = {
  'group-block-bitmap-conflict': (d: BlockData) =>
    `the descriptor places the block bitmap at block ${d.block}, which holds other metadata`,
  'group-location-missing': (d: { what: string }) => `the location of the ${d.what} is 0`,
  'group-inode-bitmap-conflict': (d: BlockData) =>
    `the descriptor places the inode bitmap at block ${d.block}, which holds other metadata`,
  'group-inode-table-conflict': (d: BlockData) => `block ${d.block} of the inode table holds other metadata`,
} satisfies Sentences;
