/** The sentences for findings of htree.ts. */
import type { Sentences } from '../../problem/define';

export interface Place {
  logical: number;
}

export const texts = {
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
} satisfies Sentences;
