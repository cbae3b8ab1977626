/** The sentences for findings, made from their data; explanations.json has titles and explanations. */
import type { Sentences } from '../../problem/define';

export interface Counts {
  stored: number | string;
  expected: number;
}

export const texts = {
  'block-used-marked-free': (d: { last: number; blocks: number }) =>
    d.blocks === 1
      ? 'a block in use is marked as free'
      : `${d.blocks} blocks in use, up to block ${d.last}, are marked as free`,
  'block-marked-unused': (d: { last: number; blocks: number }) =>
    d.blocks === 1
      ? 'a block that nothing uses is marked as in use'
      : `${d.blocks} blocks that nothing uses, up to block ${d.last}, are marked as in use`,
  'block-in-uninit-group': () => 'a block in use is in a group whose block bitmap is marked as never used',
  'inode-used-marked-free': (d: { last: number; inodes: number }) =>
    d.inodes === 1
      ? 'an inode in use is marked as free'
      : `${d.inodes} inodes in use, up to inode ${d.last}, are marked as free`,
  'inode-marked-unused': (d: { last: number; inodes: number }) =>
    d.inodes === 1
      ? 'an unused inode is marked as in use'
      : `${d.inodes} unused inodes, up to inode ${d.last}, are marked as in use`,
  'group-free-blocks-wrong': (d: Counts) => `the free-block count is ${d.stored}, should be ${d.expected}`,
  'superblock-free-blocks-wrong': (d: Counts) => `the free-block count is ${d.stored}, should be ${d.expected}`,
  'group-free-inodes-wrong': (d: Counts) => `the free-inode count is ${d.stored}, should be ${d.expected}`,
  'superblock-free-inodes-wrong': (d: Counts) => `the free-inode count is ${d.stored}, should be ${d.expected}`,
  'group-directories-wrong': (d: Counts) => `the directory count is ${d.stored}, should be ${d.expected}`,
  'inode-bitmap-padding': () => 'the bits after the last inode of a bitmap are not all set',
  'block-bitmap-padding': () => 'the bits after the last block of a bitmap are not all set',
  'inode-bitmap-checksum-wrong': () => 'the checksum of the inode bitmap does not match its content',
  'block-bitmap-checksum-wrong': () => 'the checksum of the block bitmap does not match its content',
  'block-bitmap-zero': (d: { used: number }) =>
    `the block bitmap contains only zeros, although ${d.used} blocks of the group are in use: its write was lost`,
  'inode-bitmap-zero': (d: { used: number }) =>
    `the inode bitmap contains only zeros, although ${d.used} inodes of the group are in use: its write was lost`,
  'block-bitmap-unreadable': () => 'the block bitmap cannot be read',
  'inode-bitmap-unreadable': () => 'the inode bitmap cannot be read',
} satisfies Sentences;
