/** Where a file is: the runs of its blocks with their places, the blocks of its mapping, and the place of its inode. */
import { inodeFlags } from '../layout/inode';
import type { Located } from '../source/source';
import type { Groups } from '../volume/groups';
import { inodeOffset } from '../volume/inode-at';
import { fastSymlinkLimit } from '../volume/inode-fields';
import type { Volume } from '../volume/volume';
import { blocksCovered } from './file';
import { fileRuns, type Run } from './runs';
import { hasMapping } from './sound';
import type { InodeRecord } from './stat';

/** A place in the file system, and the same one in the file that holds everything. */
export interface Place {
  /** Byte of the file system. */
  byte: number;
  /** Byte of the outermost file; null where it has no space, absent where it has another form there. */
  fileByte?: number | null;
}

export interface PlacedRun extends Run {
  /** Of its first block; absent for holes and lost blocks. */
  place?: Place;
}

/** Where all of a file is. */
export interface FileLayout {
  inode: Place;
  /** Whether the content is in the inode. */
  inline: boolean;
  runs: PlacedRun[];
  /** Blocks of the mapping: indirect blocks, or nodes of the extent tree. */
  mapping: number[];
  /** Whether there are more runs or mapping blocks than these. */
  truncated: boolean;
}

/** Runs and blocks that are kept. */
const maxKept = 65_536;
/** No file has more blocks. */
const maxBlocks = 2 ** 32;

/** The place of a byte. */
export async function placeAt(volume: Volume, byte: number): Promise<Place> {
  const { source } = volume;
  if (byte >= source.size) return { byte };
  const fileByte: Located = source.locate === undefined ? byte : await source.locate(byte);
  return fileByte === undefined ? { byte } : { byte, fileByte };
}

function isInline(record: InodeRecord): boolean {
  const { type, size, flags } = record;
  return (flags & inodeFlags.INLINE_DATA) !== 0 || (type === 'symlink' && size < fastSymlinkLimit);
}

/** The layout of an inode of any type, also of blocks after its size. Never throws for damage. */
export async function layoutOf(volume: Volume, groups: Groups, record: InodeRecord): Promise<FileLayout> {
  const { blockSize } = volume.geometry;
  const layout: FileLayout = {
    inode: await placeAt(volume, inodeOffset(volume, groups, record.ino)),
    inline: isInline(record),
    runs: [],
    mapping: [],
    truncated: false,
  };
  if (!hasMapping(record)) return layout;
  const covered = Math.min(blocksCovered(volume, record), maxBlocks);
  // a file with many runs is walked several times
  const nodes = new Set<number>();
  const node = (block: number): void => {
    if (nodes.size < maxKept) nodes.add(block);
  };
  for await (const run of fileRuns(volume, record.view, maxBlocks, node)) {
    if (layout.runs.length === maxKept) {
      layout.truncated = true;
      break;
    }
    const isMapped = run.kind === 'data' || run.kind === 'unwritten';
    // the rest of all possible blocks is not a part of the file
    const count = isMapped ? run.count : Math.min(run.count, covered - run.logical);
    if (count <= 0) continue;
    const place = isMapped ? { place: await placeAt(volume, run.physical * blockSize) } : {};
    layout.runs.push({ ...run, count, ...place });
  }
  layout.mapping = [...nodes];
  return layout;
}
