/** Claims a file's data blocks, and queues those of directories for the directory pass. */
import { define } from '../../../problem/define';
import type { InodeScan, Tally } from '../context';
import type { CurrentInode } from '../current';
import type { texts } from './claims.texts';

export const problems = define<typeof texts>({
  'cluster-misaligned': { severity: 'warning', e2fsck: [0x010074] },
});

/** Whether the places inside the clusters differ, or a logical cluster that was begun goes on in another physical one. */
function isMisaligned(ratio: number, tally: Tally, logical: number, physical: number): boolean {
  if (logical % ratio !== physical % ratio) return true;
  if (tally.previous === 0 || logical % ratio === 0) return false;
  return (
    Math.floor(tally.lastBlock / ratio) === Math.floor(logical / ratio) &&
    Math.floor(tally.previous / ratio) !== Math.floor(physical / ratio)
  );
}

/** An extent where clusters are larger than blocks: one that goes on in the cluster where the last one ended shares it. */
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
    // claimed twice on purpose, so that the clusters are looked into with those that files share
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

/** Claims `count` data blocks of an extent from `physical` on. */
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
 * Claims a block that a block map names: `logical` is -1, -2 or -3 for a block of the map itself. With clusters, one
 * that follows another of the same cluster, at the place in it that it has in the file, is no new claim.
 */
export function claimBlock(scan: InodeScan, tally: Tally, logical: number, physical: number): void {
  const ratio = scan.geometry.clusterRatio;
  if (
    ratio > 1 &&
    tally.previous > 0 &&
    Math.floor(physical / ratio) === Math.floor(tally.previous / ratio) &&
    // both are below zero or 2^32, so this is the place counted from the end for the map's own blocks
    (logical + ratio * 4) % ratio === physical % ratio
  )
    return;
  scan.facts.blocks.claim(physical);
  tally.blocks++;
}

/**
 * The same as `claimBlock` for `count` data blocks that follow each other in the file and on disk, in steps that do not
 * depend on how many they are.
 */
export function claimRun(scan: InodeScan, tally: Tally, logical: number, physical: number, count: number): void {
  const { blocks } = scan.facts;
  const ratio = scan.geometry.clusterRatio;
  const last = physical + count - 1;
  if (ratio === 1 || logical % ratio !== physical % ratio) {
    blocks.claimRange(physical, count);
    tally.blocks += count;
    // at a wrong place every block is a claim of its own, so a second one is in each cluster but the cut-off ends
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
