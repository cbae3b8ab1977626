/** One attribute by its name, as e2fsprogs reads it: one invalid attribute makes all in the same area unreadable. */
import { inodeFlags } from '../layout/inode';
import { maxValueInodeSize } from '../layout/limits';
import { roundUpXattr, xattrEntry, xattrEntrySize } from '../layout/xattr';
import type { Geometry } from './geometry';
import { isLustreValue, type ValueInodes } from './value-inodes';
import { isNamed, type XattrArea } from './xattr-entries';
import { entryHashGood, valueInodeHashGood } from './xattr-hash';

export interface XattrPlace {
  /** Byte of the area's view, if the value is in the area. */
  at: number;
  /** The inode with the value instead, or 0. */
  inode: number;
  /** Bytes. */
  size: number;
}

export interface XattrOwner {
  ino: number;
  generation: number;
}

/** End of the names of all entries, or -1 where one exceeds the area. */
function endOfEntries({ view, start, end }: XattrArea): number {
  let at = start;
  while (end - at >= xattrEntrySize && view.getUint32(at, true) !== 0) {
    const next = at + xattrEntrySize + roundUpXattr(xattrEntry.e_name_len(view, at));
    if (next > end) return -1;
    at = next;
  }
  return at;
}

function valueInodeGood(area: XattrArea, at: number, values: ValueInodes, owner: XattrOwner): boolean {
  const { view } = area;
  const size = xattrEntry.e_value_size(view, at);
  if (xattrEntry.e_value_offs(view, at) !== 0 || size > maxValueInodeSize) return false;
  const value = values.get(xattrEntry.e_value_inum(view, at)) ?? null;
  if (value === null || (value.flags & inodeFlags.EA_INODE) === 0 || (value.flags & inodeFlags.INLINE_DATA) !== 0)
    return false;
  if (value.links === 0 || value.size !== size) return false;
  if (xattrEntry.e_hash(view, at) === 0) return true;
  return valueInodeHashGood(view, at, value.hash) || isLustreValue(value, owner.ino, owner.generation);
}

/**
 * The attribute in one area; null where there is none, undefined where that needs value inodes and `values` is null.
 */
export function placeXattr(
  geometry: Geometry,
  area: XattrArea,
  values: ValueInodes | null,
  owner: XattrOwner,
  index: number,
  name: string,
): XattrPlace | 'damaged' | null | undefined {
  const { view, start, end, valueBase } = area;
  const last = endOfEntries(area);
  if (last < 0) return 'damaged';
  let remain = end - start;
  let found: XattrPlace | null = null;
  for (let at = start; at < last; ) {
    const length = xattrEntrySize + roundUpXattr(xattrEntry.e_name_len(view, at));
    remain -= length;
    const size = xattrEntry.e_value_size(view, at);
    const from = valueBase + xattrEntry.e_value_offs(view, at);
    const holder = xattrEntry.e_value_inum(view, at);
    if (holder !== 0) {
      if (!geometry.features.ea_inode) return 'damaged';
      if (values === null) return undefined;
      if (!valueInodeGood(area, at, values, owner)) return 'damaged';
    } else {
      if (size > remain || from + size > end || (size > 0 && from < last + 4)) return 'damaged';
      remain -= size;
      if (xattrEntry.e_hash(view, at) !== 0 && !entryHashGood(view, at, from)) return 'damaged';
    }
    if (found === null && isNamed(area, at, index, name)) found = { at: holder === 0 ? from : 0, inode: holder, size };
    at += length;
  }
  return found;
}
