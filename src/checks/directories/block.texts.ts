/** The texts of the problems in block.ts. */
import type { ProblemTexts } from '../../problem/define';

export interface Place {
  logical: number;
}

export const texts = {
  'directory-block-zero': {
    title: 'Directory block holds only zeros',
    explain:
      'A block of a directory is wholly zero: it never reached the disk. All names in it are gone, and with them the way to the files and directories they named. The kernel reports "Structure needs cleaning" when it reads the directory.',
    say: (d: Place) => `block ${d.logical} of the directory is wholly zero: its write was lost`,
  },
  'directory-hole': {
    title: 'Directory has a hole',
    explain:
      'A block in the middle of a directory is not mapped. All names that were in it are gone, and the kernel reports an error when it reads the directory. Restore the directory; e2fsck would put an empty block there.',
    say: (d: Place) => `block ${d.logical} of the directory is not mapped`,
  },
  'directory-block-unreadable': {
    title: 'Directory block cannot be read',
    explain:
      'A block of a directory lies outside the image or cannot be read. All names in it are lost. Usually the image was cut off while it was copied. Copy the image again.',
    say: (d: Place) => `block ${d.logical} of the directory cannot be read`,
  },
  'directory-entry-corrupt': {
    title: 'Directory block is destroyed',
    explain:
      'The chain of entries in a directory block is broken: a record length or name length is impossible. Names from that place on are lost, and the kernel refuses the directory with "Structure needs cleaning". e2fsck stops checking here.',
    say: (d: Place & { offset: number }) =>
      `the entry at byte ${d.offset} of block ${d.logical} of the directory makes no sense`,
  },
  'directory-checksum-missing': {
    title: 'Directory block has no checksum',
    explain:
      'The end of a directory block should hold its checksum, and holds something else. The kernel refuses the block, so the names in it cannot be found. The block was overwritten or written by something that knows no checksums; e2fsck can make it anew from its entries.',
    say: (d: Place) => `block ${d.logical} of the directory has no checksum`,
  },
  'directory-checksum-wrong': {
    title: 'Checksum of a directory block is wrong',
    explain:
      'The entries of the block make sense but its checksum does not fit. The kernel refuses the block, so the names in it cannot be found. Entries were changed without the checksum, or half of the block is an older write; look at the names before e2fsck is let to accept them.',
    say: (d: Place) => `the checksum of block ${d.logical} of the directory does not match its content`,
  },
  'directory-unregistered': {
    title: 'Reserved inode poses as a directory',
    explain:
      'An inode reserved for the file system has the mode of a directory and blocks to go with it. Its inode-table block was overwritten; e2fsck stops here. The kernel does not look at it; restore the image if it holds anything else from the same block.',
    say: (_: object) => 'a reserved inode has the mode and blocks of a directory',
  },
  'directory-inline-size': {
    title: 'Inline directory has an impossible size',
    explain:
      'The entries of this small directory lie in the inode, and their size is not one that entries can have. Names in it may be lost. The inode or its attribute was overwritten in part; restore the directory.',
    say: (d: { stored: number }) => `the inline directory is said to have ${d.stored} bytes`,
  },
  'directory-too-many-blocks': {
    title: 'Directories claim more blocks than there are',
    explain:
      'Damaged directories claim the same blocks so many times that looking at each claim would take forever. The remaining claims were not followed.',
    say: (d: { dropped: number }) => `${d.dropped} claims of directory blocks were not followed`,
  },
} satisfies ProblemTexts;
