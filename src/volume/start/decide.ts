/** Decides whether an image is the file system of its superblocks, or something else whose bytes include them. */
import { printableField } from '../../bytes/names';
import type { LeftoverFacts, StartFacts } from '../../problem/start';
import type { ByteSource } from '../../source/source';
import { extType } from '../ext-type';
import type { Geometry } from '../geometry';
import type { Groups } from '../groups';
import { hasRootDirectory } from '../root';
import type { Volume } from '../volume';
import { identifyDiskOver, identifyShifted, identifyStart } from './identify';

function leftoverOf(geometry: Geometry, superBlock: number): LeftoverFacts {
  const { blockSize, blocksCount, sb } = geometry;
  return {
    type: extType(geometry),
    superblockAt: superBlock,
    blockSize,
    blocks: blocksCount,
    label: printableField(sb.s_volume_name),
  };
}

/**
 * The disk whose partition table is in front of a usable primary superblock, if one of its partitions holds something in
 * the bytes of that file system; null otherwise.
 */
export async function diskOver(source: ByteSource, geometry: Geometry): Promise<StartFacts | null> {
  const disk = await identifyDiskOver(source, geometry.blocksCount * geometry.blockSize);
  return disk && { ...disk, leftover: leftoverOf(geometry, geometry.firstDataBlock) };
}

/** A file system that was opened by a backup superblock. */
interface Opened {
  volume: Volume;
  groups: Groups;
  superBlock: number;
}

/**
 * Decides where there is no usable primary superblock. Backups may be left over from an earlier use of the same bytes: they
 * are not believed if the image is a disk with known partitions, another file system or a container; and where it may be
 * something else, they must lead to a root directory.
 * @param isMissing the magic number is not at its place; else other formats are not looked for
 * @param backup opens the file system by a backup
 */
export async function withoutPrimary<T extends Opened>(
  source: ByteSource,
  isMissing: boolean,
  backup: () => Promise<T | null>,
): Promise<{ start: StartFacts | null; opening: T | null }> {
  const start = isMissing ? await identifyStart(source) : await identifyDiskOver(source, source.size);
  const opening = await backup();
  if (start?.claims) {
    const leftover = opening && leftoverOf(opening.volume.geometry, opening.superBlock);
    return { start: { ...start, ...(leftover && { leftover }) }, opening: null };
  }
  if (opening !== null && (await hasRootDirectory(opening))) return { start, opening };
  const shifted = isMissing ? await identifyShifted(source) : null;
  if (shifted !== null) return { start: shifted, opening: null };
  const onlyOverwritten = start === null || start.kind === 'zeros' || start.partitions.length === 0;
  return { start, opening: onlyOverwritten ? opening : null };
}
