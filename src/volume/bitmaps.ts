/** The block and inode bitmaps as stored on disk, combined from all groups. */
import { allOnes, isAllZero } from '../bytes/bitmap';
import { type Bits, makeBits } from '../bytes/bits';
import { crc32c } from '../bytes/crc32c';
import { groupFlags } from '../layout/group';
import { type Geometry, groupClusters, groupFirstBlock, groupHead } from './geometry';
import { type Groups, isUninit } from './groups';
import { bytesOf, type Soon, type Volume } from './volume';

export interface LoadedBitmaps {
  /** By cluster number; bit 0 is the cluster of block 0. */
  readonly blocks: Bits;
  /** By inode number minus 1. */
  readonly inodes: Bits;
  /** Groups whose bitmap could not be read. */
  readonly unreadableBlocks: number[];
  readonly unreadableInodes: number[];
  /** Groups whose bitmap is outside the file system according to the descriptor; treated as empty. */
  readonly outsideBlocks: number[];
  readonly outsideInodes: number[];
  readonly badBlockChecksums: number[];
  readonly badInodeChecksums: number[];
  /** Whether any bitmap has a clear bit after its last one. */
  blockPaddingBad: boolean;
  inodePaddingBad: boolean;
  /** Groups whose bitmap block contains only zeros. */
  readonly zeroBlockBitmaps: number[];
  readonly zeroInodeBitmaps: number[];
}

function checksumGood(geometry: Geometry, bytes: Uint8Array, length: number, stored: number): boolean {
  const crc = crc32c(geometry.checksumSeed, bytes, 0, length);
  return geometry.descSize < 64 ? (crc & 0xffff) === (stored & 0xffff) : crc === stored;
}

/** Sets the bits that a group with an uninitialised block bitmap has for its own structures. */
export function markOwnMetadata(
  blocks: Pick<Bits, 'setRange'>,
  geometry: Geometry,
  groups: Groups,
  group: number,
): void {
  const mark = (block: number, count: number) => {
    const first = Math.floor(block / geometry.clusterRatio);
    blocks.setRange(first, Math.floor((block + count - 1) / geometry.clusterRatio) + 1 - first);
  };
  const head = groupHead(geometry, group);
  if (head.superBlock >= 0) mark(head.superBlock, 1);
  if (head.descriptors >= 0) mark(head.descriptors, head.descriptorCount);
  if (head.metaDescriptor >= 0) mark(head.metaDescriptor, 1);
  mark(groups.inodeTable[group]!, geometry.inodeTableBlocks);
  mark(groups.blockBitmap[group]!, 1);
  mark(groups.inodeBitmap[group]!, 1);
}

/** Reads all bitmaps. Those of groups that are valid but uninitialised are computed instead. */
export async function readBitmaps(volume: Volume, groups: Groups): Promise<LoadedBitmaps> {
  const { geometry } = volume;
  const clusters = Math.ceil(geometry.blocksCount / geometry.clusterRatio);
  const loaded: LoadedBitmaps = {
    blocks: makeBits(clusters),
    inodes: makeBits(geometry.groupCount * geometry.inodesPerGroup),
    unreadableBlocks: [],
    unreadableInodes: [],
    outsideBlocks: [],
    outsideInodes: [],
    badBlockChecksums: [],
    badInodeChecksums: [],
    blockPaddingBad: false,
    inodePaddingBad: false,
    zeroBlockBitmaps: [],
    zeroInodeBitmaps: [],
  };
  /** Groups whose bitmap blocks are read together. */
  const step = 256;
  for (let first = 0; first < groups.count; first += step) {
    const last = Math.min(first + step, groups.count);
    const wanted: number[] = [];
    for (let group = first; group < last; group++) wanted.push(groups.blockBitmap[group]!, groups.inodeBitmap[group]!);
    await volume.prefetch(wanted.filter((block) => volume.inRange(block)));
    for (let group = first; group < last; group++) {
      await readBlockBitmap(volume, groups, group, loaded);
      await readInodeBitmap(volume, groups, group, loaded);
    }
  }
  return loaded;
}

