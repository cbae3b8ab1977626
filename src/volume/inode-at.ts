/** Reads one inode by its number. The inode pass reads whole tables instead. */
import { groupOfInode } from './geometry';
import type { Groups } from './groups';
import type { Soon, Volume } from './volume';

/** Byte offset of inode `ino` in the file system; -1 for a number that does not exist. */
export function inodeOffset(volume: Volume, groups: Groups, ino: number): number {
  const { geometry } = volume;
  if (ino < 1 || ino > geometry.inodesCount) return -1;
  const group = groupOfInode(geometry, ino);
  if (group >= groups.count) return -1;
  const index = (ino - 1) % geometry.inodesPerGroup;
  return groups.inodeTable[group]! * geometry.blockSize + index * geometry.inodeSize;
}

/** The inode's bytes, `inodeSize` of them, or null when it does not exist or cannot be read. */
export function readInode(volume: Volume, groups: Groups, ino: number): Soon<DataView | null> {
  const { geometry } = volume;
  const offset = inodeOffset(volume, groups, ino);
  if (offset < 0) return null;
  const inodeIn = (view: DataView | null) =>
    view && new DataView(view.buffer, view.byteOffset + (offset % geometry.blockSize), geometry.inodeSize);
  const view = volume.block(Math.floor(offset / geometry.blockSize));
  return view instanceof Promise ? view.then(inodeIn) : inodeIn(view);
}
