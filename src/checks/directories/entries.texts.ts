/** The sentences for findings of entries.ts. */
import type { Sentences } from '../../problem/define';

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
  'entry-inode-unused': (d: EntryData) => `${entry(d)} refers to an inode that is not in use`,
  'entry-inode-invalid': (d: EntryData) => `${entry(d)} refers to an inode that does not exist or is reserved`,
  'entry-type-wrong': (d: EntryData & { stored: number; expected: number }) =>
    d.expected === 0
      ? `${entry(d)} has file type ${typeName(d.stored)}, but its inode has none`
      : `${entry(d)} has file type ${typeName(d.stored)}, should be ${typeName(d.expected)}`,
  'entry-type-unset': (d: EntryData & { expected: number }) =>
    `${entry(d)} has no file type; it could be ${typeName(d.expected)}`,
  'entry-type-without-feature': (d: EntryData) => `${entry(d)} has a file type, but the filetype feature is off`,
  'entry-links-self': (d: EntryData) => `${entry(d)} refers to its own directory`,
  'entry-links-root': (d: EntryData) => `${entry(d)} refers to the root directory`,
  'entry-links-directory-again': (d: EntryData & { firstParent: number }) =>
    `${entry(d)} refers to a directory that is already in directory inode ${d.firstParent}`,
  'entry-dot-again': (d: EntryData) => `${entry(d)} is a second "."`,
  'entry-dotdot-again': (d: EntryData) => `${entry(d)} is a second ".."`,
  'entry-name-empty': (d: EntryData) => `an entry for inode ${d.target} has no name`,
  'entry-name-illegal': (d: EntryData) => `${entry(d)} has an illegal character in its name`,
  'entry-inode-in-bad-block': (d: EntryData) => `${entry(d)} refers to an inode in a block listed as broken`,
  'entry-inode-group-uninit': (d: EntryData) =>
    `${entry(d)} refers to an inode in a group that is marked as never used`,
  'entry-inode-in-unused-tail': (d: EntryData) => `${entry(d)} refers to an inode that is marked as never used`,
  'directory-duplicate-names': (d: { name: string }) => `the name "${d.name}" exists twice`,
} satisfies Sentences;
