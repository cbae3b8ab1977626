/** Inodes of no known type whose first block looks like the start of a directory. */

import { join32 } from '../../bytes/field';
import { dirent, recordLength } from '../../layout/dirent';
import { extentEntrySize, extentHeader, extentIndex, extentLeaf, extentTailOffset } from '../../layout/extent';
import { fileType, iBlockSize, inode, inodeFlags } from '../../layout/inode';
import { define } from '../../problem/define';
import { extentChecksumGood } from '../../volume/extent-checksum';
import { isExtentHeader } from '../../volume/extent-header';
import { modeText } from '../../volume/inode-fields';
import type { InodeScan } from './context';
import type { CurrentInode } from './current';
import { hasRootHeader } from './flags';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'inode-looks-like-directory': { severity: 'error', e2fsck: [0x010055] },
});

/** Whether inline data starts like that of a directory: with the number of a parent and an entry. */
function startsLikeInlineDirectory(n: CurrentInode, scan: InodeScan): boolean {
  const { inodesCount, firstIno, blockSize } = scan.geometry;
  if (n.inlineSize < 0 || n.inlineSize % 4 !== 0) return false;
  const parent = n.word(0);
  if (parent >= inodesCount || (parent < firstIno && parent !== 2)) return false;
  const entry = n.at + inode.i_block.offset + 4;
  const first = dirent.inode(n.view, entry);
  if (first >= inodesCount || (first < firstIno && first !== 0)) return false;
  return recordLength(dirent.rec_len(n.view, entry), blockSize) <= iBlockSize - 4;
}

export function checkDisguisedInline(n: CurrentInode, scan: InodeScan): void {
  if (hasPlainType(n) || n.word(0) === 0 || !startsLikeInlineDirectory(n, scan)) return;
  report(n, scan);
}

const hasPlainType = (n: CurrentInode): boolean => n.isDirectory || n.isRegular || n.isSymlink;

/**
 * The target of the first entry of a node if it maps block 0 of a file, else 0; `depth` is the number of levels below
 * the node.
 */
function leadsTo(view: DataView, at: number, depth: number): number {
  const entry = at + extentEntrySize;
  if (extentHeader.eh_entries(view, at) === 0 || extentLeaf.ee_block(view, entry) !== 0) return 0;
  return depth === 0
    ? join32(extentLeaf.ee_start_lo(view, entry), extentLeaf.ee_start_hi(view, entry))
    : join32(extentIndex.ei_leaf_lo(view, entry), extentIndex.ei_leaf_hi(view, entry));
}

/**
 * The first block if the inode is a directory, or the node of the extent tree that leads to it; 0 if it cannot be a
 * directory.
 */
export function disguisedBlock(n: CurrentInode, scan: InodeScan): number {
  if (n.has(inodeFlags.INLINE_DATA) && scan.geometry.features.inline_data) return 0;
  if (hasPlainType(n) || n.word(0) === 0) return 0;
  if (n.hasExtents) {
    const root = n.at + inode.i_block.offset;
    return hasRootHeader(n) ? leadsTo(n.view, root, extentHeader.eh_depth(n.view, root)) : 0;
  }
  let onlyFirstFour = true;
  for (let i = 0; i < 15; i++) {
    const block = n.word(i);
    if (block === 0) continue;
    if (i >= 4) onlyFirstFour = false;
    if (!scan.volume.inRange(block) || scan.facts.blocks.isClaimed(block)) return 0;
  }
  // a device has its number in the first words
  const device = n.type === fileType.CHAR || n.type === fileType.BLOCK;
  return device && n.links === 1 && onlyFirstFour ? 0 : n.word(0);
}

const plausibleLength = (length: number): boolean => length >= 12 && length % 4 === 0;

/** Whether a block starts with '.', referring to `ino`, and '..'. */
function startsLikeDirectory(view: DataView, ino: number): boolean {
  const first = dirent.rec_len(view, 0);
  if (dirent.inode(view, 0) !== ino || dirent.name_len(view, 0) !== 1 || view.getUint8(8) !== 0x2e) return false;
  if (!plausibleLength(first) || first >= view.byteLength - 12) return false;
  const second = dirent.rec_len(view, first);
  return dirent.name_len(view, first) === 2 && view.getUint16(first + 8, true) === 0x2e2e && plausibleLength(second);
}

function report(n: CurrentInode, scan: InodeScan): void {
  scan.report(problems['inode-looks-like-directory'], n.where(inode.i_mode), { mode: modeText(n.mode) });
  scan.facts.harm(n.ino, 'unreadable');
}

/** Deeper trees are impossible. */
const maxExtentDepth = 7;

/** The first block of a possible directory; null if a node above it is damaged. */
async function readFirst(n: CurrentInode, scan: InodeScan): Promise<DataView | null> {
  const { geometry, volume } = scan;
  let block = disguisedBlock(n, scan);
  const levels = n.hasExtents ? extentHeader.eh_depth(n.view, n.at + inode.i_block.offset) : 0;
  if (levels > maxExtentDepth) return null;
  for (let depth = levels - 1; depth >= 0; depth--) {
    const node = volume.inRange(block) ? await volume.block(block) : null;
    if (node === null || !isExtentHeader(node, 0, node.byteLength)) return null;
    const tail = extentTailOffset(extentHeader.eh_max(node, 0));
    if (!extentChecksumGood(geometry, n.ino, inode.i_generation(n.view, n.at), node, tail)) return null;
    block = leadsTo(node, 0, depth);
  }
  return volume.inRange(block) ? volume.block(block) : null;
}

export async function checkDisguised(n: CurrentInode, scan: InodeScan): Promise<void> {
  const view = await readFirst(n, scan);
  if (view !== null && startsLikeDirectory(view, n.ino)) report(n, scan);
}
