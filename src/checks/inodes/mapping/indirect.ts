/** Single, double and triple indirect blocks of a block map. */
import { isAllZero } from '../../../bytes/bitmap';
import { reservedInode } from '../../../layout/inode';
import { bytesOf } from '../../../volume/volume';
import type { InodeScan, Tally } from '../context';
import type { CurrentInode } from '../current';
import { problems, take, takePointers } from './block-map';
import { listsImpossible } from './zero-maps';

/** Takes the pointer to an indirect block; false if the block is not read. */
function enters(
  n: CurrentInode,
  scan: InodeScan,
  tally: Tally,
  block: number,
  level: number,
  itemise: boolean,
): boolean {
  if (block === 0) return false;
  if (!take(n, scan, tally, -level, block, itemise) && (!itemise || !scan.volume.inRange(block))) return false;
  return scan.facts.nodeBudget-- > 0;
}

function isRead(
  n: CurrentInode,
  scan: InodeScan,
  block: number,
  level: number,
  view: DataView | null,
): view is DataView {
  if (view !== null) return true;
  scan.report(problems['mapping-unreadable'], { inode: n.ino, block }, { logical: -level });
  scan.facts.harm(n.ino, n.isDirectory ? 'partly-lost' : 'damaged');
  return false;
}

/** Whether faults of pointers in an indirect block are reported: not if it is on metadata. */
const itemisesBelow = (n: CurrentInode, scan: InodeScan, block: number): boolean =>
  n.ino === reservedInode.RESIZE || !scan.facts.blocks.metadata.test(block);

/** An indirect block of the given level and everything below it; `isListed` unless its number is part of garbage. */
async function scanIndirect(
  n: CurrentInode,
  scan: InodeScan,
  tally: Tally,
  block: number,
  level: number,
  logical: number,
  itemise: boolean,
  isListed: boolean,
): Promise<void> {
  if (!enters(n, scan, tally, block, level, itemise)) return;
  const below = itemisesBelow(n, scan, block);
  const view = await scan.volume.block(block);
  if (!isRead(n, scan, block, level, view)) return;
  if (isAllZero(bytesOf(view), 0, view.byteLength)) {
    // the resize inode's blocks list copies of descriptors: in a file system of one group they are rightly empty
    if (isListed && n.ino !== reservedInode.RESIZE) tally.zeroMaps.add(block, level, logical);
    return;
  }
  const fanOut = view.byteLength >>> 2;
  if (level === 1) {
    takePointers(n, scan, tally, view, 0, fanOut, logical, below);
    return;
  }
  const isSound = isListed && !listsImpossible(scan, view);
  // multiplied, because V8 boxes the result of a power, and then every logical block
  const span = level === 2 ? fanOut : fanOut * fanOut;
  for (let i = 0; i < fanOut; i++) {
    const child = view.getUint32(i * 4, true);
    if (child !== 0) await scanIndirect(n, scan, tally, child, level - 1, logical + i * span, below, isSound);
  }
}

export async function scanIndirectBlocks(n: CurrentInode, scan: InodeScan, tally: Tally): Promise<void> {
  const fanOut = scan.geometry.blockSize >>> 2;
  await scanIndirect(n, scan, tally, n.word(12), 1, 12, true, true);
  await scanIndirect(n, scan, tally, n.word(13), 2, 12 + fanOut, true, true);
  await scanIndirect(n, scan, tally, n.word(14), 3, 12 + fanOut + fanOut * fanOut, true, true);
}
