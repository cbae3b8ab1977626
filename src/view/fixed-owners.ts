/** Which fixed structures of a file system are in a range of its bytes: they follow from superblock and descriptors alone. */

import type { Geometry } from '../volume/geometry';
import { groupHead } from '../volume/geometry';
import type { Groups } from '../volume/groups';

/** What some bytes are for. */
export type OwnerRole =
  | 'boot-record'
  | 'superblock'
  | 'descriptors'
  | 'block-bitmap'
  | 'inode-bitmap'
  | 'inode-table'
  | 'data'
  | 'unwritten'
  | 'directory'
  | 'symlink'
  | 'journal'
  | 'mapping'
  | 'attributes';

/** A structure of a group, or a part of a file. */
export interface Owner {
  role: OwnerRole;
  group?: number;
  /** The inode whose part this is; in an inode table the first one. */
  inode?: number;
  /** The last inode, in an inode table. */
  lastInode?: number;
  /** First byte of the file that is there. */
  at?: number;
  /** Some names of the inode. */
  paths?: string[];
}

/** A range of bytes of the file system. */
export interface Bytes {
  at: number;
  length: number;
}

/** Bytes in front of the primary superblock. */
const bootSize = 1024;

/** Calls `add` with each structure of a group that has a byte of the range. */
function inGroup(geometry: Geometry, groups: Groups, group: number, range: Bytes, add: (owner: Owner) => void): void {
  const { blockSize, inodeSize, inodesPerGroup, inodesCount } = geometry;
  const meets = (block: number, count: number): boolean =>
    block >= 0 && block * blockSize < range.at + range.length && (block + count) * blockSize > range.at;
  const head = groupHead(geometry, group);
  const isAtBoot = group === 0 && range.at + range.length <= bootSize;
  if (meets(head.superBlock, 1) && !isAtBoot) add({ role: 'superblock', group });
  if (meets(head.descriptors, head.descriptorCount)) add({ role: 'descriptors', group });
  if (meets(head.metaDescriptor, 1)) add({ role: 'descriptors', group });
  const blockBitmap = groups.blockBitmap[group]!;
  if (blockBitmap > 0 && meets(blockBitmap, 1)) add({ role: 'block-bitmap', group });
  const inodeBitmap = groups.inodeBitmap[group]!;
  if (inodeBitmap > 0 && meets(inodeBitmap, 1)) add({ role: 'inode-bitmap', group });
  const table = groups.inodeTable[group]! * blockSize;
  const [from, to] = [Math.max(range.at - table, 0), range.at + range.length - table];
  if (table === 0 || to <= 0 || from >= inodesPerGroup * inodeSize) return;
  const first = group * inodesPerGroup + 1;
  const last = Math.min(inodesPerGroup, Math.ceil(to / inodeSize));
  const inode = first + Math.floor(from / inodeSize);
  add({ role: 'inode-table', group, inode, lastInode: Math.min(inodesCount, first + last - 1) });
}

/** The structures in a range, group by group. */
export function fixedOwners(geometry: Geometry, groups: Groups, range: Bytes): Owner[] {
  const owners: Owner[] = range.at < bootSize ? [{ role: 'boot-record' }] : [];
  for (let group = 0; group < groups.count; group++)
    inGroup(geometry, groups, group, range, (owner) => owners.push(owner));
  return owners;
}
