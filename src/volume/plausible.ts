/** Whether the numbers of a superblock are in proportion to the size of the image. */
import type { ByteSource } from '../source/source';
import type { Geometry } from './geometry';

/** File systems with more groups are refused: some 800 MiB of columns, and 2 PiB with blocks of 4 KiB. */
const maxGroups = 2 ** 24;
/** The limit of typed arrays with two bytes per inode in Node 20. */
const maxInodes = 2 ** 31 - 1;

/**
 * Whether the memory for maps of all blocks, groups and inodes is in proportion to the size of the image. Truncated
 * images get some extra.
 */
export function isPlausible(geometry: Geometry, source: ByteSource): boolean {
  const room = Math.max(64 * 1024 * 1024, source.size);
  // a lenient reader accepts tables whose sum is not the number of inodes
  const inodes = Math.max(geometry.inodesCount, geometry.groupCount * geometry.inodesPerGroup);
  return (
    geometry.blocksCount <= Math.max(2 ** 29, room / 64) &&
    geometry.groupCount <= maxGroups &&
    inodes <= Math.min(room / 8, maxInodes)
  );
}
