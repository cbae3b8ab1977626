/** The usual file: a few sound extents in the inode itself. What is not that goes through the whole walk of extents.ts. */
import { extentEntrySize, extentHeader, extentLeaf, maxInitializedLength } from '../../layout/extent';
import { inode } from '../../layout/inode';
import type { InodeScan, Tally } from './context';
import type { CurrentInode } from './current';
import { hasRootHeader } from './flags';
import { claimExtent, queueDirectoryBlocks } from './mapping/claims';

/** Bytes of a directory without large_dir. */
const maxDirectoryBytes = 2 ** 31;

const lengthOf = (stored: number): number => (stored > maxInitializedLength ? stored - maxInitializedLength : stored);

/** Whether nothing can be said against any entry: they rise, lie inside, and make a directory without gaps. */
function isSound(n: CurrentInode, scan: InodeScan, root: number, entries: number): boolean {
  const { blocksCount, firstDataBlock, blockSize } = scan.geometry;
  const { view } = n;
  let covered = 0;
  for (let i = 1; i <= entries; i++) {
    const at = root + i * extentEntrySize;
    const stored = extentLeaf.ee_len(view, at);
    const logical = extentLeaf.ee_block(view, at);
    const physical = extentLeaf.ee_start_lo(view, at);
    const length = lengthOf(stored);
    if (length === 0 || extentLeaf.ee_start_hi(view, at) !== 0) return false;
    if (physical === 0 || physical < firstDataBlock || physical + length > blocksCount || logical < covered)
      return false;
    if (n.isDirectory && (stored > maxInitializedLength || logical !== covered)) return false;
    covered = logical + length;
  }
  return !n.isDirectory || covered <= maxDirectoryBytes / blockSize;
}

/**
 * Claims the extents of an inode when all of them lie in it and are sound; else does nothing and returns false. Two plain
 * loops without an object for each inode and entry; docs/performance.md says what that is worth.
 */
export function claimPlainExtents(n: CurrentInode, scan: InodeScan, tally: Tally): boolean {
  const { view } = n;
  const root = n.at + inode.i_block.offset;
  if (!hasRootHeader(n) || extentHeader.eh_depth(view, root) !== 0) return false;
  const entries = extentHeader.eh_entries(view, root);
  if (!isSound(n, scan, root, entries)) return false;
  for (let i = 1; i <= entries; i++) {
    const at = root + i * extentEntrySize;
    const stored = extentLeaf.ee_len(view, at);
    const logical = extentLeaf.ee_block(view, at);
    const physical = extentLeaf.ee_start_lo(view, at);
    const length = lengthOf(stored);
    if (n.isDirectory) queueDirectoryBlocks(scan, tally, n.ino, logical, physical, length);
    claimExtent(n, scan, tally, logical, physical, length);
    tally.lastBlock = logical + length - 1;
    if (stored <= maxInitializedLength) tally.lastWritten = tally.lastBlock;
  }
  return true;
}
