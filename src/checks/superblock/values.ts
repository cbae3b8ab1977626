/** Checks the numbers from which everything is computed: each must be within the limits of the format. */

import { join32 } from '../../bytes/field';
import { oldInodeSize } from '../../layout/inode';
import { maxClustersPerGroup, maxLogBlockSize, maxLogClusterSize } from '../../layout/limits';
import type { superblock } from '../../layout/superblock';
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import type { Geometry } from '../../volume/geometry';
import type { Opening, OpenResult } from '../../volume/open';
import { problems as openingProblems } from './opening';
import { superblockPlace } from './place';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'superblock-value-invalid': { severity: 'fatal', e2fsck: [0x00000b] },
  'superblock-inode-count-too-big': { severity: 'fatal', e2fsck: [0x000050] },
  'superblock-inode-count-wrong': { severity: 'fatal', e2fsck: [0x00000d] },
  'superblock-first-data-block': { severity: 'fatal', e2fsck: [0x000008] },
});

const largestInode = 2 ** 32 - 1;

interface Limit {
  field: keyof typeof superblock;
  stored: number;
  least: number;
  most: number;
  powerOfTwo: boolean;
}

const isLog2 = (n: number): boolean => Number.isInteger(Math.log2(n));

const fits = ({ stored, least, most, powerOfTwo }: Limit): boolean =>
  stored >= least && stored <= most && (!powerOfTwo || stored === 0 || isLog2(stored));

function limits(g: Geometry): Limit[] {
  const { sb, features, blockSize, clusterRatio, blocksCount } = g;
  const inodesPerBlock = Math.floor(blockSize / g.inodeSize);
  const clusters = Math.min(8 * blockSize, maxClustersPerGroup);
  const blocks = features['64bit'] ? Math.min(2 ** 48 - 1, 2 ** 32 * maxClustersPerGroup * clusterRatio) : 2 ** 32 - 1;
  const inodes = Math.min(inodesPerBlock * (sb.s_blocks_per_group - 4), 65536 - inodesPerBlock);
  const reserved = join32(sb.s_r_blocks_count_lo, features['64bit'] ? sb.s_r_blocks_count_hi : 0);
  const limit = (field: keyof typeof superblock, stored: number, least: number, most: number, powerOfTwo = false) => ({
    field,
    stored,
    least,
    most,
    powerOfTwo,
  });
  const all = [
    limit('s_inodes_count', sb.s_inodes_count, 1, largestInode),
    limit('s_blocks_count_lo', blocksCount, 1, blocks),
    limit('s_first_data_block', sb.s_first_data_block, 0, blocksCount),
    limit('s_log_block_size', sb.s_log_block_size, 0, maxLogBlockSize),
    limit('s_log_cluster_size', sb.s_log_cluster_size, sb.s_log_block_size, maxLogClusterSize),
    limit('s_clusters_per_group', sb.s_clusters_per_group, 8, clusters),
    limit('s_blocks_per_group', sb.s_blocks_per_group, 8, clusters * clusterRatio),
    limit('s_inodes_per_group', sb.s_inodes_per_group, inodesPerBlock, inodes),
    limit('s_r_blocks_count_lo', reserved, 0, Math.floor(blocksCount / 2)),
    limit('s_reserved_gdt_blocks', sb.s_reserved_gdt_blocks, 0, blockSize / 4),
    limit('s_desc_size', sb.s_desc_size, 0, 1024, true),
    limit('s_inode_size', g.inodeSize, oldInodeSize, blockSize, true),
  ];
  if (sb.s_rev_level > 0) all.push(limit('s_first_ino', sb.s_first_ino, 11, sb.s_inodes_count));
  const fromClusters = sb.s_clusters_per_group * clusterRatio;
  all.push(limit('s_blocks_per_group', sb.s_blocks_per_group, fromClusters, fromClusters));
  return all;
}

/**
 * Reports every impossible value; returns the first such field, or null. `opening` determines which superblock has it.
 */
function reportValues(
  geometry: Geometry,
  opening: Opening | null,
  report: ReportFinding,
): keyof typeof superblock | null {
  const { sb } = geometry;
  const wrong = limits(geometry).filter((limit) => !fits(limit));
  const expected = sb.s_inodes_per_group * geometry.groupCount;
  if (expected > largestInode) {
    report(problems['superblock-inode-count-too-big'], superblockPlace(opening, 's_inodes_per_group'), { expected });
  } else if (sb.s_inodes_count !== expected) {
    const stored = sb.s_inodes_count;
    report(problems['superblock-inode-count-wrong'], superblockPlace(opening, 's_inodes_count'), { stored, expected });
    wrong.push({ field: 's_inodes_count', stored, least: expected, most: expected, powerOfTwo: false });
  }
  for (const limit of wrong)
    report(problems['superblock-value-invalid'], superblockPlace(opening, limit.field), { ...limit });
  const shifted = reportFirstDataBlock(geometry, opening, report);
  return wrong[0]?.field ?? (expected > largestInode ? 's_inodes_per_group' : shifted ? 's_first_data_block' : null);
}

/** Reports a first group at an impossible block; returns whether it does. */
function reportFirstDataBlock({ sb, clusterRatio }: Geometry, opening: Opening | null, report: ReportFinding): boolean {
  const stored = sb.s_first_data_block;
  const expected = sb.s_log_block_size === 0 && clusterRatio === 1 ? 1 : 0;
  if (stored === expected) return false;
  const place = superblockPlace(opening, 's_first_data_block');
  report(problems['superblock-first-data-block'], place, { stored, expected });
  return true;
}

function reportUnusable(
  geometry: Geometry,
  opening: Opening | null,
  field: keyof typeof superblock,
  report: ReportFinding,
): void {
  const reason = `${field} cannot be ${Number(geometry.sb[field])}`;
  report(openingProblems['superblock-unusable'], superblockPlace(opening, field), { reason });
}

/** Whether all values are possible; e2fsck stops at the first that is not. */
export function checkValues(opening: Opening, report: ReportFinding): boolean {
  const { geometry } = opening.volume;
  const culprit = reportValues(geometry, opening, report);
  if (culprit === null) return true;
  reportUnusable(geometry, opening, culprit, report);
  return false;
}

/**
 * Reports why a primary superblock that opens is not used: its counts are impossible for an image of this size, or its
 * first group starts at a wrong block, so that no descriptor is at its place.
 */
export function checkPassedOver(
  { opening, overstated, descriptors, geometry }: OpenResult,
  report: ReportFinding,
): void {
  if (opening === null && overstated !== null) reportValues(overstated, null, report);
  if (opening?.backup && descriptors !== null && geometry !== null && reportFirstDataBlock(geometry, null, report))
    reportUnusable(geometry, null, 's_first_data_block', report);
}
