/** The texts of the problems in block.ts. */
import type { ProblemTexts } from '../../problem/define';

export interface Place {
  logical: number;
}

export const texts = {
  'directory-block-zero': {
    title: 'Directory block contains only zeros',
    explain:
      'A block of a directory contains only zeros: it never reached the disk. All names in it are lost, so the files and directories of these names cannot be reached. The kernel reports "Structure needs cleaning" when it reads the directory.',
    say: (d: Place) => `block ${d.logical} of the directory contains only zeros: its write was lost`,
  },
  'directory-hole': {
    title: 'Directory has a hole',
    explain:
      'A block in the middle of a directory is not mapped. All names that were in it are lost, and the kernel reports an error when it reads the directory. Restore the directory; e2fsck would put an empty block there.',
    say: (d: Place) => `block ${d.logical} of the directory is not mapped`,
  },
  'directory-block-unreadable': {
    title: 'Directory block cannot be read',
    explain:
      'A block of a directory is outside the image or cannot be read. All names in it are lost. Usually the image was truncated while it was copied. Copy the image again.',
    say: (d: Place) => `block ${d.logical} of the directory cannot be read`,
  },
  'directory-entry-corrupt': {
    title: 'Directory block is destroyed',
    explain:
      'The chain of entries in a directory block is broken: a record length or name length is impossible. All names after that place are lost, and the kernel refuses the directory with "Structure needs cleaning". e2fsck stops checking here.',
    say: (d: Place & { offset: number }) =>
      `the entry at byte ${d.offset} of block ${d.logical} of the directory is invalid`,
  },
  'directory-checksum-missing': {
    title: 'Directory block has no checksum',
    explain:
      'The end of a directory block should hold its checksum, and holds something else. The kernel refuses the block, so the names in it cannot be found. The block was overwritten, or written by a program that does not support checksums; e2fsck can rebuild it from its entries.',
    say: (d: Place) => `block ${d.logical} of the directory has no checksum`,
  },
  'directory-checksum-wrong': {
    title: 'Checksum of a directory block is wrong',
    explain:
      'The entries of the block are valid but its checksum does not match. The kernel refuses the block, so the names in it cannot be found. Entries were changed without the checksum, or half of the block is an older write; look at the names before you let e2fsck accept them.',
    say: (d: Place) => `the checksum of block ${d.logical} of the directory does not match its content`,
  },
  'directory-unregistered': {
    title: 'Reserved inode looks like a directory',
    explain:
      'An inode reserved for the file system has the mode and the blocks of a directory. Its inode-table block was overwritten; e2fsck stops here. The kernel does not use the inode; restore the image if other inodes of the same block are in use.',
    say: (_: object) => 'a reserved inode has the mode and blocks of a directory',
  },
  'directory-inline-size': {
    title: 'Inline directory has an impossible size',
    explain:
      'The entries of this small directory are in the inode, and their size is impossible. Names in it may be lost. Part of the inode or its attribute was overwritten; restore the directory.',
    say: (d: { stored: number }) => `the inline directory has ${d.stored} bytes`,
  },
  'directory-too-many-blocks': {
    title: 'Directories claim more blocks than exist',
    explain:
      'Damaged directories claim the same blocks so many times that following each claim would never end. The remaining claims were not followed.',
    say: (d: { dropped: number }) => `${d.dropped} claims of directory blocks were not followed`,
  },
} satisfies ProblemTexts;
