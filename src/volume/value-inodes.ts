/** Values of extended attributes in separate inodes — Documentation/filesystems/ext4, "Attributes". */
import { join32 } from '../bytes/field';
import { inode } from '../layout/inode';
import { xattrEntry } from '../layout/xattr';
import type { Groups } from './groups';
import { readInode } from './inode-at';
import { inodeSizeOf } from './inode-fields';
import { walkMapping } from './mapping';
import type { Volume } from './volume';
import { hasEntry, nextEntry, type XattrArea } from './xattr-entries';

/** The fields of such an inode, which have another meaning in files. */
export interface ValueInode {
  flags: number;
  links: number;
  /** Bytes of the value. */
  size: number;
  /** Checksum of the value, in `i_atime`. */
  hash: number;
  /** Number of attributes that use it, in `i_ctime` and `i_version`. */
  references: number;
  /** Lustre stored neither hash nor count: `i_mtime` is the inode with the attribute, and the generations are equal. */
  owner: number;
  generation: number;
  /** Whether access and change time are equal, as in inodes from Lustre. */
  timesEqual: boolean;
}

export function valueInodeOf(view: DataView, at: number): ValueInode {
  const changed = inode.i_ctime(view, at);
  const hash = inode.i_atime(view, at);
  return {
    flags: inode.i_flags(view, at),
    links: inode.i_links_count(view, at),
    size: inodeSizeOf(view, at),
    hash,
    references: join32(inode.i_version(view, at), changed),
    owner: inode.i_mtime(view, at),
    generation: inode.i_generation(view, at),
    timesEqual: changed === hash,
  };
}

/** By inode number; null for one that does not exist or cannot be read. */
export type ValueInodes = ReadonlyMap<number, ValueInode | null>;

/** Reads the inodes that the entries of an area refer to. */
export async function loadValueInodes(volume: Volume, groups: Groups, area: XattrArea): Promise<ValueInodes> {
  const values = new Map<number, ValueInode | null>();
  for (let at = area.start; hasEntry(area, at); at = nextEntry(area, at)) {
    const ino = xattrEntry.e_value_inum(area.view, at);
    if (ino === 0 || values.has(ino)) continue;
    const view = await readInode(volume, groups, ino);
    values.set(ino, view && valueInodeOf(view, 0));
  }
  return values;
}

/** Whether an inode has a value in Lustre's format, for the inode `owner` with that generation. */
export const isLustreValue = (value: ValueInode, owner: number, generation: number): boolean =>
  value.owner === owner && value.generation === generation;

/** The bytes of a value that fits into one block, from inode `ino`; null where they cannot be read. */
export async function readShortValue(
  volume: Volume,
  groups: Groups,
  ino: number,
  size: number,
): Promise<DataView | null> {
  const holder = await readInode(volume, groups, ino);
  if (holder === null || size > volume.geometry.blockSize) return null;
  let block = 0;
  await walkMapping(volume, holder, 0, {
    run: (logical, physical) => {
      if (logical === 0) block = physical;
      return false;
    },
  });
  const view = block === 0 ? null : await volume.block(block);
  return view && new DataView(view.buffer, view.byteOffset, size);
}
