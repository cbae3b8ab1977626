/** The sentences for findings of bad-fields.ts. */
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
} satisfies Sentences;
