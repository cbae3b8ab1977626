/** The sentences for findings of values.ts. */
import type { Sentences } from '../../problem/define';

export const texts = {
  'superblock-value-invalid': (d: {
    field: string;
    stored: number;
    least: number;
    most: number;
    powerOfTwo: boolean;
  }) =>
    `${d.field} is ${d.stored}, should be ${d.least === d.most ? d.least : `between ${d.least} and ${d.most}`}${d.powerOfTwo ? ' and a power of two' : ''}`,
  'superblock-inode-count-too-big': (d: { expected: number }) =>
    `the groups hold ${d.expected} inodes, more than 32-bit inode numbers allow`,
  'superblock-inode-count-wrong': (d: { stored: number; expected: number }) =>
    `s_inodes_count is ${d.stored}, should be ${d.expected}`,
  'superblock-first-data-block': (d: { stored: number; expected: number }) =>
    `s_first_data_block is ${d.stored}, should be ${d.expected}`,
} satisfies Sentences;
