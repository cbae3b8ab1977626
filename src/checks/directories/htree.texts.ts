/** The texts of the problems in htree.ts. */
import type { ProblemTexts } from '../../problem/define';

export interface Place {
  logical: number;
}

export const texts = {
  'htree-block-unreferenced': {
    title: 'Directory block is missing from the index',
    explain:
      'No entry of the directory index points to this block, so lookup does not find the names in it, although a listing shows them. The index is older than the block, or an index block was overwritten; e2fsck -D rebuilds it.',
    say: (d: Place) => `block ${d.logical} is not in the index of the directory`,
  },
  'htree-block-referenced-twice': {
    title: 'Directory block is in the index twice',
    explain:
      'Two entries of the directory index point to the same block. Lookup does not find some names, although a listing shows them. e2fsck can rebuild the index from the names (e2fsck -D).',
    say: (d: Place) => `block ${d.logical} is in the index of the directory twice`,
  },
  'htree-min-hash': {
    title: 'Directory block has hashes that are too small',
    explain:
      'A name is in a block that the index reserves for larger hashes. Lookup does not find it, although a listing shows it. e2fsck can rebuild the index from the names (e2fsck -D).',
    say: (d: Place & { stored: number; limit: number }) =>
      `block ${d.logical} has hash 0x${d.stored.toString(16)}, below its limit 0x${d.limit.toString(16)}`,
  },
  'htree-max-hash': {
    title: 'Directory block has hashes that are too large',
    explain:
      'A name is in a block that the index reserves for smaller hashes. Lookup does not find it, although a listing shows it. e2fsck can rebuild the index from the names (e2fsck -D).',
    say: (d: Place & { stored: number; limit: number }) =>
      `block ${d.logical} has hash 0x${d.stored.toString(16)}, above its limit 0x${d.limit.toString(16)}`,
  },
  'htree-depth-uneven': {
    title: 'Directory index has uneven depth',
    explain:
      'A block is at another depth of the index than the root indicates. Lookup may not find the names in it. e2fsck can rebuild the index from the names (e2fsck -D).',
    say: (d: Place & { expected: number }) => `block ${d.logical} is not at depth ${d.expected} of the index`,
  },
  'htree-block-missing': {
    title: 'Directory index points outside the directory',
    explain:
      'An entry of the index refers to a block that the directory does not have. Lookup does not find names with such hashes. The directory lost blocks, or the index was overwritten; restore the directory.',
    say: (d: Place & { target: number }) =>
      `the index in block ${d.logical} points to block ${d.target}, which the directory does not have`,
  },
  'htree-root-bad': {
    title: 'Root of the directory index is invalid',
    explain:
      'The root of the index has an impossible length or depth. The kernel reads the directory entry by entry or refuses lookups. e2fsck can rebuild the index from the names (e2fsck -D).',
    say: (_: object) => 'the root of the index is invalid',
  },
  'htree-limit-wrong': {
    title: 'Directory index block has a wrong limit',
    explain:
      'A block of the index has the number of entries that fit in it, and the number is wrong. The kernel refuses the index. The block was overwritten, or belongs to another block size; e2fsck can rebuild the index (e2fsck -D).',
    say: (d: Place & { stored: number; expected: number }) =>
      `index block ${d.logical} has a limit of ${d.stored} entries, should be ${d.expected}`,
  },
  'htree-count-wrong': {
    title: 'Directory index block has too many entries',
    explain:
      'A block of the index has a count of entries that is larger than its limit. The kernel refuses the index. The block was overwritten; e2fsck can rebuild the index (e2fsck -D).',
    say: (d: Place & { stored: number; expected: number }) =>
      `index block ${d.logical} has a count of ${d.stored} entries, at most ${d.expected} fit`,
  },
  'htree-hash-order': {
    title: 'Directory index is out of order',
    explain:
      'Entries of the index must be in ascending order of hashes, and these are not. Lookup does not find some names, although a listing shows them. The block was overwritten; e2fsck can rebuild the index from the names (e2fsck -D).',
    say: (d: Place) => `the entries of index block ${d.logical} are out of order`,
  },
  'htree-root-checksum-wrong': {
    title: 'Checksum of an index root is wrong',
    explain:
      'The checksum of the first block of an indexed directory does not match. The kernel refuses the directory. Part of the block was overwritten, or half of it is an older write; e2fsck can rebuild the index from the names.',
    say: (_: object) => 'the checksum of the index root does not match its content',
  },
  'htree-node-checksum-wrong': {
    title: 'Checksum of an index node is wrong',
    explain:
      'The checksum of a block of the directory index does not match. The kernel refuses lookups that use it. Part of the block was overwritten, or half of it is an older write; e2fsck can rebuild the index from the names.',
    say: (d: Place) => `the checksum of index block ${d.logical} does not match its content`,
  },
} satisfies ProblemTexts;
