/** The sentences for findings, made from their data; explanations.json has titles and explanations. */
import type { Sentences } from '../../problem/define';

export interface Stored {
  stored: number;
}

export const texts = {
  'inode-faddr-set': (d: Stored) => `i_faddr is ${d.stored}, should be 0`,
  'inode-fragment-number-set': (d: Stored) => `the fragment number is ${d.stored}, should be 0`,
  'inode-fragment-size-set': (d: Stored) => `the fragment size is ${d.stored}, should be 0`,
  'inode-blocks-high-set': (d: Stored) => `the high half of i_blocks is ${d.stored}, should be 0`,
  'xattr-block-high-set': (d: Stored) => `the high half of i_file_acl is ${d.stored}, should be 0`,
  'xattr-block-without-feature': (d: Stored) =>
    `i_file_acl is ${d.stored}, but the file system lacks the ext_attr feature`,
  'xattr-block-out-of-range': (d: Stored) => `i_file_acl is ${d.stored}, a block that does not exist`,
  'directory-size-high-set': (d: Stored) => `the high half of the size of the directory is ${d.stored}, should be 0`,
  'inode-mode-invalid': (d: { mode: string }) => `the mode is ${d.mode}, which is not a known file type`,
  'special-inode-invalid': () => 'a special file has flags or block pointers of a file with data',
  'symlink-invalid': (d: { size: number }) => `the target of the symlink does not match its size of ${d.size}`,
  'inode-unattached': (d: { type: string; size: number }) =>
    `no directory entry refers to this ${d.type} of ${d.size} bytes`,
  'inode-unattached-empty': () => 'the inode without a name has no content',
  'inode-links-wrong': (d: { stored: number; expected: number }) =>
    `the link count is ${d.stored}, should be ${d.expected}`,
  'superblock-dir-nlink-missing': (d: { found: number }) =>
    `the directory has ${d.found} links, but the dir_nlink feature is off`,
  'xattr-inode-refcount-wrong': (d: { stored: number; expected: number }) =>
    `the reference count of the attribute value is ${d.stored}, should be ${d.expected}`,
  'xattr-value-changed': () => 'the attribute value that the inode holds does not match its checksum',
  'xattr-inode-flag-stray': () =>
    'the EA_INODE flag is set, but no attribute uses the inode and directory entries refer to it',
  'xattr-inode-unreferenced': () =>
    'the EA_INODE flag is set, but neither an attribute nor a directory entry refers to the inode',
  'xattr-inode-named': (d: { references: number; flagged: boolean }) =>
    d.flagged
      ? `directory entries refer to the inode, which holds the value of ${d.references} attributes`
      : `${d.references} attributes claim to have their value in this inode, which has names but not the EA_INODE flag`,
} satisfies Sentences;
