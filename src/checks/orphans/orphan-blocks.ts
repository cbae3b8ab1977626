/** The blocks of the orphan file, and the tests that an empty block must pass. */
import { isAllZero } from '../../bytes/bitmap';
import { crc32c } from '../../bytes/crc32c';
import { inode, inodeFlags } from '../../layout/inode';
import { orphanMagic, orphanTail, orphanTailSize } from '../../layout/orphan';
import type { Groups } from '../../volume/groups';
import { readInode } from '../../volume/inode-at';
import { inodeChecksumGood, inodeSeed } from '../../volume/inode-checksum';
import { walkMapping } from '../../volume/mapping';
import { bytesOf, type Volume } from '../../volume/volume';

interface Run {
  logical: number;
  physical: number;
  count: number;
}

export interface OrphanMapping {
  runs: Run[];
  /** The file's block after the last run. */
  end: number;
  /** Whether a block of the mapping is unusable, so that everything after it is unknown. */
  broken: boolean;
  /** Whether the root of the extents is invalid; e2fsck then reads no block and finds nothing wrong. */
  rootless: boolean;
}

/** The blocks of the file whose inode is in `view`, as far as e2fsck would read them. */
export async function mappingOf(volume: Volume, view: DataView): Promise<OrphanMapping> {
  const extents = (inode.i_flags(view, 0) & inodeFlags.EXTENTS) !== 0;
  const mapping: OrphanMapping = { runs: [], end: 0, broken: false, rootless: false };
  // an empty root has no extents, so everything is a hole; an invalid one means that nothing is known
  const noRoot = isAllZero(inode.i_block(view, 0));
  await walkMapping(volume, view, 0, {
    run(logical, physical, count) {
      // for e2fsck a hole ends a block map, but it does not notice one between extents
      if (mapping.broken || (logical > mapping.end && !extents)) return false;
      mapping.runs.push({ logical, physical, count });
      mapping.end = logical + count;
      return true;
    },
    defect(kind, block, logical) {
      if (kind === 'bad-header' && block === 0) mapping.rootless = !noRoot;
      else mapping.broken = true;
      // a block outside the file system counts as unreadable
      if (logical >= 0) mapping.runs.push({ logical, physical: block, count: 1 });
    },
  });
  return mapping;
}

/** The orphan file's inode, or why it is not available. */
export async function orphanInode(volume: Volume, groups: Groups, ino: number): Promise<DataView | string> {
  const { geometry } = volume;
  if (ino < 1 || ino > geometry.inodesCount)
    return `s_orphan_file_inum is ${ino}, should be from 1 to ${geometry.inodesCount}`;
  const view = await readInode(volume, groups, ino);
  if (view === null) return `inode ${ino} cannot be read`;
  if (geometry.features.metadata_csum && !inodeChecksumGood(geometry, view, 0, ino))
    return `the checksum of inode ${ino} is wrong`;
  return view;
}

/** Number of blocks that are read together. */
const stride = 64;

/** The blocks of the runs in order, read in long runs; `view` is null where one cannot be read. */
export async function* blocksOf(
  volume: Volume,
  runs: readonly Run[],
): AsyncGenerator<{ logical: number; place: number; view: DataView | null }> {
  for (const { logical, physical, count } of runs) {
    for (let i = 0; i < count; i++) {
      const place = physical + i;
      if (i % stride === 0)
        await volume.prefetch(Array.from({ length: Math.min(stride, count - i) }, (_, k) => place + k));
      yield { logical: logical + i, place, view: await volume.block(place) };
    }
  }
}

/** The inodes in valid blocks of the orphan file; none where it cannot be read. */
export async function* listedInodes(volume: Volume, groups: Groups): AsyncGenerator<number> {
  const ino = volume.geometry.sb.s_orphan_file_inum;
  const view = await orphanInode(volume, groups, ino);
  if (typeof view === 'string' || (inode.i_flags(view, 0) & inodeFlags.INLINE_DATA) !== 0) return;
  const seed = inodeSeed(volume.geometry, ino, inode.i_generation(view, 0));
  for await (const { view: block, place } of blocksOf(volume, (await mappingOf(volume, view)).runs)) {
    if (block === null || frameFault(volume, block, seed, place) !== null) continue;
    for (const listed of entriesOf(block)) yield listed;
  }
}

/** The inode numbers in a block of the orphan file, without free entries. */
export function* entriesOf(view: DataView): Generator<number> {
  for (let at = 0; at < view.byteLength - orphanTailSize; at += 4) {
    const ino = view.getUint32(at, true);
    if (ino !== 0) yield ino;
  }
}

const blockNumber = new Uint8Array(8);
const blockNumberView = new DataView(blockNumber.buffer);

/** The error in the magic of an orphan block; null when it is right. */
function magicFault(view: DataView): string | null {
  const magic = orphanTail.ob_magic(view, view.byteLength - orphanTailSize);
  return magic === orphanMagic ? null : `carries 0x${magic.toString(16)}, should carry 0x${orphanMagic.toString(16)}`;
}

/** The error for which the kernel refuses an orphan block: without the feature, it does not look at the checksum. */
export const refusedFrame = (volume: Volume, view: DataView, seed: number, block: number): string | null =>
  volume.geometry.features.metadata_csum ? frameFault(volume, view, seed, block) : magicFault(view);

/** The error in the magic or the checksum of an orphan block; null when both are right. */
export function frameFault(volume: Volume, view: DataView, seed: number, block: number): string | null {
  const bytes = bytesOf(view);
  const tail = bytes.length - orphanTailSize;
  const wrongMagic = magicFault(view);
  if (wrongMagic !== null) return wrongMagic;
  let expected = 0;
  if (volume.geometry.features.metadata_csum) {
    blockNumberView.setUint32(0, block, true);
    blockNumberView.setUint32(4, Math.floor(block / 2 ** 32), true);
    expected = crc32c(crc32c(seed, blockNumber), bytes, 0, tail);
  }
  const stored = orphanTail.ob_checksum(view, tail);
  return stored === expected ? null : `has checksum ${stored}, should have ${expected}`;
}

/** Why the block is not an empty orphan block; null when it is. `seed` is the inode's, `block` the block's number. */
export function dirt(volume: Volume, view: DataView, seed: number, block: number): string | null {
  const tail = view.byteLength - orphanTailSize;
  const framed = orphanTail.ob_magic(view, tail) === orphanMagic;
  if (!framed || isAllZero(bytesOf(view), 0, tail)) return frameFault(volume, view, seed, block);
  return `lists ${[...entriesOf(view)].length} inodes, should list none`;
}
