/** Claims a file's data blocks, and queues those of directories for the directory pass. */
import { define } from '../../../problem/define';
import type { InodeScan, Tally } from '../context';
import type { CurrentInode } from '../current';
import type { texts } from '../texts';

export const problems = define<typeof texts>()({
  'cluster-misaligned': { severity: 'warning', e2fsck: [0x010074] },
});

/** Whether the offsets in the clusters differ, or a logical cluster continues in another physical one. */
function isMisaligned(ratio: number, tally: Tally, logical: number, physical: number): boolean {
  if (logical % ratio !== physical % ratio) return true;
  if (tally.previous === 0 || logical % ratio === 0) return false;
  return (
    Math.floor(tally.lastBlock / ratio) === Math.floor(logical / ratio) &&
    Math.floor(tally.previous / ratio) !== Math.floor(physical / ratio)
  );
}

/** Claims an extent if clusters are larger than blocks: one that continues in the last cluster shares it. */
function claimClusters(
  n: CurrentInode,
  scan: InodeScan,
  tally: Tally,
  logical: number,
  physical: number,
  count: number,
): void {
  const { blocks } = scan.facts;
  const ratio = scan.geometry.clusterRatio;
  const last = physical + count - 1;
  if (isMisaligned(ratio, tally, logical, physical)) {
    scan.report(problems['cluster-misaligned'], { inode: n.ino, block: physical }, { logical, blocks: count });
    // claimed twice on purpose, so that the clusters are checked with those that files share
    blocks.claimRange(physical, count);
    blocks.claimRange(physical, count);
  }
  const cluster = Math.floor(physical / ratio);
  const begun = tally.previous > 0 && Math.floor(tally.previous / ratio) === cluster;
  const start = (begun ? cluster + 1 : cluster) * ratio;
  if (start <= last) {
    blocks.claimRange(start, last - start + 1);
    tally.blocks += Math.floor(last / ratio) - start / ratio + 1;
  }
  tally.previous = last;
}

/** Claims `count` data blocks of an extent that starts at `physical`. */
export function claimExtent(
  n: CurrentInode,
  scan: InodeScan,
  tally: Tally,
  logical: number,
  physical: number,
  count: number,
): void {
  if (scan.geometry.clusterRatio > 1) {
    claimClusters(n, scan, tally, logical, physical, count);
    return;
  }
  scan.facts.blocks.claimRange(physical, count);
  tally.blocks += count;
}

/**
 * Claims a block of a block map; `logical` is -1, -2 or -3 for a block of the map itself. With clusters, a block that
 * follows another in the same cluster, at the same offset as in the file, is not claimed again.
 */
export function claimBlock(scan: InodeScan, tally: Tally, logical: number, physical: number): void {
  const ratio = scan.geometry.clusterRatio;
  if (
    ratio > 1 &&
    tally.previous > 0 &&
    Math.floor(physical / ratio) === Math.floor(tally.previous / ratio) &&
    // blocks of the map have negative numbers, which count from the end of a cluster
    (logical + ratio * 4) % ratio === physical % ratio
  )
    return;
  scan.facts.blocks.claim(physical);
  tally.blocks++;
}

/** The same as `claimBlock` for `count` consecutive data blocks, in a constant number of steps. */
export function claimRun(scan: InodeScan, tally: Tally, logical: number, physical: number, count: number): void {
  const { blocks } = scan.facts;
  const ratio = scan.geometry.clusterRatio;
  const last = physical + count - 1;
  if (ratio === 1 || logical % ratio !== physical % ratio) {
    blocks.claimRange(physical, count);
    tally.blocks += count;
    // at a wrong offset every block is a separate claim, so each cluster has a second one, except incomplete clusters
    // at the ends
    const start = physical % ratio === ratio - 1 ? physical + 1 : physical;
    const end = last % ratio === 0 ? last - 1 : last;
    if (ratio > 1 && count > 1) blocks.claimRange(start, end - start + 1);
    return;
  }
  const begun = tally.previous > 0 && Math.floor(tally.previous / ratio) === Math.floor(physical / ratio);
  const start = begun ? physical - (physical % ratio) + ratio : physical;
  if (start > last) return;
  blocks.claimRange(start, last - start + 1);
  tally.blocks += Math.floor(last / ratio) - Math.floor(start / ratio) + 1;
}

/** Queues directory blocks; a gap after the last one is a hole, queued as block 0. */
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
