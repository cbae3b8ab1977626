/** The texts of the problems in extent-problems.ts. */
import type { ProblemTexts } from '../../../problem/define';

/** An entry of a node: physical and logical start, and length in blocks. */
export interface EntryData {
  physical: number;
  logical: number;
  length: number;
}

const at = (d: EntryData): string =>
  `the extent entry for logical block ${d.logical} (block ${d.physical}, length ${d.length})`;

export const texts = {
  'extent-root-missing': {
    title: 'Extent tree has no valid root',
    explain:
      'The inode is mapped by extents, but does not hold a valid root of the extent tree. Nothing of the file or directory can be read. The inode was overwritten; restore it.',
    say: (_: object) => 'the inode has the extents flag but no valid extent root',
  },
  'extent-root-too-deep': {
    title: 'Extent tree is deeper than needed',
    explain:
      'The tree has more levels than a file of any size needs. It can still be read; rebuilding the tree would remove the extra levels.',
    say: (d: { stored: number; expected: number }) =>
      `the extent tree has depth ${d.stored}, at most ${d.expected} is needed`,
  },
  'extent-tree-broken': {
    title: 'Extent tree cannot be traversed',
    explain:
      'A node of the tree is unreadable, empty, or part of a loop. The part of the file below it is lost; e2fsck stops here.',
    say: (d: EntryData & { why: string }) => `${at(d)} leads to a node that ${d.why}`,
  },
  'extent-node-zero': {
    title: 'Extent tree node contains only zeros',
    explain:
      'A block of the extent tree contains only zeros: its write was lost. Everything that it mapped is lost from the file, although the data may still be on the disk.',
    say: (_: object) => 'a node of the extent tree contains only zeros: its write was lost',
  },
  'extent-depth-mismatch': {
    title: 'Extent tree node has a wrong depth',
    explain:
      'The depth in a node does not match its position in the tree. The kernel refuses such a node, so the part of the file below it cannot be read.',
    say: (d: { stored: number; expected: number }) => `the depth in the node is ${d.stored}, should be ${d.expected}`,
  },
  'extent-block-out-of-range': {
    title: 'Extent points outside the file system',
    explain:
      'An entry of the extent tree refers to a block that does not exist. The part of the file that it maps cannot be read. The entry was overwritten; restore the file.',
    say: (d: EntryData) => `${at(d)} starts outside the file system`,
  },
  'extent-ends-beyond': {
    title: 'Extent continues past the end of the file system',
    explain:
      'An extent starts inside the file system and ends outside. The part of the file that it maps cannot be read. The entry was overwritten, or shrinking the file system failed; restore the file.',
    say: (d: EntryData) => `${at(d)} continues past the end of the file system`,
  },
  'extent-out-of-order': {
    title: 'Extents are out of order',
    explain:
      'Entries of an extent tree must be in ascending order of logical blocks. The kernel refuses the node, so the part of the file that it maps cannot be read. The node was overwritten or is a mixture of old and new; restore the file.',
    say: (d: EntryData) => `${at(d)} is out of order`,
  },
  'extent-end-out-of-bounds': {
    title: 'Extent continues past its range in the tree',
    explain:
      'An entry maps more than the index above it allows, so two parts of the tree map the same part of the file. A node of the tree is out of date or overwritten, and that part of the file may be read wrongly.',
    say: (d: EntryData) => `${at(d)} continues past the end that its parent allows`,
  },
  'extent-length-zero': {
    title: 'Extent of length zero',
    explain:
      'An extent maps no block at all, which no kernel writes. The kernel refuses the node, so the part of the file that it maps cannot be read. The node was overwritten; restore the file.',
    say: (d: EntryData) => `${at(d)} has length 0`,
  },
  'extent-collision': {
    title: 'Two extents map the same part of a file',
    explain:
      'Two extents of one file cover the same logical blocks. One of them is stale, and it is not possible to find out which one. Restore the file.',
    say: (d: EntryData) => `${at(d)} overlaps an earlier extent of the same file`,
  },
  'extent-header-invalid': {
    title: 'Extent tree node has no valid header',
    explain:
      'A block that should be a node of the extent tree holds something else. Everything that it mapped is lost from the file. The block was overwritten or never written; restore the file.',
    say: (d: EntryData) => `${at(d)} leads to a block without a valid extent header`,
  },
  'extent-node-checksum-wrong': {
    title: 'Checksum of an extent tree node is wrong',
    explain:
      'The node is valid but its checksum does not match. The kernel refuses it, so the part of the file that it maps cannot be read. Part of it was overwritten, or half of it is an older write; restore the file.',
    say: (_: object) => 'the checksum of an extent tree node does not match its content',
  },
  'extent-index-start-wrong': {
    title: 'Extent index and the node below start differently',
    explain:
      'The logical block in an index entry differs from that of the first entry in the node below it. Parts of the file may be read as holes. One of the two was not written together with the other; restore the file.',
    say: (d: { stored: number; expected: number }) =>
      `the node starts at logical block ${d.stored} by its index, at ${d.expected} by its first entry`,
  },
  'directory-extent-gap': {
    title: 'Directory has a gap between its extents',
    explain:
      'A directory must not have holes. Entries in the missing blocks are lost, and the kernel reports an error when it reads them. An entry of the tree was lost; restore the directory.',
    say: (d: { logical: number; expected: number }) =>
      `an extent of the directory starts at logical block ${d.logical}, should be ${d.expected}`,
  },
  'directory-extent-unwritten': {
    title: 'Directory has an unwritten extent',
    explain:
      'An extent that is marked as never written cannot hold directory entries: it is read as zeros. Entries in it are lost. Restore the directory.',
    say: (d: EntryData) => `${at(d)} of the directory is marked unwritten`,
  },
  'directory-too-big-extent': {
    title: 'Directory extent is too far from the start',
    explain:
      'Without the large_dir feature a directory must be smaller than 2 GiB, and this extent is after that limit. The entries in it cannot be reached.',
    say: (d: EntryData) => `${at(d)} is after the size limit of a directory`,
  },
} satisfies ProblemTexts;
