/** The sentences for findings, made from their data; explanations.json has titles and explanations. */

import type { Sentences } from '../../problem/define';
import { counted } from '../../report/words';

export interface BlockData {
  block: number;
}

export interface PointerData {
  logical: number;
}

const pointerRole = (d: PointerData): string =>
  d.logical === -1
    ? 'the indirect block'
    : d.logical === -2
      ? 'the double indirect block'
      : d.logical === -3
        ? 'the triple indirect block'
        : d.logical === -4
          ? 'the translator'
          : `logical block ${d.logical}`;

/** An entry of a node: physical and logical start, and length in blocks. */
export interface ExtentData {
  physical: number;
  logical: number;
  length: number;
}

const extentEntry = (d: ExtentData): string =>
  `the extent entry for logical block ${d.logical} (block ${d.physical}, length ${d.length})`;

export const texts = {
  'bad-blocks-inode-invalid': () => 'the bad-blocks inode has a mode, owner, links, attributes or a wrong checksum',
  'bad-blocks-out-of-range': (d: BlockData) => `the bad-blocks list has block ${d.block}, which does not exist`,
  'bad-blocks-own-block': (d: BlockData) => `the bad-blocks list is stored in block ${d.block}, which has another use`,
  'bad-blocks-list-stops': () => 'the bad-blocks list contradicts itself',
  'bad-blocks-lists-itself': (d: BlockData) => `the bad-blocks list has block ${d.block}, which holds its own inode`,
  'bad-blocks-superblock': (d: BlockData) => `block ${d.block} is listed as broken and holds a superblock`,
  'bad-blocks-descriptors': (d: BlockData) => `block ${d.block} is listed as broken and holds group descriptors`,
  'bad-blocks-bitmap': (d: BlockData) => `block ${d.block} is listed as broken and holds a bitmap`,
  'bad-blocks-in-use': (d: BlockData) => `block ${d.block} is listed as broken and in use`,
  'inode-looks-like-directory': (d: { mode: string }) =>
    `the mode is ${d.mode}, but the first block looks like that of a directory`,
  'encryption-policy-missing': () => 'the encrypt flag is set, but there is no encryption policy',
  'encryption-policy-corrupt': (d: { size: number }) =>
    `the encryption policy has ${d.size} bytes, which matches no version`,
  'xattr-refcount-wrong': (d: { stored: number; expected: number }) =>
    `the reference count of the attribute block is ${d.stored}, should be ${d.expected}`,
  'superblock-large-dir-missing': (d: { directories: number }) =>
    `${d.directories} directories need the large_dir feature, which is off`,
  'superblock-revision-too-old': () => 's_rev_level is 0, but files need a feature',
  'superblock-large-file-missing': (d: { files: number }) =>
    `${d.files} files are 2 GiB or larger, but the large_file feature is off`,
  'inode-casefold-not-directory': () => 'the casefold flag is set, but this is not a directory',
  'inode-casefold-without-feature': () => 'the casefold flag is set, but the file system lacks the casefold feature',
  'xattr-inode-not-regular': () => 'the EA_INODE flag is set, but this is not a regular file',
  'special-inode-with-data-flags': () => 'a special file has the inline-data or extents flag',
  'inode-inline-and-extents': (d: { looksLike: string }) =>
    `the inline-data and extents flags are both set; the content looks like ${d.looksLike}`,
  'inode-inline-without-feature': (d: { attribute: boolean }) =>
    `the inline-data flag is set without the feature${d.attribute ? '; inline data is present' : ''}`,
  'inode-inline-data-missing': () => 'the inline-data flag is set, but the inode holds no readable inline data',
  'inode-extents-without-feature': () => 'the extents flag is set, but the file system lacks the extent feature',
  'superblock-extent-feature-missing': () =>
    'the inode holds a valid extent tree, but the file system lacks the extent feature',
  'inode-extents-flag-missing': () => 'the inode holds an extent tree, but its extents flag is not set',
  'inode-imagic-flag': () => 'the imagic flag is set, but the file system lacks the feature',
  'special-inode-immutable': () => 'the immutable or append-only flag is set on a special file or symlink',
  'special-inode-with-size': (d: { stored: number }) => `the size of a special file is ${d.stored}, should be 0`,
  'symlink-fast-with-extents-flag': () => 'the target is in the inode, but the extents flag is set',
  'symlink-misread-by-e2fsck': (d: { length: number }) =>
    `a symlink with a target of ${counted(d.length, 'byte')} has an attribute in another inode; e2fsck before 1.47.4 takes its target for block numbers`,
  'htree-without-feature': () => 'the index flag is set, but the file system lacks the dir_index feature',
  'htree-not-directory': () => 'the index flag is set, but this is not a directory',
  'htree-root-invalid': (d: { why: string }) => `the root of the index ${d.why}`,
  'htree-hash-unknown': (d: { stored: number }) => `the index uses hash version ${d.stored}`,
  'htree-flags-unknown': () => 'an unknown flag is set in the index root',
  'htree-too-deep': (d: { stored: number }) => `the index has ${d.stored} levels below the root`,
  'htree-needs-siphash': (d: { stored: number }) => `the index uses hash version ${d.stored}, should be 6`,
  'htree-cannot-siphash': () => 'the index uses siphash, but the directory is not encrypted and casefolded',
  'block-out-of-range': (d: PointerData & { stored: number }) =>
    `${pointerRole(d)} is mapped to block ${d.stored}, which does not exist`,
  'inode-many-bad-blocks': (d: { count: number }) => `${d.count} block numbers of this inode are wrong so far`,
  'directory-too-big-block': (d: PointerData) => `${pointerRole(d)} is after the size limit of a directory`,
  'file-too-big-block': (d: PointerData) => `${pointerRole(d)} is after the size limit of a file`,
  'symlink-too-big-block': (d: PointerData) => `${pointerRole(d)} of a symlink is mapped`,
  'mapping-on-metadata': () => 'a block of its mapping is also metadata of the file system',
  'mapping-unreadable': (d: PointerData) => `${pointerRole(d)} cannot be read`,
  'indirect-block-zero': (d: PointerData) =>
    `${pointerRole(d)} contains only zeros: its write was lost, and the data that it mapped is read as zeros`,
  'cluster-misaligned': (d: { logical: number; blocks: number }) =>
    d.blocks === 1
      ? `logical block ${d.logical} is at the wrong position in its cluster`
      : `${d.blocks} blocks, starting with logical block ${d.logical}, are at the wrong position in their clusters`,
  'extent-root-missing': () => 'the inode has the extents flag but no valid extent root',
  'extent-root-too-deep': (d: { stored: number; expected: number }) =>
    `the extent tree has depth ${d.stored}, at most ${d.expected} is needed`,
  'extent-tree-broken': (d: ExtentData & { why: string }) => `${extentEntry(d)} leads to a node that ${d.why}`,
  'extent-node-zero': () => 'a node of the extent tree contains only zeros: its write was lost',
  'extent-depth-mismatch': (d: { stored: number; expected: number }) =>
    `the depth in the node is ${d.stored}, should be ${d.expected}`,
  'extent-block-out-of-range': (d: ExtentData) => `${extentEntry(d)} starts outside the file system`,
  'extent-ends-beyond': (d: ExtentData) => `${extentEntry(d)} continues past the end of the file system`,
  'extent-out-of-order': (d: ExtentData) => `${extentEntry(d)} is out of order`,
  'extent-end-out-of-bounds': (d: ExtentData) => `${extentEntry(d)} continues past the end that its parent allows`,
  'extent-length-zero': (d: ExtentData) => `${extentEntry(d)} has length 0`,
  'extent-collision': (d: ExtentData) => `${extentEntry(d)} overlaps an earlier extent of the same file`,
  'extent-header-invalid': (d: ExtentData) => `${extentEntry(d)} leads to a block without a valid extent header`,
  'extent-node-checksum-wrong': () => 'the checksum of an extent tree node does not match its content',
  'extent-index-start-wrong': (d: { stored: number; expected: number }) =>
    `the node starts at logical block ${d.stored} by its index, at ${d.expected} by its first entry`,
  'directory-extent-gap': (d: { logical: number; expected: number }) =>
    `an extent of the directory starts at logical block ${d.logical}, should be ${d.expected}`,
  'directory-extent-unwritten': (d: ExtentData) => `${extentEntry(d)} of the directory is marked unwritten`,
  'directory-too-big-extent': (d: ExtentData) => `${extentEntry(d)} is after the size limit of a directory`,
  'root-without-size': (d: { blocks: number; size: number }) =>
    `the root inode has ${d.blocks} blocks and a size of ${d.size}, should have both`,
  'root-inode-refused': (d: { reason: string }) => `Linux refuses the root inode: ${d.reason}`,
  'orphan-file-inode-refused': (d: { reason: string }) => `Linux refuses the inode of the orphan file: ${d.reason}`,
  'journal-inode-refused': (d: { reason: string }) => `Linux refuses the journal inode: ${d.reason}`,
  'root-not-directory': (d: { mode: string }) => `the root inode has mode ${d.mode}, which is not a directory`,
  'reserved-inode-bad-mode': (d: { mode: string }) => `the reserved inode has mode ${d.mode}`,
  'journal-inode-not-clear': () => 'inode 8 is not the journal, but is not empty',
  'journal-inode-bad-mode': (d: { mode: string }) =>
    `the journal inode has mode ${d.mode}, which is not a regular file`,
  'quota-inode-bad-mode': (d: { mode: string }) => `the quota inode has mode ${d.mode}, which is not a regular file`,
  'quota-inode-not-clear': () => 'the quota inode is not in use, but is not empty',
  'orphan-file-bad-mode': (d: { mode: string }) => `the orphan file has mode ${d.mode}, which is not a regular file`,
  'orphan-file-not-clear': () => 'the orphan file is not in use, but is not empty',
  'directory-empty': () => 'the directory has no blocks at all',
  'inode-size-wrong': (d: { stored: number | string; expected: number; rule: string }) =>
    `i_size is ${d.stored}, should be ${d.expected}: ${d.rule}`,
  'inode-blocks-wrong': (d: { stored: number; expected: number }) => `i_blocks is ${d.stored}, should be ${d.expected}`,
  'inode-blockmap-with-bigalloc': () => 'the inode has a block map, but bigalloc needs extents',
  'inode-table-unreadable': (d: { firstInode: number; lastInode: number }) =>
    `inodes ${d.firstInode} to ${d.lastInode} cannot be read`,
  'inode-table-block-zero': (d: { usedInodes: number; firstInode: number }) =>
    `${d.usedInodes} inodes in use, starting with inode ${d.firstInode}, contain only zeros`,
  'inode-garbage': () => 'most inodes in its block of the inode table are invalid',
  'inode-checksum-wrong': () => 'the checksum of the inode does not match its content',
  'inode-unused-without-dtime': (d: { mode: string }) =>
    `the inode has no links and no deletion time, but mode ${d.mode}`,
  'inode-dtime-set': (d: { stored: number; links: number }) =>
    `i_dtime is ${d.stored}, should be 0 with ${d.links} links`,
  'root-dtime-set': (d: { stored: number }) => `i_dtime of the root directory is ${d.stored}, should be 0`,
  'inode-orphan-leftover': (d: { stored: number }) => `i_dtime is ${d.stored}, which is an inode number and not a time`,
  'inode-time-out-of-range': (d: { fields: readonly string[] }) =>
    `${d.fields.join(', ')} ${d.fields.length > 1 ? 'have' : 'has'} impossible epoch bits`,
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
    d.stored === 0 && d.found === 0
      ? `the attribute has its value in inode ${d.valueInode}, and the value is empty`
      : `the attribute value in inode ${d.valueInode} has ${d.found} bytes, the attribute has the length ${d.stored}`,
  'xattr-refused': () => 'an attribute has a name or a value that Linux does not accept',
  'xattr-block-unsorted': (d: { offset: number }) =>
    `the attribute at byte ${d.offset} of the block comes after one that must follow it`,
} satisfies Sentences;
