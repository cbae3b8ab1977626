/** The texts of the problems in flags.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'inode-casefold-not-directory': {
    title: 'Casefold flag on something that is not a directory',
    explain:
      'Only directories can look names up without regard to case. The flag is ignored on other files; it hints at an overwritten inode.',
    say: (_: object) => 'the casefold flag is set, but this is not a directory',
  },
  'inode-casefold-without-feature': {
    title: 'Casefold flag without the feature',
    explain:
      'The inode asks for case-insensitive names, and the file system does not have that feature. The kernel refuses to open the directory.',
    say: (_: object) => 'the casefold flag is set, but the file system lacks the casefold feature',
  },
  'xattr-inode-not-regular': {
    title: 'Attribute-value flag on something that is not a regular file',
    explain:
      'Inodes that hold the value of an extended attribute are regular files. The flag is wrong here, or the mode is. Kernels since 6.4 refuse to open what carries the flag and has a name.',
    say: (_: object) => 'the EA_INODE flag is set, but this is not a regular file',
  },
  'special-inode-with-data-flags': {
    title: 'Device, pipe or socket with data flags',
    explain:
      'A special file has no data, so the extents and inline-data flags mean nothing on it. It works all the same; the inode may have been overwritten.',
    say: (_: object) => 'a special file has the inline-data or extents flag',
  },
  'inode-inline-and-extents': {
    title: 'Inode claims both inline data and extents',
    explain:
      'Data lies either in the inode or in blocks, never both. The kernel refuses the file. Which of the two flags is wrong can be guessed from the content of the inode.',
    say: (d: { looksLike: string }) =>
      `the inline-data and extents flags are both set; the content looks like ${d.looksLike}`,
  },
  'inode-inline-without-feature': {
    title: 'Inline data without the feature',
    explain:
      'The inode says that its data lies inside the inode, and the file system does not have that feature. The kernel refuses the file.',
    say: (d: { attribute: boolean }) =>
      `the inline-data flag is set without the feature${d.attribute ? '; inline data is present' : ''}`,
  },
  'inode-inline-data-missing': {
    title: 'Inline data is missing',
    explain:
      'The inode says that its data lies inside the inode, but the attribute that must hold it is not there or cannot be read. The content of the file or directory is lost.',
    say: (_: object) => 'the inline-data flag is set, but the inode holds no readable inline data',
  },
  'inode-extents-without-feature': {
    title: 'Extents flag without the feature',
    explain:
      'The inode says it is mapped by extents, and the file system does not have that feature. The kernel refuses the file.',
    say: (_: object) => 'the extents flag is set, but the file system lacks the extent feature',
  },
  'superblock-extent-feature-missing': {
    title: 'An inode with valid extents in a file system without the feature',
    explain:
      'The inode holds a sound extent tree, so it is the superblock that lost its extent feature. Until that is mended the file cannot be read.',
    say: (_: object) => 'the inode holds a sound extent tree, but the file system lacks the extent feature',
  },
  'inode-extents-flag-missing': {
    title: 'Extent tree without the extents flag',
    explain:
      'The inode holds a sound extent tree but not the flag that says so, and would be read as a list of block numbers. The content read would be garbage.',
    say: (_: object) => 'the inode holds an extent tree, but its extents flag is not set',
  },
  'inode-imagic-flag': {
    title: 'Imagic flag without the feature',
    explain:
      'The inode is flagged as an AFS inode, and the file system is not set up for those. The flag is ignored; it hints at an overwritten inode.',
    say: (_: object) => 'the imagic flag is set, but the file system lacks the feature',
  },
  'special-inode-immutable': {
    title: 'Special file or symlink is immutable or append-only',
    explain:
      'A device, pipe, socket or symlink has the immutable or append-only flag, which cannot be taken off with the usual tools. It works.',
    say: (_: object) => 'the immutable or append-only flag is set on a special file or symlink',
  },
  'special-inode-with-size': {
    title: 'Special file has a size',
    explain: 'A device, pipe or socket has no data and its size must be 0. It works all the same.',
    say: (d: { stored: number }) => `the size of a special file is ${d.stored}, should be 0`,
  },
  'symlink-fast-with-extents-flag': {
    title: 'Short symlink has the extents flag',
    explain:
      'The target of a short symlink lies in the inode itself, so it has no extents. Kernels before 3.x could write this flag by mistake.',
    say: (_: object) => 'the target lies in the inode, but the extents flag is set',
  },
} satisfies ProblemTexts;
