/** The sentences for findings, made from their data; explanations.json has titles and explanations. */
import type { Sentences } from '../../problem/define';

export interface Place {
  stored: number;
  least: number;
  most: number;
}

const sayPlace = (what: string) => (d: Place) =>
  `the ${what} is at block ${d.stored}, should be between ${d.least} and ${d.most}`;

export interface BlockData {
  block: number;
}

export const texts = {
  'group-block-bitmap-location': sayPlace('block bitmap'),
  'group-inode-bitmap-location': sayPlace('inode bitmap'),
  'group-inode-table-location': sayPlace('inode table'),
  'group-descriptor-zero': () => 'the descriptor contains only zeros',
  'group-descriptor-checksum': () => 'bg_checksum does not match the descriptor',
  'group-uninit-without-checksums': (d: { flags: number; itableUnused: number }) =>
    `bg_flags is ${d.flags} and bg_itable_unused ${d.itableUnused}, but neither may mark anything as unused`,
  'group-last-uninit': () => 'BLOCK_UNINIT is set for the last group',
  'group-itable-unused-too-large': (d: { stored: number; most: number }) =>
    `bg_itable_unused is ${d.stored}, should be at most ${d.most}`,
  'group-block-bitmap-conflict': (d: BlockData) =>
    `the descriptor places the block bitmap at block ${d.block}, which holds other metadata`,
  'group-location-missing': (d: { what: string }) => `the location of the ${d.what} is 0`,
  'group-inode-bitmap-conflict': (d: BlockData) =>
    `the descriptor places the inode bitmap at block ${d.block}, which holds other metadata`,
  'group-inode-table-conflict': (d: BlockData) => `block ${d.block} of the inode table holds other metadata`,
} satisfies Sentences;
