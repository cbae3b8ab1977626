/** Whether a superblock can be opened: the tests that come before anything else. Pure. */
import { crc32c } from '../bytes/crc32c';
import { supported } from '../layout/features';
import { maxClustersPerGroup, maxLogBlockSize, maxLogClusterSize } from '../layout/limits';
import { superblock, superblockMagic, superblockSize } from '../layout/superblock';
import { crcStart, type Geometry } from './geometry';

/**
 * Why a superblock cannot be opened:
 * - `magic`, `checksum`, `corrupt`: damaged, so a backup is tried;
 * - `desc-size`: a descriptor size that 64bit does not allow; tried again with the lenient tests;
 * - `checksum-type`, `revision`, `feature`: from a newer format; a backup would not help;
 * - `optional-feature`: from a newer format too, but older programs may read it, so it is used.
 */
export type OpenFailureKind =
  | 'magic'
  | 'checksum'
  | 'corrupt'
  | 'desc-size'
  | 'checksum-type'
  | 'revision'
  | 'feature'
  | 'optional-feature'
  | 'descriptors';

export interface OpenFailure {
  kind: OpenFailureKind;
  /** The invalid field and value. */
  detail: string;
}

const failure = (kind: OpenFailureKind, detail: string): OpenFailure => ({ kind, detail });
const isPowerOfTwo = (n: number): boolean => n > 0 && (n & (n - 1)) === 0;

/** Whether the checksum over the superblock's first 1020 bytes is right; true where the format has none. */
export function superblockChecksumGood(geometry: Geometry, bytes: Uint8Array): boolean {
  return (
    !geometry.features.metadata_csum ||
    crc32c(crcStart, bytes, 0, superblock.s_checksum.offset) === geometry.sb.s_checksum
  );
}

/** The only valid value of `s_checksum_type`. */
const crc32cType = 1;

function shapeFailure(g: Geometry): OpenFailure | null {
  const { sb, features } = g;
  if (sb.s_log_block_size > maxLogBlockSize) return failure('corrupt', `s_log_block_size is ${sb.s_log_block_size}`);
  if (sb.s_log_cluster_size > maxLogClusterSize || sb.s_log_cluster_size < sb.s_log_block_size)
    return failure('corrupt', `s_log_cluster_size is ${sb.s_log_cluster_size}`);
  if (sb.s_log_groups_per_flex > 31) return failure('corrupt', `s_log_groups_per_flex is ${sb.s_log_groups_per_flex}`);
  if (!features.bigalloc && sb.s_log_cluster_size !== sb.s_log_block_size)
    return failure('corrupt', `s_log_cluster_size is ${sb.s_log_cluster_size} without bigalloc`);
  if (g.inodeSize < 128 || g.inodeSize > g.blockSize || !isPowerOfTwo(g.inodeSize))
    return failure('corrupt', `s_inode_size is ${g.inodeSize}`);
  return null;
}

function countFailure(g: Geometry, lenient: boolean): OpenFailure | null {
  const { sb, features } = g;
  if (features['64bit'] && sb.s_desc_size < 64 && !lenient)
    return failure('desc-size', `s_desc_size is ${sb.s_desc_size}`);
  if (sb.s_blocks_per_group !== sb.s_clusters_per_group * g.clusterRatio)
    return failure('corrupt', `s_blocks_per_group is ${sb.s_blocks_per_group}`);
  if (sb.s_inodes_per_group === 0) return failure('corrupt', 's_inodes_per_group is 0');
  if (sb.s_blocks_per_group < 8 || sb.s_blocks_per_group > maxClustersPerGroup * g.clusterRatio)
    return failure('corrupt', `s_blocks_per_group is ${sb.s_blocks_per_group}`);
  if (g.inodeTableBlocks > 65536 - g.blockSize / g.inodeSize)
    return failure('corrupt', `s_inodes_per_group is ${sb.s_inodes_per_group}`);
  if (g.descPerBlock === 0) return failure('corrupt', `s_desc_size is ${sb.s_desc_size}`);
  if (sb.s_first_data_block >= g.blocksCount)
    return failure('corrupt', `s_first_data_block is ${sb.s_first_data_block}`);
  if (g.groupCount > 2 ** 32) return failure('corrupt', `${g.groupCount} block groups`);
  if (!lenient && g.groupCount * sb.s_inodes_per_group !== sb.s_inodes_count)
    return failure(
      'corrupt',
      `s_inodes_count is ${sb.s_inodes_count}, but ${g.groupCount} groups hold ${g.groupCount * sb.s_inodes_per_group}`,
    );
  if (features.meta_bg && sb.s_first_meta_bg > g.descBlocks && !lenient)
    return failure('corrupt', `s_first_meta_bg is ${sb.s_first_meta_bg}`);
  return null;
}

/** The first reason why the superblock `bytes`, parsed as `g`, cannot be opened; null when it can. */
export function openFailure(g: Geometry, bytes: Uint8Array, lenient = false): OpenFailure | null {
  const { sb } = g;
  if (bytes.length < superblockSize) return failure('magic', 'the image ends before its superblock does');
  if (sb.s_magic === superblockMagic && !superblockChecksumGood(g, bytes))
    return failure('checksum', 's_checksum is wrong');
  if (sb.s_magic !== superblockMagic) return failure('magic', `s_magic is 0x${sb.s_magic.toString(16)}`);
  if (g.features.metadata_csum && sb.s_checksum_type !== crc32cType)
    return failure('checksum-type', `s_checksum_type is ${sb.s_checksum_type}`);
  if (sb.s_rev_level > 1) return failure('revision', `s_rev_level is ${sb.s_rev_level}`);
  if ((sb.s_feature_incompat & ~supported.incompat) !== 0) return failure('feature', 's_feature_incompat');
  const unfit = shapeFailure(g) ?? countFailure(g, lenient);
  if (unfit !== null) return unfit;
  // features that allow reading come last: before them, a backup may replace a damaged superblock
  if ((sb.s_feature_ro_compat & ~supported.roCompat) !== 0) return failure('optional-feature', 's_feature_ro_compat');
  return (sb.s_feature_compat & ~supported.compat) === 0 ? null : failure('optional-feature', 's_feature_compat');
}
