/** The sentences for findings of value-inodes.ts. */
import type { Sentences } from '../../problem/define';

export const texts = {
  'xattr-inode-refcount-wrong': (d: { stored: number; expected: number }) =>
    `the reference count of the attribute value is ${d.stored}, should be ${d.expected}`,
  'xattr-value-changed': () => 'the attribute value that the inode holds does not match its checksum',
  'xattr-inode-flag-stray': () =>
    'the EA_INODE flag is set, but no attribute uses the inode and directory entries refer to it',
  'xattr-inode-named': (d: { references: number }) =>
    `directory entries refer to the inode, which holds the value of ${d.references} attributes`,
} satisfies Sentences;
