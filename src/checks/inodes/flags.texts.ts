/** The texts of the problems in flags.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'inode-casefold-not-directory': {
    title: 'Casefold flag on something that is not a directory',
    explain:
      'Only directories can look up names without regard to case. The flag is ignored on other files; it suggests that the inode was overwritten.',
    say: (_: object) => 'the casefold flag is set, but this is not a directory',
  },
  'inode-casefold-without-feature': {
    title: 'Casefold flag without the feature',
    explain:
      'The inode is flagged for case-insensitive names, and the file system does not have that feature. The kernel refuses to open the directory.',
    say: (_: object) => 'the casefold flag is set, but the file system lacks the casefold feature',
  },
  'xattr-inode-not-regular': {
    title: 'Attribute-value flag on something that is not a regular file',
    explain:
      'Inodes that hold the value of an extended attribute are regular files. Here the flag or the mode is wrong. Kernels since 6.4 refuse to open an inode that has the flag and a name.',
    say: (_: object) => 'the EA_INODE flag is set, but this is not a regular file',
  },
  'special-inode-with-data-flags': {
    title: 'Device, pipe or socket with data flags',
    explain:
      'A special file has no data, so the extents and inline-data flags are meaningless on it. It works nevertheless; the inode may have been overwritten.',
    say: (_: object) => 'a special file has the inline-data or extents flag',
  },
  'inode-inline-and-extents': {
    title: 'Inode has both inline data and extents',
    explain:
      'Data is either in the inode or in blocks, never in both. The kernel refuses the file. The content of the inode suggests which of the two flags is wrong.',
    say: (d: { looksLike: string }) =>
      `the inline-data and extents flags are both set; the content looks like ${d.looksLike}`,
  },
  'inode-inline-without-feature': {
    title: 'Inline data without the feature',
    explain:
      'The inode is flagged as having its data inside the inode, and the file system does not have that feature. The kernel refuses the file.',
    say: (d: { attribute: boolean }) =>
      `the inline-data flag is set without the feature${d.attribute ? '; inline data is present' : ''}`,
  },
  'inode-inline-data-missing': {
    title: 'Inline data is missing',
    explain:
      'The inode is flagged as having its data inside the inode, but the attribute that must hold the data is missing or cannot be read. The content of the file or directory is lost.',
    say: (_: object) => 'the inline-data flag is set, but the inode holds no readable inline data',
  },
  'inode-extents-without-feature': {
    title: 'Extents flag without the feature',
    explain:
      'The inode is flagged as mapped by extents, and the file system does not have that feature. The kernel refuses the file.',
    say: (_: object) => 'the extents flag is set, but the file system lacks the extent feature',
  },
  'superblock-extent-feature-missing': {
    title: 'An inode with valid extents in a file system without the feature',
    explain:
      'The inode holds a valid extent tree, so the superblock has lost its extent feature. The file cannot be read until the feature is set again.',
    say: (_: object) => 'the inode holds a valid extent tree, but the file system lacks the extent feature',
  },
  'inode-extents-flag-missing': {
    title: 'Extent tree without the extents flag',
    explain:
      'The inode holds a valid extent tree but lacks the extents flag, so the tree would be read as a list of block numbers. The content would be garbage.',
    say: (_: object) => 'the inode holds an extent tree, but its extents flag is not set',
  },
  'inode-imagic-flag': {
    title: 'Imagic flag without the feature',
    explain:
      'The inode is flagged as an AFS inode, and the file system does not have that feature. The flag is ignored; it suggests that the inode was overwritten.',
    say: (_: object) => 'the imagic flag is set, but the file system lacks the feature',
  },
  'special-inode-immutable': {
    title: 'Special file or symlink is immutable or append-only',
    explain:
      'A device, pipe, socket or symlink has the immutable or append-only flag, which the usual tools cannot remove. It works.',
    say: (_: object) => 'the immutable or append-only flag is set on a special file or symlink',
  },
  'special-inode-with-size': {
    title: 'Special file has a size',
    explain: 'A device, pipe or socket has no data and its size must be 0. It works nevertheless.',
    say: (d: { stored: number }) => `the size of a special file is ${d.stored}, should be 0`,
  },
  'symlink-fast-with-extents-flag': {
    title: 'Short symlink has the extents flag',
    explain:
      'The target of a short symlink is in the inode itself, so it has no extents. Kernels before 3.x could write this flag by mistake.',
    say: (_: object) => 'the target is in the inode, but the extents flag is set',
  },
} satisfies ProblemTexts;
