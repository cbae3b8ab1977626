/** The texts of the problems in bad-fields.ts. */
import type { ProblemTexts } from '../../problem/define';

export interface Stored {
  stored: number;
}

export const texts = {
  'inode-faddr-set': {
    title: 'Fragment address is set',
    explain:
      'Fragments were never used, so i_faddr must be 0. The file can be read, but part of the inode may have been overwritten. e2fsck clears the field.',
    say: (d: Stored) => `i_faddr is ${d.stored}, should be 0`,
  },
  'inode-fragment-number-set': {
    title: 'Fragment number is set',
    explain:
      'Fragments were never used, so the number must be 0. The file can be read. Part of the inode may have been overwritten; e2fsck clears the field.',
    say: (d: Stored) => `the fragment number is ${d.stored}, should be 0`,
  },
  'inode-fragment-size-set': {
    title: 'Fragment size is set',
    explain:
      'Fragments were never used, so the size must be 0. The file can be read. Part of the inode may have been overwritten; e2fsck clears the field.',
    say: (d: Stored) => `the fragment size is ${d.stored}, should be 0`,
  },
  'inode-blocks-high-set': {
    title: 'High half of the block count is set',
    explain:
      'Without the huge_file feature the high half of i_blocks must be 0. The file can be read. Part of the inode may have been overwritten; e2fsck clears the field.',
    say: (d: Stored) => `the high half of i_blocks is ${d.stored}, should be 0`,
  },
  'xattr-block-high-set': {
    title: 'High half of the attribute block number is set',
    explain:
      'Without the 64bit feature the high half of i_file_acl must be 0. Attributes can be read, because it is ignored. Part of the inode may have been overwritten; e2fsck clears the field.',
    say: (d: Stored) => `the high half of i_file_acl is ${d.stored}, should be 0`,
  },
  'xattr-block-without-feature': {
    title: 'Attribute block without the feature',
    explain:
      'The inode refers to a block of extended attributes, and the file system does not have that feature. The attributes are not visible. The feature field or the inode was damaged; let e2fsck clear the field, or restore the superblock from a backup.',
    say: (d: Stored) => `i_file_acl is ${d.stored}, but the file system lacks the ext_attr feature`,
  },
  'xattr-block-out-of-range': {
    title: 'Attribute block is outside the file system',
    explain:
      'The inode refers to a block of extended attributes that does not exist. Labels, ACLs or capabilities of the file are lost, and the kernel may refuse to open it. The inode was overwritten; restore the file with its attributes.',
    say: (d: Stored) => `i_file_acl is ${d.stored}, a block that does not exist`,
  },
  'directory-size-high-set': {
    title: 'High half of a directory size is set',
    explain:
      'Without the large_dir feature a directory is smaller than 4 GiB, so the high half of its size must be 0. The field once held an ACL block. The directory can be read; e2fsck clears the field.',
    say: (d: Stored) => `the high half of the size of the directory is ${d.stored}, should be 0`,
  },
  'inode-mode-invalid': {
    title: 'Inode has no valid file type',
    explain:
      'The type in the mode is not one of the seven that exist. The file cannot be opened; its inode was overwritten. Restore it.',
    say: (d: { mode: string }) => `the mode is ${d.mode}, which is not a known file type`,
  },
  'special-inode-invalid': {
    title: 'Device, pipe or socket looks like something else',
    explain:
      'A special file has flags or block pointers that only files with data have. The inode or its mode was overwritten. Create a device node again; if it was a file, restore it.',
    say: (_: object) => 'a special file has flags or block pointers of a file with data',
  },
  'symlink-invalid': {
    title: 'Symlink is destroyed',
    explain:
      'The target of the symlink does not match its size, or its block is missing. Paths through it cannot be followed. Create the link again.',
    say: (d: { size: number }) => `the target of the symlink does not match its size of ${d.size}`,
  },
} satisfies ProblemTexts;
