/** The sentences for findings of pass.ts. */
import type { Sentences } from '../../problem/define';

export const texts = {
  'inode-unattached': (d: { type: string; size: number }) =>
    `no directory entry refers to this ${d.type} of ${d.size} bytes`,
  'inode-unattached-empty': () => 'the inode without a name has no content',
  'inode-links-wrong': (d: { stored: number; expected: number }) =>
    `the link count is ${d.stored}, should be ${d.expected}`,
  'superblock-dir-nlink-missing': (d: { found: number }) =>
    `the directory has ${d.found} links, but the dir_nlink feature is off`,
} satisfies Sentences;
