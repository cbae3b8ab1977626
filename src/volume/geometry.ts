/** Numbers derived from a superblock: sizes, counts, features, and the positions of the fixed structures. Pure. */
import { crc32c } from '../bytes/crc32c';
import { join32 } from '../bytes/field';
import { decode } from '../layout/decode';
import { compat, incompat, roCompat } from '../layout/features';
import { oldInodeSize } from '../layout/inode';
import { superblock } from '../layout/superblock';

export type SuperblockRecord = ReturnType<typeof decode<typeof superblock>>;

export interface Geometry {
  /** All fields as stored, by kernel name. */
  readonly sb: SuperblockRecord;
  /** Bytes. */
  readonly blockSize: number;
  /** Blocks per cluster; 1 without bigalloc. */
  readonly clusterRatio: number;
  readonly clusterBits: number;
  readonly blocksCount: number;
  readonly firstDataBlock: number;
  readonly blocksPerGroup: number;
  readonly clustersPerGroup: number;
  readonly inodesPerGroup: number;
  readonly inodesCount: number;
  readonly groupCount: number;
  /** Bytes. */
  readonly inodeSize: number;
  /** First inode that is not reserved. */
  readonly firstIno: number;
  /** Bytes of a group descriptor. */
  readonly descSize: number;
  readonly descPerBlock: number;
  readonly descBlocks: number;
  readonly inodeTableBlocks: number;
  readonly features: Features;
  /** Start value of every metadata checksum. */
  readonly checksumSeed: number;
}

/** One flag per feature. */
export type Features = Readonly<
  Record<keyof typeof compat | keyof typeof incompat | keyof typeof roCompat, boolean>
> & {
  /** Descriptors carry checksums and uninitialised flags: uninit_bg or metadata_csum. */
  readonly groupChecksums: boolean;
};

function readFeatures(sb: SuperblockRecord): Features {
  const features: Record<string, boolean> = {};
  const take = (table: Record<string, number>, word: number) => {
    for (const name of Object.keys(table)) features[name] = (word & table[name]!) !== 0;
  };
  take(compat, sb.s_feature_compat);
  take(incompat, sb.s_feature_incompat);
  take(roCompat, sb.s_feature_ro_compat);
  features['groupChecksums'] = features['uninit_bg']! || features['metadata_csum']!;
  // a copy, for the reason given in `decode`
  return { ...features } as Features;
}

/** All ones as a crc32c start value. */
export const crcStart = 0xffffffff;

/**
 * 2 to the power of 0 to 31, by a shift: V8 boxes the result of `**`, and then also every offset computed from it, for
 * each field of each inode.
 */
const powerOfTwo = (exponent: number): number => (1 << exponent) >>> 0;

/** Reads the record at byte `at` of `view`, without tests. */
export function readGeometry(view: DataView, at: number): Geometry {
  const sb = decode(superblock, view, at);
  const features = readFeatures(sb);
  const dynamic = sb.s_rev_level > 0;
  const blockSize = 1024 * powerOfTwo(Math.min(sb.s_log_block_size, 21));
  const wide = features['64bit'];
  const clusterBits = features.bigalloc ? Math.max(0, Math.min(sb.s_log_cluster_size - sb.s_log_block_size, 31)) : 0;
  const blocksCount = join32(sb.s_blocks_count_lo, wide ? sb.s_blocks_count_hi : 0);
  const inodeSize = dynamic ? sb.s_inode_size : oldInodeSize;
  const descSize = wide ? sb.s_desc_size : 32;
  const groupCount = Math.ceil((blocksCount - sb.s_first_data_block) / sb.s_blocks_per_group);
  const descPerBlock = Math.floor(blockSize / (descSize || 32));
  return {
    sb,
    blockSize,
    clusterRatio: powerOfTwo(clusterBits),
    clusterBits,
    blocksCount,
    firstDataBlock: sb.s_first_data_block,
    blocksPerGroup: sb.s_blocks_per_group,
    clustersPerGroup: features.bigalloc ? sb.s_clusters_per_group : sb.s_blocks_per_group,
    inodesPerGroup: sb.s_inodes_per_group,
    inodesCount: sb.s_inodes_count,
    groupCount,
    inodeSize,
    firstIno: dynamic ? sb.s_first_ino : 11,
    descSize,
    descPerBlock,
    descBlocks: Math.ceil(groupCount / descPerBlock),
    inodeTableBlocks: Math.ceil((sb.s_inodes_per_group * inodeSize) / blockSize),
    features,
    checksumSeed: features.metadata_csum_seed ? sb.s_checksum_seed : crc32c(crcStart, sb.s_uuid),
  };
}

function isPowerOf(n: number, base: number): boolean {
  let power = base;
  while (power < n) power *= base;
  return power === n;
}

