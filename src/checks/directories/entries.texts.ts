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
    title: 'Entry refers to a deleted or unused inode',
    explain:
      'The name is in the directory, but its inode is not in use. The file or directory is lost: opening it fails. If there are many such entries, inode-table blocks never reached the disk.',
    say: (d: EntryData) => `${entry(d)} refers to an inode that is not in use`,
  },
  'entry-inode-invalid': {
    title: 'Entry refers to an impossible inode number',
    explain:
      'The inode number in the entry is reserved or does not exist. The file or directory cannot be opened; the directory block was probably overwritten. Restore the file or directory.',
    say: (d: EntryData) => `${entry(d)} refers to an inode that does not exist or is reserved`,
  },
  'entry-type-wrong': {
    title: 'Entry has a wrong file type',
    explain:
      'The type in the directory entry differs from that of the inode. The check trusts the inode, but the two were not written together: either the inode or the directory block is stale. Together with unused inodes this is a sign of lost writes.',
    say: (d: EntryData & { stored: number; expected: number }) =>
      d.expected === 0
        ? `${entry(d)} has file type ${typeName(d.stored)}, but its inode has none`
        : `${entry(d)} has file type ${typeName(d.stored)}, should be ${typeName(d.expected)}`,
  },
  'entry-type-unset': {
    title: 'Entry has no file type',
    explain: 'The directory entry does not have a file type. Old kernels wrote such entries; everything works.',
    say: (d: EntryData & { expected: number }) => `${entry(d)} has no file type; it could be ${typeName(d.expected)}`,
  },
  'entry-type-without-feature': {
    title: 'Entry has a file type without the feature',
    explain:
      'The file system does not store file types in directories, but this entry has one. Kernels read it as part of the name length.',
    say: (d: EntryData) => `${entry(d)} has a file type, but the filetype feature is off`,
  },
  'entry-links-self': {
    title: 'Directory contains itself',
    explain:
      'An entry other than "." refers to its own directory. Programs that traverse the tree would never finish; the entry is garbage.',
    say: (d: EntryData) => `${entry(d)} refers to its own directory`,
  },
  'entry-links-root': {
    title: 'Entry refers to the root directory',
    explain:
      'An entry refers to the root directory, which no directory may contain. Programs that traverse the tree would never finish; the entry is garbage.',
    say: (d: EntryData) => `${entry(d)} refers to the root directory`,
  },
  'entry-links-directory-again': {
    title: 'Directory has two names',
    explain:
      'A directory can have only one name, but two entries refer to this one. One of the two is stale, and it is not possible to find out which one. e2fsck keeps the first.',
    say: (d: EntryData & { firstParent: number }) =>
      `${entry(d)} refers to a directory that is already in directory inode ${d.firstParent}`,
  },
  'entry-dot-again': {
    title: 'Second entry named "."',
    explain:
      'Only the first entry of a directory may have the name ".". The directory block was overwritten or is a mixture of several blocks.',
    say: (d: EntryData) => `${entry(d)} is a second "."`,
  },
  'entry-dotdot-again': {
    title: 'Second entry named ".."',
    explain:
      'Only the second entry of a directory may have the name "..". The directory block was overwritten or is a mixture of several blocks.',
    say: (d: EntryData) => `${entry(d)} is a second ".."`,
  },
  'entry-name-empty': {
    title: 'Entry without a name',
    explain:
      'An entry in use has an empty name, so its file or directory cannot be opened. Part of the directory block was overwritten or never written. Restore the directory.',
    say: (d: EntryData) => `an entry for inode ${d.target} has no name`,
  },
  'entry-name-illegal': {
    title: 'Name contains a slash or NUL',
    explain:
      'A name may contain any byte except "/" and NUL. The file or directory of this entry cannot be opened; the directory block was probably overwritten.',
    say: (d: EntryData) => `${entry(d)} has an illegal character in its name`,
  },
  'entry-inode-in-bad-block': {
    title: 'Entry refers to an inode in a broken block',
    explain:
      'The inode is in a block that the file system lists as broken, so it is not read. The file or directory is lost. Restore it; if the list of broken blocks was copied from another disk, e2fsck -L with an empty list removes it.',
    say: (d: EntryData) => `${entry(d)} refers to an inode in a block listed as broken`,
  },
  'entry-inode-group-uninit': {
    title: 'Entry refers to an inode in a group marked as unused',
    explain:
      'The group descriptor marks all inodes of the group as never used, but an entry refers to one of them. The descriptor is stale or damaged, so the inode was not read.',
    say: (d: EntryData) => `${entry(d)} refers to an inode in a group that is marked as never used`,
  },
  'entry-inode-in-unused-tail': {
    title: 'Entry refers to an inode marked as never used',
    explain:
      'The group descriptor marks the last inodes of the group as never used, but an entry refers to one of them. The descriptor is stale or damaged, so the inode was not read.',
    say: (d: EntryData) => `${entry(d)} refers to an inode that is marked as never used`,
  },
  'directory-duplicate-names': {
    title: 'Directory has the same name twice',
    explain:
      'Two entries of one directory block have the same name; only one of them can be opened. A stale copy of an entry was not removed. Look at both before you rename or remove one of them.',
    say: (d: { name: string }) => `the name "${d.name}" exists twice`,
  },
} satisfies ProblemTexts;
