/** Claims a file's data blocks, and queues those of directories for the directory pass. */
import { define } from '../../problem/define';
import type { InodeScan, Tally } from './context';
import type { CurrentInode } from './current';

export const problems = define({
  'cluster-misaligned': {
    severity: 'warning',
    e2fsck: [0x010074],
    title: 'Block lies at the wrong place in its cluster',
    explain:
      'With bigalloc, a block must have the same place in its cluster as in the file. Here it has not, so writing to the file may damage its neighbours.',
    say: (d: { logical: number }) => `logical block ${d.logical} lies at the wrong place in its cluster`,
  },
});

/** Whether a logical cluster goes on in another physical one, or the places inside the clusters differ. */
function isMisaligned(scan: InodeScan, tally: Tally, logical: number, physical: number): boolean {
  const ratio = scan.geometry.clusterRatio;
  if (tally.lastBlock >= 0 && tally.previous > 0) {
    const sameLogical = Math.floor(tally.lastBlock / ratio) === Math.floor(logical / ratio);
    const samePhysical = Math.floor(tally.previous / ratio) === Math.floor(physical / ratio);
    if (sameLogical && !samePhysical) return true;
  }
  return physical % ratio !== logical % ratio;
}

/** One data block of a file system with clusters: neighbours in one cluster are one claim. */
function claimInCluster(n: CurrentInode, scan: InodeScan, tally: Tally, logical: number, physical: number): void {
  const ratio = scan.geometry.clusterRatio;
  const { blocks } = scan.facts;
  const continues =
    tally.previous > 0 &&
    Math.floor(physical / ratio) === Math.floor(tally.previous / ratio) &&
    physical % ratio === logical % ratio;
  if (!continues) {
    blocks.claim(physical);
    tally.blocks++;
  }
  if (isMisaligned(scan, tally, logical, physical)) {
    scan.report(problems['cluster-misaligned'], { inode: n.ino, block: physical }, { logical });
    blocks.claim(physical);
    blocks.claim(physical);
  }
  tally.previous = physical;
}

/** Claims `count` data blocks from `physical` on. */
export function claimExtent(
  n: CurrentInode,
  scan: InodeScan,
  tally: Tally,
  logical: number,
  physical: number,
  count: number,
): void {
  if (scan.geometry.clusterRatio === 1) {
    scan.facts.blocks.claimRange(physical, count);
    tally.blocks += count;
    return;
  }
  for (let i = 0; i < count; i++) {
    claimInCluster(n, scan, tally, logical + i, physical + i);
    tally.lastBlock = logical + i;
  }
}

/** Claims a single data block, or a block of the mapping when `logical` is negative. */
export function claimBlock(n: CurrentInode, scan: InodeScan, tally: Tally, logical: number, physical: number): void {
  if (scan.geometry.clusterRatio > 1) claimInCluster(n, scan, tally, logical, physical);
  else {
    scan.facts.blocks.claim(physical);
    tally.blocks++;
  }
}

/** Queues directory blocks; what lies between the last one and these is a hole, queued as block 0. */
export function queueDirectoryBlocks(
  scan: InodeScan,
  tally: Tally,
  ino: number,
  logical: number,
  physical: number,
  count: number,
): void {
  const { dirBlocks } = scan.facts;
  if (logical > tally.lastQueued + 1) dirBlocks.addHoles(ino, tally.lastQueued + 1, logical);
  dirBlocks.addRun(ino, logical, physical, count);
  if (count > 0) tally.lastQueued = logical + count - 1;
}
