/** Which inodes have data, a mapping or attributes in a range of bytes: all inodes in use are read, with or without a name. */
import { groupFlags } from '../layout/group';
import { reservedInode } from '../layout/inode';
import { Turns } from '../source/turns';
import { isUninit } from '../volume/groups';
import { xattrBlockOf } from '../volume/inode-fields';
import { catchImageError } from './error';
import type { Bytes, Owner, OwnerRole } from './fixed-owners';
import type { OpenedImage } from './opened-image';
import { fileRuns } from './runs';
import { hasMapping } from './sound';
import { type InodeRecord, loadInode } from './stat';

/** No file has more blocks. */
const maxBlocks = 2 ** 32;
/** Owners that are kept: one block can be claimed by any number of damaged inodes. */
const maxOwners = 1000;

/** Blocks of an inode table that are read together. */
const blocksAtOnce = 64;

/** What a search found. */
export interface FileOwners {
  owners: Owner[];
  /** Whether there may be more owners: too many were found, or there are more mappings than a sound image has. */
  truncated: boolean;
  /** Inodes that could not be read. */
  unreadable: number;
}

function roleOf(record: InodeRecord, kind: 'data' | 'unwritten'): OwnerRole {
  if (record.ino === reservedInode.JOURNAL) return 'journal';
  if (record.type === 'directory' || record.type === 'symlink') return record.type;
  return kind;
}

/** Calls `add` with each part of an inode that is in the range; resolves with the number of mapping blocks that were read. */
async function partsIn(
  { volume }: OpenedImage,
  record: InodeRecord,
  range: Bytes,
  add: (owner: Owner) => void,
): Promise<number> {
  const { blockSize } = volume.geometry;
  const inode = record.ino;
  const meets = (block: number, count: number): boolean =>
    block * blockSize < range.at + range.length && (block + count) * blockSize > range.at;
  const attributes = xattrBlockOf(volume.geometry, record.view, 0);
  if (attributes !== 0 && meets(attributes, 1)) add({ role: 'attributes', inode });
  if (!hasMapping(record)) return 0;
  const nodes = new Set<number>();
  let entered = 0;
  const node = (block: number): void => {
    entered++;
    if (meets(block, 1)) nodes.add(block);
  };
  for await (const { kind, logical, physical, count } of fileRuns(volume, record.view, maxBlocks, node)) {
    if ((kind !== 'data' && kind !== 'unwritten') || !meets(physical, count)) continue;
    const skipped = Math.max(0, range.at - physical * blockSize);
    add({ role: roleOf(record, kind), inode, at: logical * blockSize + skipped });
  }
  for (const _block of nodes) add({ role: 'mapping', inode });
  return entered;
}

/** All inodes in use with something in the range, in order. @throws the reason of `signal` */
export async function fileOwners(image: OpenedImage, range: Bytes, signal?: AbortSignal): Promise<FileOwners> {
  const { volume, groups } = image;
  const { geometry } = volume;
  const found: FileOwners = { owners: [], truncated: false, unreadable: 0 };
  const turns = new Turns(signal);
  // damaged inodes can share one mapping, each of them as large as the image
  let budget = 4 * volume.readableBlocks + 65_536;
  const add = (owner: Owner): void => {
    if (found.owners.length < maxOwners) found.owners.push(owner);
    else found.truncated = true;
  };
  for (let group = 0; group < groups.count; group++) {
    if (isUninit(geometry, groups, group, groupFlags.INODE_UNINIT)) continue;
    const first = groups.inodeTable[group]!;
    for (let i = 0; i < geometry.inodesPerGroup; i++) {
      const ino = group * geometry.inodesPerGroup + i + 1;
      if (ino > geometry.inodesCount) break;
      const block = (i * geometry.inodeSize) / geometry.blockSize;
      if (block % blocksAtOnce === 0)
        await volume.prefetch(
          Array.from(
            { length: Math.min(blocksAtOnce, geometry.inodeTableBlocks - block) },
            (_, n) => first + block + n,
          ),
        );
      const record = await catchImageError(
        () => loadInode(volume, groups, ino),
        () => null,
      );
      const inUse = record !== null && (record.links > 0 || ino < geometry.firstIno);
      if (record === null) found.unreadable++;
      else if (inUse && budget < 0) found.truncated = true;
      else if (inUse) budget -= await partsIn(image, record, range, add);
      const due = turns.due();
      if (due !== undefined) await due;
    }
  }
  return found;
}
