/** The sentences for findings of flags.ts. */
import type { Sentences } from '../../problem/define';

export const texts = {
  'inode-casefold-not-directory': () => 'the casefold flag is set, but this is not a directory',
  'inode-casefold-without-feature': () => 'the casefold flag is set, but the file system lacks the casefold feature',
  'xattr-inode-not-regular': () => 'the EA_INODE flag is set, but this is not a regular file',
  'special-inode-with-data-flags': () => 'a special file has the inline-data or extents flag',
  'inode-inline-and-extents': (d: { looksLike: string }) =>
    `the inline-data and extents flags are both set; the content looks like ${d.looksLike}`,
  'inode-inline-without-feature': (d: { attribute: boolean }) =>
    `the inline-data flag is set without the feature${d.attribute ? '; inline data is present' : ''}`,
  'inode-inline-data-missing': () => 'the inline-data flag is set, but the inode holds no readable inline data',
  'inode-extents-without-feature': () => 'the extents flag is set, but the file system lacks the extent feature',
  'superblock-extent-feature-missing': () =>
    'the inode holds a valid extent tree, but the file system lacks the extent feature',
  'inode-extents-flag-missing': () => 'the inode holds an extent tree, but its extents flag is not set',
  'inode-imagic-flag': () => 'the imagic flag is set, but the file system lacks the feature',
  'special-inode-immutable': () => 'the immutable or append-only flag is set on a special file or symlink',
  'special-inode-with-size': (d: { stored: number }) => `the size of a special file is ${d.stored}, should be 0`,
  'symlink-fast-with-extents-flag': () => 'the target is in the inode, but the extents flag is set',
} satisfies Sentences;
