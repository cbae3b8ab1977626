/** The sentences for findings, made from their data; explanations.json has titles and explanations. */
import type { Sentences } from '../../problem/define';

export interface Place {
  logical: number;
}

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
  'directory-block-zero': (d: Place) => `block ${d.logical} of the directory contains only zeros: its write was lost`,
  'directory-hole': (d: Place) => `block ${d.logical} of the directory is not mapped`,
  'directory-block-unreadable': (d: Place) => `block ${d.logical} of the directory cannot be read`,
  'directory-entry-corrupt': (d: Place & { offset: number }) =>
    `the entry at byte ${d.offset} of block ${d.logical} of the directory is invalid`,
  'directory-checksum-missing': (d: Place) => `block ${d.logical} of the directory has no checksum`,
  'directory-checksum-wrong': (d: Place) =>
    `the checksum of block ${d.logical} of the directory does not match its content`,
  'directory-unregistered': () => 'a reserved inode has the mode and blocks of a directory',
  'directory-inline-size': (d: { stored: number }) => `the inline directory has ${d.stored} bytes`,
  'directory-too-many-blocks': (d: { dropped: number }) => `${d.dropped} claims of directory blocks were not followed`,
  'directory-dot-missing': () => 'the entry "." is missing',
  'directory-dot-not-first': () => 'the first entry is not "."',
  'directory-dot-not-terminated': () => 'the name "." is not followed by a NUL byte',
  'directory-dot-inode-wrong': (d: { stored: number; expected: number }) =>
    `the entry "." refers to inode ${d.stored}, should refer to ${d.expected}`,
  'directory-dot-long': (d: { stored: number }) => `the record of "." is ${d.stored} bytes long, should be 12`,
  'directory-dotdot-missing': () => 'the entry ".." is missing',
  'directory-dotdot-not-second': () => 'the second entry is not ".."',
  'directory-dotdot-not-terminated': () => 'the name ".." is not followed by a NUL byte',
  'entry-name-too-short': (d: EntryData) => `${entry(d)} has a name too short to be decrypted`,
  'entry-not-encrypted': (d: EntryData) => `${entry(d)} is not encrypted, but its directory is`,
  'entry-policy-differs': (d: EntryData) => `${entry(d)} has another encryption policy than its directory`,
  'entry-name-not-utf8': (d: EntryData) => `${entry(d)} has a name that is not valid UTF-8`,
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
  'htree-block-unreferenced': (d: Place) => `block ${d.logical} is not in the index of the directory`,
  'htree-block-referenced-twice': (d: Place) => `block ${d.logical} is in the index of the directory twice`,
  'htree-min-hash': (d: Place & { stored: number; limit: number }) =>
    `block ${d.logical} has hash 0x${d.stored.toString(16)}, below its limit 0x${d.limit.toString(16)}`,
  'htree-max-hash': (d: Place & { stored: number; limit: number }) =>
    `block ${d.logical} has hash 0x${d.stored.toString(16)}, above its limit 0x${d.limit.toString(16)}`,
  'htree-depth-uneven': (d: Place & { expected: number }) =>
    `block ${d.logical} is not at depth ${d.expected} of the index`,
  'htree-block-missing': (d: Place & { target: number }) =>
    `the index in block ${d.logical} points to block ${d.target}, which the directory does not have`,
  'htree-root-bad': () => 'the root of the index is invalid',
  'htree-limit-wrong': (d: Place & { stored: number; expected: number }) =>
    `index block ${d.logical} has a limit of ${d.stored} entries, should be ${d.expected}`,
  'htree-count-wrong': (d: Place & { stored: number; expected: number }) =>
    `index block ${d.logical} has a count of ${d.stored} entries, at most ${d.expected} fit`,
  'htree-hash-order': (d: Place) => `the entries of index block ${d.logical} are out of order`,
  'htree-root-checksum-wrong': () => 'the checksum of the index root does not match its content',
  'htree-node-checksum-wrong': (d: Place) => `the checksum of index block ${d.logical} does not match its content`,
  'entry-repeated': (d: { name: string; target: number }) => `the name "${d.name}" for inode ${d.target} exists twice`,
  'entry-name-not-unique': (d: { name: string }) => `the name "${d.name}" is not unique`,
  'directory-not-reread': () => 'the directory could not be read completely',
} satisfies Sentences;
