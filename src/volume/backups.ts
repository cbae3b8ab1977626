/** Where backup superblocks are, and whether a superblock is the backup of a file system at byte 0 of the source. */
import { type Geometry, groupHasSuper, groupHead } from './geometry';

/** Groups with backups in a file system with sparse_super, in the order in which they are tried. */
function* backupGroups(limit: number): Generator<number> {
  yield 1;
  let [three, five, seven] = [3, 5, 7];
  for (;;) {
    const next = Math.min(three, five, seven);
    if (next > limit) return;
    yield next;
    if (three === next) three *= 3;
    if (five === next) five *= 5;
    if (seven === next) seven *= 7;
  }
}

/** A place where a backup may be. */
export interface BackupPlace {
  block: number;
  blockSize: number;
}

const blockSizes = [1024, 2048, 4096, 8192, 16384, 32768, 65536];

/**
 * Places of backups in `size` bytes, in the order in which they are tried. A known geometry determines them; without one,
 * every block size is tried with the usual number of blocks in a group.
 */
export function* backupPlaces(size: number, known: Geometry | null): Generator<BackupPlace> {
  for (const blockSize of known ? [known.blockSize] : blockSizes) {
    // with bigalloc, groups start at block 0 even with blocks of 1 KiB
    const firstDataBlock = blockSize === 1024 && known?.firstDataBlock !== 0 ? 1 : 0;
    const perGroup = known ? known.blocksPerGroup : blockSize * 8;
    for (const group of backupGroups(Math.floor(size / blockSize / perGroup)))
      yield { block: firstDataBlock + group * perGroup, blockSize };
  }
}

/** Larger group numbers do not fit into the field. */
const largestNumber = 0xffff;

/**
 * What the superblock in block `block` says about itself:
 * - `numbered`: a backup of the file system that starts at block 0, with the number of its group;
 * - `unnumbered`: it would be one, but has the number 0. The kernel wrote such backups when it enlarged a mounted file
 *   system, before Linux 6.1. The primary superblock of a file system that starts 1024 bytes earlier looks the same;
 * - `foreign`: its own numbers put it elsewhere.
 */
export function backupKind(geometry: Geometry, block: number): 'numbered' | 'unnumbered' | 'foreign' {
  const { sb, firstDataBlock, blocksPerGroup, groupCount } = geometry;
  const group = Math.floor((block - firstDataBlock) / blocksPerGroup);
  if (!(group >= 1 && group < groupCount) || !groupHasSuper(geometry, group)) return 'foreign';
  if (groupHead(geometry, group).superBlock !== block) return 'foreign';
  if (sb.s_block_group_nr === Math.min(group, largestNumber)) return 'numbered';
  return sb.s_block_group_nr === 0 ? 'unnumbered' : 'foreign';
}
