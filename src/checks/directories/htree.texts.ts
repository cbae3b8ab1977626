/** The texts of the problems in htree.ts. */
import type { ProblemTexts } from '../../problem/define';

export interface Place {
  logical: number;
}

export const texts = {
  'htree-block-unreferenced': {
    title: 'Directory block is missing from the index',
    explain:
      'No entry of the directory index leads to this block, so the names in it are not found, although they show in a listing. The index is older than the block, or an index block was overwritten; e2fsck -D builds it anew.',
    say: (d: Place) => `block ${d.logical} is not in the index of the directory`,
  },
  'htree-block-referenced-twice': {
    title: 'Directory block is in the index twice',
    explain:
      'Two entries of the directory index lead to the same block. Some names are not found, although they show in a listing. e2fsck can build the index anew from the names (e2fsck -D).',
    say: (d: Place) => `block ${d.logical} is in the index of the directory twice`,
  },
  'htree-min-hash': {
    title: 'Directory block holds hashes that are too small',
    explain:
      'A name lies in a block that the index reserves for larger hashes. It is not found, although it shows in a listing. e2fsck can build the index anew from the names (e2fsck -D).',
    say: (d: Place & { stored: number; limit: number }) =>
      `block ${d.logical} holds hash 0x${d.stored.toString(16)}, below its limit 0x${d.limit.toString(16)}`,
  },
  'htree-max-hash': {
    title: 'Directory block holds hashes that are too large',
    explain:
      'A name lies in a block that the index reserves for smaller hashes. It is not found, although it shows in a listing. e2fsck can build the index anew from the names (e2fsck -D).',
    say: (d: Place & { stored: number; limit: number }) =>
      `block ${d.logical} holds hash 0x${d.stored.toString(16)}, above its limit 0x${d.limit.toString(16)}`,
  },
  'htree-depth-uneven': {
    title: 'Directory index has uneven depth',
    explain:
      'A block lies at another depth of the index than the root says. Names in it may not be found. e2fsck can build the index anew from the names (e2fsck -D).',
    say: (d: Place & { expected: number }) => `block ${d.logical} is not at depth ${d.expected} of the index`,
  },
  'htree-block-missing': {
    title: 'Directory index leads outside the directory',
    explain:
      'An entry of the index names a block that the directory does not have. Names with such hashes are not found. The directory lost blocks, or the index was overwritten; restore the directory.',
    say: (d: Place & { target: number }) =>
      `the index in block ${d.logical} leads to block ${d.target}, which the directory does not have`,
  },
  'htree-root-bad': {
    title: 'Root of the directory index makes no sense',
    explain:
      'The root of the index has an impossible length or depth. The kernel reads the directory entry by entry or refuses look-ups. e2fsck can build the index anew from the names (e2fsck -D).',
    say: (_: object) => 'the root of the index makes no sense',
  },
  'htree-limit-wrong': {
    title: 'Directory index block states a wrong limit',
    explain:
      'A block of the index states how many entries fit in it, and the number is wrong. The kernel refuses the index. The block was overwritten, or belongs to another block size; e2fsck can build the index anew (e2fsck -D).',
    say: (d: Place & { stored: number; expected: number }) =>
      `index block ${d.logical} says it has room for ${d.stored} entries, should be ${d.expected}`,
  },
  'htree-count-wrong': {
    title: 'Directory index block has too many entries',
    explain:
      'A block of the index states more entries than fit in it. The kernel refuses the index. The block was overwritten; e2fsck can build the index anew (e2fsck -D).',
    say: (d: Place & { stored: number; expected: number }) =>
      `index block ${d.logical} says it has ${d.stored} entries, at most ${d.expected} fit`,
  },
  'htree-hash-order': {
    title: 'Directory index is out of order',
    explain:
      'Entries of the index must rise by hash, and here they do not. Names are not found, although they show in a listing. The block was overwritten; e2fsck can build the index anew from the names (e2fsck -D).',
    say: (d: Place) => `the entries of index block ${d.logical} are out of order`,
  },
  'htree-root-checksum-wrong': {
    title: 'Checksum of an index root is wrong',
    explain:
      'The checksum of the first block of an indexed directory does not fit. The kernel refuses the directory. It was overwritten in part, or half of it is an older write; e2fsck can build the index anew from the names.',
    say: (_: object) => 'the checksum of the index root does not match its content',
  },
  'htree-node-checksum-wrong': {
    title: 'Checksum of an index node is wrong',
    explain:
      'The checksum of a block of the directory index does not fit. The kernel refuses look-ups that pass it. It was overwritten in part, or half of it is an older write; e2fsck can build the index anew from the names.',
    say: (d: Place) => `the checksum of index block ${d.logical} does not match its content`,
  },
} satisfies ProblemTexts;
