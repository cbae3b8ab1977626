/** The places of extended attributes, and lookup by name — Documentation/filesystems/ext4, "Extended Attributes". */
import { inode, oldInodeSize } from '../layout/inode';
import { xattrBodyHeaderSize, xattrEntry, xattrEntrySize, xattrHeaderSize, xattrMagic } from '../layout/xattr';
import type { Geometry } from './geometry';

/** A view with attribute entries from `start`, and values up to `end`. */
export interface XattrArea {
  view: DataView;
  start: number;
  end: number;
  /** The base of the entries' value offsets. */
  valueBase: number;
}

/** The attributes after the fields of the inode at `at`; null where there are none, or no space for any. */
export function bodyXattrs(geometry: Geometry, view: DataView, at: number): XattrArea | null {
  if (geometry.inodeSize === oldInodeSize) return null;
  const area = at + oldInodeSize + inode.i_extra_isize(view, at);
  const end = at + geometry.inodeSize;
  if (area + xattrBodyHeaderSize > end || view.getUint32(area, true) !== xattrMagic) return null;
  const start = area + xattrBodyHeaderSize;
  return { view, start, end, valueBase: start };
}

/** The attributes in a block; the header is not tested. */
export const blockXattrs = (view: DataView): XattrArea => ({
  view,
  start: xattrHeaderSize,
  end: view.byteLength,
  valueBase: 0,
});

/** Whether another entry starts at `at`: a zero word ends the list. */
export const hasEntry = ({ view, end }: XattrArea, at: number): boolean =>
  at + xattrEntrySize <= end && view.getUint32(at, true) !== 0;

/** Start of the entry after the one at `at`. */
export const nextEntry = ({ view }: XattrArea, at: number): number =>
  at + xattrEntrySize + ((xattrEntry.e_name_len(view, at) + 3) & ~3);

/** Whether the entry at `at` has this name index and name; false for a name that exceeds the area. */
export function isNamed({ view, end }: XattrArea, at: number, index: number, name: string): boolean {
  const length = xattrEntry.e_name_len(view, at);
  const text = at + xattrEntrySize;
  if (text + length > end || xattrEntry.e_name_index(view, at) !== index || length !== name.length) return false;
  for (let i = 0; i < length; i++) if (view.getUint8(text + i) !== name.charCodeAt(i)) return false;
  return true;
}

/** Offset of the entry with this name index and name, or -1; a name that exceeds the area ends the search. */
export function findXattr(area: XattrArea, index: number, name: string): number {
  const { view, end } = area;
  for (let at = area.start; hasEntry(area, at); at = nextEntry(area, at)) {
    if (at + xattrEntrySize + xattrEntry.e_name_len(view, at) > end) return -1;
    if (isNamed(area, at, index, name)) return at;
  }
  return -1;
}

/** Whether the kernel, which searches attributes in blocks in order, expects the one at `a` before the one at `b`. */
export function isInOrder({ view, end }: XattrArea, a: number, b: number): boolean {
  const index = xattrEntry.e_name_index(view, a) - xattrEntry.e_name_index(view, b);
  if (index !== 0) return index < 0;
  const length = xattrEntry.e_name_len(view, a);
  if (length !== xattrEntry.e_name_len(view, b)) return length < xattrEntry.e_name_len(view, b);
  for (let i = xattrEntrySize; i < xattrEntrySize + length && b + i < end; i++) {
    const difference = view.getUint8(a + i) - view.getUint8(b + i);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** Bytes of the largest value that an entry may state. */
const maxStoredValue = 2 ** 24;

/** Whether the name of the entry at `at` is complete: it contains no NUL. */
function hasWholeName({ view }: XattrArea, at: number): boolean {
  const length = xattrEntry.e_name_len(view, at);
  for (let i = 0; i < length; i++) if (view.getUint8(at + xattrEntrySize + i) === 0) return false;
  return true;
}

const mayHoldValue = ({ features, firstIno, inodesCount }: Geometry, ino: number): boolean =>
  features.ea_inode && ino >= firstIno && ino <= inodesCount;

/**
 * Whether the kernel accepts the entries. It refuses all of an area with one that does not fit, that has a NUL in its name, or
 * whose value overlaps the entries or the end, or is in an inode that cannot be one of this file system.
 */
export function isAcceptedByKernel(area: XattrArea, geometry: Geometry): boolean {
  const { view, start, end, valueBase } = area;
  let last = start;
  while (last + 4 <= end && view.getUint32(last, true) !== 0) {
    if (last + xattrEntrySize > end || nextEntry(area, last) >= end || !hasWholeName(area, last)) return false;
    last = nextEntry(area, last);
  }
  for (let at = start; at < last; at = nextEntry(area, at)) {
    const size = xattrEntry.e_value_size(view, at);
    if (size > maxStoredValue) return false;
    const valueInode = xattrEntry.e_value_inum(view, at);
    if (valueInode !== 0 && !mayHoldValue(geometry, valueInode)) return false;
    if (size === 0 || valueInode !== 0) continue;
    const value = valueBase + xattrEntry.e_value_offs(view, at);
    if (value < last + 4 || value + ((size + 3) & ~3) > end) return false;
  }
  return true;
}
