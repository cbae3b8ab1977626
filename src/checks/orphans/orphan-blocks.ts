/** Where the blocks of the orphan file lie, and what an empty one must look like. */
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
  /** The file's block behind the last run. */
  end: number;
  /** A block of the mapping cannot be used, so what lies behind it is unknown. */
  broken: boolean;
  /** The root of the extents makes no sense; e2fsck then looks at no block and finds nothing wrong. */
  rootless: boolean;
}

/** The blocks of the file whose inode is in `view`, as far as e2fsck would look at them. */
export async function mappingOf(volume: Volume, view: DataView): Promise<OrphanMapping> {
  const extents = (inode.i_flags(view, 0) & inodeFlags.EXTENTS) !== 0;
  const mapping: OrphanMapping = { runs: [], end: 0, broken: false, rootless: false };
  // without a root there are no extents, which is a hole; with a bad one nothing is known
  const noRoot = isAllZero(inode.i_block(view, 0));
  await walkMapping(volume, view, 0, {
    run(logical, physical, count) {
      // a hole ends a block map, as e2fsck sees it, but goes unnoticed between extents
      if (mapping.broken || (logical > mapping.end && !extents)) return false;
      mapping.runs.push({ logical, physical, count });
      mapping.end = logical + count;
      return true;
    },
    defect(kind, block, logical) {
      if (kind === 'bad-header' && block === 0) mapping.rootless = !noRoot;
      else mapping.broken = true;
      // a place outside the file system is one that cannot be read
      if (logical >= 0) mapping.runs.push({ logical, physical: block, count: 1 });
    },
  });
  return mapping;
}

/** The orphan file's inode, or why it cannot be had. */
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

/** Blocks that are read ahead. */
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

/** The inodes that sound blocks of the orphan file list; none where it cannot be read. */
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

/** Inode numbers in a block of the orphan file; free places are left out. */
export function* entriesOf(view: DataView): Generator<number> {
  for (let at = 0; at < view.byteLength - orphanTailSize; at += 4) {
    const ino = view.getUint32(at, true);
    if (ino !== 0) yield ino;
  }
}

const blockNumber = new Uint8Array(8);
const blockNumberView = new DataView(blockNumber.buffer);

/** What is wrong with the magic or the checksum of an orphan block; null when both are right. */
export function frameFault(volume: Volume, view: DataView, seed: number, block: number): string | null {
  const bytes = bytesOf(view);
  const tail = bytes.length - orphanTailSize;
  const magic = orphanTail.ob_magic(view, tail);
  if (magic !== orphanMagic) return `carries 0x${magic.toString(16)}, should carry 0x${orphanMagic.toString(16)}`;
  let expected = 0;
  if (volume.geometry.features.metadata_csum) {
    blockNumberView.setUint32(0, block, true);
    blockNumberView.setUint32(4, Math.floor(block / 2 ** 32), true);
    expected = crc32c(crc32c(seed, blockNumber), bytes, 0, tail);
  }
  const stored = orphanTail.ob_checksum(view, tail);
  return stored === expected ? null : `has checksum ${stored}, should have ${expected}`;
}

/** Why the block is not an empty orphan block; null when it is. `seed` is the inode's, `block` where it lies. */
export function dirt(volume: Volume, view: DataView, seed: number, block: number): string | null {
  const tail = view.byteLength - orphanTailSize;
  const framed = orphanTail.ob_magic(view, tail) === orphanMagic;
  if (!framed || isAllZero(bytesOf(view), 0, tail)) return frameFault(volume, view, seed, block);
  return `lists ${[...entriesOf(view)].length} inodes, should list none`;
}
