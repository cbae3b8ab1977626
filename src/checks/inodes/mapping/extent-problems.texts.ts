/** The sentences for findings of extent-problems.ts. */
import type { Sentences } from '../../../problem/define';

/** An entry of a node: physical and logical start, and length in blocks. */
export interface EntryData {
  physical: number;
  logical: number;
  length: number;
}

const at = (d: EntryData): string =>
  `the extent entry for logical block ${d.logical} (block ${d.physical}, length ${d.length})`;

export const texts = {
  'extent-root-missing': () => 'the inode has the extents flag but no valid extent root',
  'extent-root-too-deep': (d: { stored: number; expected: number }) =>
    `the extent tree has depth ${d.stored}, at most ${d.expected} is needed`,
  'extent-tree-broken': (d: EntryData & { why: string }) => `${at(d)} leads to a node that ${d.why}`,
  'extent-node-zero': () => 'a node of the extent tree contains only zeros: its write was lost',
  'extent-depth-mismatch': (d: { stored: number; expected: number }) =>
    `the depth in the node is ${d.stored}, should be ${d.expected}`,
  'extent-block-out-of-range': (d: EntryData) => `${at(d)} starts outside the file system`,
  'extent-ends-beyond': (d: EntryData) => `${at(d)} continues past the end of the file system`,
  'extent-out-of-order': (d: EntryData) => `${at(d)} is out of order`,
  'extent-end-out-of-bounds': (d: EntryData) => `${at(d)} continues past the end that its parent allows`,
  'extent-length-zero': (d: EntryData) => `${at(d)} has length 0`,
  'extent-collision': (d: EntryData) => `${at(d)} overlaps an earlier extent of the same file`,
  'extent-header-invalid': (d: EntryData) => `${at(d)} leads to a block without a valid extent header`,
  'extent-node-checksum-wrong': () => 'the checksum of an extent tree node does not match its content',
  'extent-index-start-wrong': (d: { stored: number; expected: number }) =>
    `the node starts at logical block ${d.stored} by its index, at ${d.expected} by its first entry`,
  'directory-extent-gap': (d: { logical: number; expected: number }) =>
    `an extent of the directory starts at logical block ${d.logical}, should be ${d.expected}`,
  'directory-extent-unwritten': (d: EntryData) => `${at(d)} of the directory is marked unwritten`,
  'directory-too-big-extent': (d: EntryData) => `${at(d)} is after the size limit of a directory`,
} satisfies Sentences;