/** Whether group `group` holds a copy of the superblock. */
export function groupHasSuper(geometry: Geometry, group: number): boolean {
  const { features, sb } = geometry;
  if (group === 0) return true;
  if (features.sparse_super2) {
    const backups = new DataView(sb.s_backup_bgs.buffer, sb.s_backup_bgs.byteOffset, 8);
    return group === backups.getUint32(0, true) || group === backups.getUint32(4, true);
  }
  if (group <= 1 || !features.sparse_super) return true;
  return group % 2 === 1 && (isPowerOf(group, 3) || isPowerOf(group, 5) || isPowerOf(group, 7));
}

export const groupFirstBlock = (geometry: Geometry, group: number): number =>
  geometry.firstDataBlock + group * geometry.blocksPerGroup;

/** The last block of a group, inclusive. */
export const groupLastBlock = (geometry: Geometry, group: number): number =>
  Math.min(groupFirstBlock(geometry, group + 1), geometry.blocksCount) - 1;

export const groupOfBlock = (geometry: Geometry, block: number): number =>
  Math.floor((block - geometry.firstDataBlock) / geometry.blocksPerGroup);

export const groupOfInode = (geometry: Geometry, ino: number): number =>
  Math.floor((ino - 1) / geometry.inodesPerGroup);

/** Number of clusters, that is bits of the block bitmap, that group `group` has. */
export const groupClusters = (geometry: Geometry, group: number): number =>
  Math.ceil((groupLastBlock(geometry, group) + 1 - groupFirstBlock(geometry, group)) / geometry.clusterRatio);

/** The structures at the start of a group: its copy of the superblock and the descriptor blocks, if any. */
export interface GroupHead {
  /** Block of the superblock copy, or -1. */
  superBlock: number;
  /** First descriptor block in the layout without meta_bg (including the blocks reserved for growing), or -1. */
  descriptors: number;
  descriptorCount: number;
  /** The single descriptor block that meta_bg puts here, or -1. */
  metaDescriptor: number;
}

/** The superblock and descriptor copies of group `group` — "Meta Block Groups". */
export function groupHead(geometry: Geometry, group: number): GroupHead {
  const { features, sb, descBlocks, descPerBlock, blockSize } = geometry;
  let first = groupFirstBlock(geometry, group);
  // with 1 KiB blocks and bigalloc, block 0 belongs to group 0 but the superblock is block 1
  if (first === 0 && blockSize === 1024) first = 1;
  const hasSuper = groupHasSuper(geometry, group);
  const head: GroupHead = {
    superBlock: hasSuper ? first : -1,
    descriptors: -1,
    descriptorCount: 0,
    metaDescriptor: -1,
  };
  const metaGroup = Math.floor(group / descPerBlock);
  if (!features.meta_bg || metaGroup < sb.s_first_meta_bg) {
    if (hasSuper) {
      head.descriptors = first + 1;
      head.descriptorCount = features.meta_bg ? sb.s_first_meta_bg : descBlocks + sb.s_reserved_gdt_blocks;
    }
  } else {
    const place = group % descPerBlock;
    if (place === 0 || place === 1 || place === descPerBlock - 1) head.metaDescriptor = first + (hasSuper ? 1 : 0);
  }
  return head;
}

/**
 * The blocks of descriptor copies, each once: where groups are smaller than their descriptors the copies overlap, and
 * visiting each copy would take groups times descriptors.
 */
export class DescriptorRuns {
  private reached = 0;

  /** Calls `visit` with what the head of a group adds to the previous groups; groups must ascend. */
  add(head: GroupHead, visit: (block: number, count: number) => void): void {
    if (head.descriptors < 0) return;
    const end = head.descriptors + head.descriptorCount;
    const start = Math.max(head.descriptors, this.reached);
    if (end <= start) return;
    visit(start, end - start);
    this.reached = end;
  }
}

/** The block of descriptor block `index`, for a reader that uses the superblock in block `superBlock`. */
export function descriptorBlock(geometry: Geometry, superBlock: number, index: number): number {
  const { features, sb, blockSize, descPerBlock, blocksPerGroup, blocksCount, firstDataBlock } = geometry;
  // with 1 KiB blocks the primary superblock is block 1, even with bigalloc, where the count starts at block 0
  const bootBlock = (block: number) => (block === 0 && blockSize === 1024 ? 1 : 0);
  if (!features.meta_bg || index < sb.s_first_meta_bg) return superBlock + bootBlock(superBlock) + index + 1;
  let group = descPerBlock * index;
  let block = groupFirstBlock(geometry, group);
  const hasSuper = (at: number) => (groupHasSuper(geometry, at) ? 1 : 0);
  if (superBlock !== firstDataBlock && block + hasSuper(group) + blocksPerGroup < blocksCount) {
    group++;
    block += blocksPerGroup;
  }
  return block + bootBlock(block) + hasSuper(group);
}
