/** The texts of the problems in entries.ts. */
import type { ProblemTexts } from '../../problem/define';

export interface EntryData {
  name: string;
  target: number;
}

const entry = (d: EntryData): string => `entry "${d.name}" (inode ${d.target})`;

const typeNames = [
  'unknown',
  'regular file',
  'directory',
  'character device',
  'block device',
  'pipe',
  'socket',
  'symlink',
];

function typeName(type: number): string {
  return typeNames[type] ?? `number ${type}`;
}

export const texts = {
  'entry-inode-unused': {
    title: 'Entry names a deleted or unused inode',
    explain:
      'The name is in the directory, but the inode it leads to is not in use. The file or directory is gone: opening it fails. When many entries are hit, inode-table blocks never reached the disk.',
    say: (d: EntryData) => `${entry(d)} names an inode that is not in use`,
  },
  'entry-inode-invalid': {
    title: 'Entry names an inode that cannot be',
    explain:
      'The inode number in the entry is reserved or does not exist. The file or directory cannot be opened; the directory block was probably overwritten. Restore what it named.',
    say: (d: EntryData) => `${entry(d)} names an inode that does not exist or is reserved`,
  },
  'entry-type-wrong': {
    title: 'Entry has a wrong file type',
    explain:
      'The directory entry says another type than the inode. The inode is believed, but the pair was not written together: either the inode or the directory block is stale. Together with unused inodes it is the mark of lost writes.',
    say: (d: EntryData & { stored: number; expected: number }) =>
      d.expected === 0
        ? `${entry(d)} has file type ${typeName(d.stored)}, but the inode it names has none`
        : `${entry(d)} has file type ${typeName(d.stored)}, should be ${typeName(d.expected)}`,
  },
  'entry-type-unset': {
    title: 'Entry has no file type',
    explain: 'The directory entry leaves the file type open. Old kernels wrote such entries; everything works.',
    say: (d: EntryData & { expected: number }) => `${entry(d)} has no file type, could be ${typeName(d.expected)}`,
  },
  'entry-type-without-feature': {
    title: 'Entry has a file type without the feature',
    explain:
      'The file system does not keep file types in directories, yet this entry has one. It is read as part of the name length by such kernels.',
    say: (d: EntryData) => `${entry(d)} has a file type, but the filetype feature is off`,
  },
  'entry-links-self': {
    title: 'Directory contains itself',
    explain:
      'An entry other than "." names the directory it is in. Walking the tree would never end; the entry is garbage.',
    say: (d: EntryData) => `${entry(d)} names its own directory`,
  },
  'entry-links-root': {
    title: 'Entry names the root directory',
    explain:
      'An entry names the root directory, which nothing may contain. Walking the tree would never end; the entry is garbage.',
    say: (d: EntryData) => `${entry(d)} names the root directory`,
  },
  'entry-links-directory-again': {
    title: 'Directory has two names',
    explain:
      'A directory can have only one name, and this one is named by two entries. One of the two is stale. Which one cannot be told from here; e2fsck keeps the first.',
    say: (d: EntryData & { firstParent: number }) =>
      `${entry(d)} names a directory that is already in directory inode ${d.firstParent}`,
  },
  'entry-dot-again': {
    title: 'Second entry named "."',
    explain:
      'Only the first entry of a directory may be named ".". The directory block was overwritten or stitched together.',
    say: (d: EntryData) => `${entry(d)} is a second "."`,
  },
  'entry-dotdot-again': {
    title: 'Second entry named ".."',
    explain:
      'Only the second entry of a directory may be named "..". The directory block was overwritten or stitched together.',
    say: (d: EntryData) => `${entry(d)} is a second ".."`,
  },
  'entry-name-empty': {
    title: 'Entry without a name',
    explain:
      'An entry in use has an empty name, so what it names cannot be opened. Part of the directory block was overwritten or never written. Restore the directory.',
    say: (d: EntryData) => `an entry for inode ${d.target} has no name`,
  },
  'entry-name-illegal': {
    title: 'Name contains a slash or NUL',
    explain:
      'A name may hold any byte but "/" and NUL. What this entry names cannot be opened; the directory block was probably overwritten.',
    say: (d: EntryData) => `${entry(d)} has an illegal character in its name`,
  },
  'entry-inode-in-bad-block': {
    title: 'Entry names an inode on a broken block',
    explain:
      'The inode lies in a block that the file system lists as broken, so it is not read. The file or directory is lost. Restore it; if the list of broken blocks came with a copy from another disk, e2fsck -L with an empty list drops it.',
    say: (d: EntryData) => `${entry(d)} names an inode in a block listed as broken`,
  },
  'entry-inode-group-uninit': {
    title: 'Entry names an inode of a group called unused',
    explain:
      'The group descriptor says that no inode of the group was ever used, yet an entry names one. The descriptor is stale or damaged, and with it the inode was not read.',
    say: (d: EntryData) => `${entry(d)} lies in a group whose inodes are marked as never used`,
  },
  'entry-inode-in-unused-tail': {
    title: 'Entry names an inode beyond those in use',
    explain:
      'The group descriptor says that inodes from some number on were never used, yet an entry names one of them. The descriptor is stale or damaged, and with it the inode was not read.',
    say: (d: EntryData) => `${entry(d)} lies among inodes marked as never used`,
  },
  'directory-duplicate-names': {
    title: 'Directory holds the same name twice',
    explain:
      'Two entries of one directory block have the same name; only one of them can be opened. A stale copy of entries was left behind. Look at both before one of them is renamed or removed.',
    say: (d: { name: string }) => `the name "${d.name}" is there twice`,
  },
} satisfies ProblemTexts;