/** A bitmap's block. One outside the file system counts as empty, an unreadable one is null. */
function blockAt(volume: Volume, block: number, outside: number[], group: number): Soon<DataView | null> {
  if (volume.inRange(block)) return volume.block(block);
  outside.push(group);
  return new DataView(new ArrayBuffer(volume.geometry.blockSize));
}

async function readBlockBitmap(volume: Volume, groups: Groups, group: number, loaded: LoadedBitmaps): Promise<void> {
  const { geometry } = volume;
  const uninit = geometry.features.groupChecksums && (groups.flags[group]! & groupFlags.BLOCK_UNINIT) !== 0;
  if (uninit) markOwnMetadata(loaded.blocks, geometry, groups, group);
  // the flag alone does not invalidate the bitmap on disk: the descriptor's checksum must be right too
  const clusters = groupClusters(geometry, group);
  if (isUninit(geometry, groups, group, groupFlags.BLOCK_UNINIT)) {
    // the computed bitmap is also clear after the end of the file system
    if (group === groups.count - 1 && clusters < geometry.clustersPerGroup) loaded.blockPaddingBad = true;
    return;
  }
  const view = await blockAt(volume, groups.blockBitmap[group]!, loaded.outsideBlocks, group);
  if (view === null) {
    loaded.unreadableBlocks.push(group);
    return;
  }
  const bytes = bytesOf(view);
  const used = Math.floor(geometry.clustersPerGroup / 8);
  loaded.blocks.takeBytes(Math.floor(groupFirstBlock(geometry, group) / geometry.clusterRatio), bytes, clusters);
  const outside = !volume.inRange(groups.blockBitmap[group]!);
  if (!outside && !allOnes(bytes, used)) loaded.blockPaddingBad = true;
  if (group === groups.count - 1 && !padded(bytes, clusters, geometry.clustersPerGroup)) loaded.blockPaddingBad = true;
  if (!outside && !uninit && isAllZero(bytes, 0, bytes.length)) loaded.zeroBlockBitmaps.push(group);
  if (
    geometry.features.metadata_csum &&
    (groups.flags[group]! & groupFlags.BLOCK_UNINIT) === 0 &&
    !checksumGood(geometry, bytes, used, groups.blockBitmapChecksum[group]!)
  )
    loaded.badBlockChecksums.push(group);
}

function padded(bytes: Uint8Array, from: number, to: number): boolean {
  for (let bit = from; bit < to; bit++) if (((bytes[bit >> 3]! >> (bit & 7)) & 1) === 0) return false;
  return true;
}

async function readInodeBitmap(volume: Volume, groups: Groups, group: number, loaded: LoadedBitmaps): Promise<void> {
  const { geometry } = volume;
  if (isUninit(geometry, groups, group, groupFlags.INODE_UNINIT)) return;
  const view = await blockAt(volume, groups.inodeBitmap[group]!, loaded.outsideInodes, group);
  if (view === null) {
    loaded.unreadableInodes.push(group);
    return;
  }
  const bytes = bytesOf(view);
  const used = Math.floor(geometry.inodesPerGroup / 8);
  loaded.inodes.takeBytes(group * geometry.inodesPerGroup, bytes, geometry.inodesPerGroup);
  const outside = !volume.inRange(groups.inodeBitmap[group]!);
  if (!outside && !allOnes(bytes, used)) loaded.inodePaddingBad = true;
  if (!outside && isAllZero(bytes, 0, bytes.length)) loaded.zeroInodeBitmaps.push(group);
  if (
    geometry.features.metadata_csum &&
    (groups.flags[group]! & groupFlags.INODE_UNINIT) === 0 &&
    !checksumGood(geometry, bytes, used, groups.inodeBitmapChecksum[group]!)
  )
    loaded.badInodeChecksums.push(group);
}
