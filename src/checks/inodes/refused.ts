/** What Linux refuses when it reads an inode: no mount works if that is the root, the journal or the orphan file. */
import { join32 } from '../../bytes/field';
import {
  extentCapacity,
  extentEntrySize,
  extentHeader,
  extentIndex,
  extentLeaf,
  extentMagic,
  maxInitializedLength,
} from '../../layout/extent';
import { iBlockSize, inode, inodeFlags, oldInodeSize } from '../../layout/inode';
import { define } from '../../problem/define';
import { modeText } from '../../volume/inode-fields';
import { bodyXattrs, isAcceptedByKernel } from '../../volume/xattr-entries';
import type { InodeScan } from './context';
import type { CurrentInode } from './current';
import type { texts } from './texts';
import { isSpecialType } from './validity';

export const problems = define<typeof texts>()({
  'root-not-directory': { severity: 'fatal', e2fsck: [0x010001] },
  'root-without-size': { severity: 'fatal', e2fsck: [] },
  'root-inode-refused': { severity: 'fatal', e2fsck: [] },
  'orphan-file-inode-refused': { severity: 'fatal', e2fsck: [] },
  'journal-inode-refused': { severity: 'fatal', e2fsck: [] },
});

/** Most levels of an extent tree, and entries in its root. */
const mostDepth = 5;
const mostInRoot = extentCapacity(iBlockSize);
/** Block pointers in an inode that lead to data. */
const directPointers = 12;

/** Whether `count` blocks from `start` can hold anything; the first block of a file system cannot. */
function isUsable({ geometry }: CurrentInode, start: number, count: number): boolean {
  return start > geometry.firstDataBlock && start + count <= geometry.blocksCount;
}

function refusedExtents(n: CurrentInode): string | null {
  const { view } = n;
  const root = n.at + inode.i_block.offset;
  const depth = extentHeader.eh_depth(view, root);
  const entries = extentHeader.eh_entries(view, root);
  const max = extentHeader.eh_max(view, root);
  if (extentHeader.eh_magic(view, root) !== extentMagic) return 'its extent tree has no header';
  if (depth > mostDepth) return `its extent tree has depth ${depth}`;
  if (max === 0 || max > mostInRoot || entries > max) return `its extent tree has ${entries} of ${max} entries`;
  if (entries === 0 && depth > 0) return 'its extent tree has levels, but no entries';
  let next = 0;
  for (let i = 0; i < entries; i++) {
    const at = root + (i + 1) * extentEntrySize;
    const stored = depth === 0 ? extentLeaf.ee_len(view, at) : 1;
    const count = stored > maxInitializedLength ? stored - maxInitializedLength : stored;
    const logical = extentLeaf.ee_block(view, at);
    const start =
      depth === 0
        ? join32(extentLeaf.ee_start_lo(view, at), extentLeaf.ee_start_hi(view, at))
        : join32(extentIndex.ei_leaf_lo(view, at), extentIndex.ei_leaf_hi(view, at));
    const ordered = (i === 0 || logical >= next) && logical + count < 2 ** 32;
    if (count === 0 || !ordered || !isUsable(n, start, count)) return `entry ${i} of its extent tree is invalid`;
    next = logical + count;
  }
  return null;
}

function refusedMapping(n: CurrentInode): string | null {
  if (n.has(inodeFlags.INLINE_DATA) && n.has(inodeFlags.EXTENTS))
    return 'it has the flags of inline data and of extents';
  if (isSpecialType(n.type)) return null;
  if (n.has(inodeFlags.INLINE_DATA) && n.systemData.state === 'found') return null;
  if (n.has(inodeFlags.EXTENTS)) return refusedExtents(n);
  for (let word = 0; word < directPointers; word++)
    if (n.word(word) !== 0 && !isUsable(n, n.word(word), 1)) return `i_block[${word}] is ${n.word(word)}`;
  return null;
}

/** Bytes of the largest file: its blocks have 32-bit numbers and, without huge_file, are counted in 32 bits of sectors. */
function largestSize(n: CurrentInode): number {
  const { blockSize, features } = n.geometry;
  const most = 2 ** 32 - 1;
  const counted = features.huge_file ? most : Math.floor(most / (blockSize / 512));
  const pointers = blockSize / 4;
  const mapped = n.has(inodeFlags.EXTENTS) ? most : directPointers + pointers + pointers ** 2 + pointers ** 3;
  return Math.min(counted, mapped) * blockSize;
}

function refusedFields(n: CurrentInode): string | null {
  const { features, inodeSize } = n.geometry;
  const isKnown = n.isDirectory || n.isRegular || n.isSymlink || isSpecialType(n.type);
  if (!isKnown) return `i_mode is ${modeText(n.mode)}`;
  if (inodeSize > oldInodeSize) {
    const extra = inode.i_extra_isize(n.view, n.at);
    if (extra % 4 !== 0 || oldInodeSize + extra > inodeSize) return `i_extra_isize is ${extra}`;
  }
  if (!n.checksumGood) return 'its checksum is wrong';
  // the high half belongs to directories only with the feature
  const hasHighSize = n.isRegular || features.large_dir;
  if (hasHighSize && join32(inode.i_size_lo(n.view, n.at), n.sizeHigh) > largestSize(n))
    return `i_size_high is ${n.sizeHigh}`;
  const withIndex = n.has(inodeFlags.INDEX) && features.metadata_csum && !features.dir_index;
  if (withIndex) return 'it has a hash tree without the feature dir_index';
  if (n.has(inodeFlags.CASEFOLD) && !features.casefold) return 'it has the casefold flag without the feature';
  if (n.has(inodeFlags.EA_INODE)) return 'it is marked as holding the value of an attribute';
  if (n.xattrBlock !== 0 && !isUsable(n, n.xattrBlock, 1)) return `its attribute block is ${n.xattrBlock}`;
  return hasRefusedAttributes(n) ? 'its attributes are invalid' : null;
}

/** Whether Linux refuses the attributes in the inode. */
export function hasRefusedAttributes(n: CurrentInode): boolean {
  const area = bodyXattrs(n.geometry, n.view, n.at);
  return area !== null && !isAcceptedByKernel(area, n.geometry);
}

/** Why Linux does not read the inode; null if it does. Links and mode depend on what it is for. */
export const refusal = (n: CurrentInode): string | null => refusedFields(n) ?? refusedMapping(n);

export function checkRoot(n: CurrentInode, scan: InodeScan): void {
  if (!n.isDirectory) {
    scan.report(problems['root-not-directory'], n.where(inode.i_mode), { mode: modeText(n.mode) });
    return;
  }
  if (n.blockCount === 0 || n.size === 0) {
    const data = { blocks: n.blockCount, size: n.size };
    scan.report(problems['root-without-size'], n.where(inode.i_blocks_lo), data);
    return;
  }
  const reason = refusal(n);
  if (reason !== null) scan.report(problems['root-inode-refused'], n.where(), { reason });
}

/** Checks the inode of the journal in use, or of the orphan file, which other tests judge as e2fsck does. */
export function checkRefused(
  n: CurrentInode,
  scan: InodeScan,
  problem: 'journal-inode-refused' | 'orphan-file-inode-refused',
): void {
  if (n.links === 0) return;
  const reason = refusal(n);
  if (reason !== null) scan.report(problems[problem], n.where(), { reason });
}
