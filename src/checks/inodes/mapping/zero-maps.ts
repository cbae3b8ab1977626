/** Indirect blocks of zeros: those that were lost, and those that list nothing for good reason. */
import { type InodeScan, mostZeroMaps, type Tally } from '../context';
import type { CurrentInode } from '../current';
import { expectedBlocks, unitsOfBlock } from '../sizes';
import { problems } from './block-map';

/** Whether a double or triple indirect block lists blocks that do not exist: then the rest of it proves nothing either. */
export function listsImpossible(scan: InodeScan, view: DataView): boolean {
  for (let at = 0; at < view.byteLength; at += 4) {
    const block = view.getUint32(at, true);
    if (block !== 0 && !scan.volume.inRange(block)) return true;
  }
  return false;
}

function reportLost(scan: InodeScan, ino: number, isDirectory: boolean, block: number, level: number): void {
  scan.facts.zeroBlocks++;
  scan.report(problems['indirect-block-zero'], { inode: ino, block }, { logical: -level });
  scan.facts.harm(ino, isDirectory ? 'partly-lost' : 'damaged');
}

/** Whether the bitmap on disk marks a block that nothing uses, as far as is known. */
const isMarkedOnly = ({ volume, disk, facts }: InodeScan, block: number): boolean =>
  volume.inRange(block) && disk.blocks.test(facts.blocks.clusterOf(block)) && !facts.blocks.isClaimed(block);

/**
 * Judges the indirect blocks of zeros of one inode. A hole that is punched leaves its indirect block, and genext2fs
 * writes them for holes: nothing counts blocks below it then. Where its write was lost, i_blocks still counts them, or the
 * bitmap still marks them.
 */
export function judgeZeroMaps(n: CurrentInode, scan: InodeScan, tally: Tally): void {
  const { zeroMaps } = tally;
  if (n.isDirectory && !n.hasExtents && tally.illegal > 0) scan.facts.overwrittenMaps.add(n.ino);
  if (zeroMaps.length === 0) return;
  const { lostMaps } = scan.facts;
  const uncounted = (n.blockCount - expectedBlocks(n, scan, tally)) / unitsOfBlock(n, scan);
  // each wrong pointer explains at least one of them
  const counted = uncounted > tally.illegal;
  const end = n.size / scan.geometry.blockSize;
  for (let i = 0; i < zeroMaps.length; i++) {
    const { block, level, logical } = zeroMaps.at(i);
    if (logical >= end) continue;
    if (counted) reportLost(scan, n.ino, n.isDirectory, block, level);
    else if (isMarkedOnly(scan, block + 1) && lostMaps.length < mostZeroMaps)
      lostMaps.push({ inode: n.ino, isDirectory: n.isDirectory, block, level });
  }
}

/**
 * Judges those that only the bitmap can be evidence for, after all blocks are claimed: a file's data follows its indirect
 * block, so it was lost where the next block is marked as used and nothing uses it.
 */
export function judgeByBitmap(scan: InodeScan): void {
  for (const { inode, isDirectory, block, level } of scan.facts.lostMaps)
    if (isMarkedOnly(scan, block + 1)) reportLost(scan, inode, isDirectory, block, level);
}
