/** The sentences for findings of problems.ts. */
import type { Sentences } from '../../../problem/define';

export const texts = {
  'inode-extra-size-wrong': (d: { stored: number }) => `i_extra_isize is ${d.stored}`,
  'xattr-body-collision': (d: { offset: number }) =>
    `an attribute at byte ${d.offset} of the attribute area overlaps another or does not fit`,
  'xattr-value-size': (d: { size: number }) => `an attribute value of ${d.size} bytes does not fit`,
  'xattr-hash-wrong': (d: { stored: number }) =>
    `an attribute has hash 0x${d.stored.toString(16)}, which does not match its name and value`,
  'xattr-block-unreadable': () => 'the attribute block cannot be read',
  'xattr-block-zero': () => 'the attribute block contains only zeros: its write was lost',
  'xattr-block-magic': (d: { stored: number }) =>
    `the attribute block starts with 0x${d.stored.toString(16)}, should be 0xea020000`,
  'xattr-block-count': (d: { stored: number }) => `h_blocks is ${d.stored}, should be 1`,
  'xattr-block-collision': (d: { offset: number }) =>
    `an attribute at byte ${d.offset} of the block overlaps another or does not fit`,
  'xattr-block-bad-name': (d: { offset: number }) => `the attribute at byte ${d.offset} of the block has name index 0`,
  'xattr-block-bad-value': (d: { offset: number; size: number }) =>
    `the value of ${d.size} bytes of the attribute at byte ${d.offset} is outside the block`,
  'xattr-block-checksum-wrong': () => 'the checksum of the attribute block does not match its content',
  'xattr-inode-without-feature': (d: { valueInode: number }) => `an attribute value is stored in inode ${d.valueInode}`,
  'xattr-value-inode-invalid': (d: { valueInode: number }) =>
    `an attribute refers to inode ${d.valueInode} for its value, which does not hold one`,
  'xattr-value-inode-flag-missing': (d: { valueInode: number }) =>
    `inode ${d.valueInode} holds an attribute value, but lacks the EA_INODE flag`,
  'xattr-value-inode-hash-wrong': (d: { valueInode: number; stored: number }) =>
    `an attribute has hash 0x${d.stored.toString(16)}, which does not match its value in inode ${d.valueInode}`,
  'xattr-value-inode-size-wrong': (d: { valueInode: number; stored: number; found: number }) =>
    `the attribute value in inode ${d.valueInode} has ${d.found} bytes, the attribute has the length ${d.stored}`,
  'xattr-block-unsorted': (d: { offset: number }) =>
    `the attribute at byte ${d.offset} of the block comes after one that must follow it`,
} satisfies Sentences;
