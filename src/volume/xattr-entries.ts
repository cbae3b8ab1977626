/** Where extended attributes lie and how one is found by name — Documentation/filesystems/ext4, "Extended Attributes". */
import { inode, oldInodeSize } from '../layout/inode';
import { xattrBodyHeaderSize, xattrEntry, xattrEntrySize, xattrHeaderSize, xattrMagic } from '../layout/xattr';
import type { Geometry } from './geometry';

/** Bytes of a view that hold attribute entries from `start` on, and values up to `end`. */
export interface XattrArea {
  view: DataView;
  start: number;
  end: number;
  /** What the value offsets of the entries count from. */
  valueBase: number;
}

/** The attributes behind the fields of the inode at `at`; null where there are none, or no room for any. */
export function bodyXattrs(geometry: Geometry, view: DataView, at: number): XattrArea | null {
  if (geometry.inodeSize === oldInodeSize) return null;
  const area = at + oldInodeSize + inode.i_extra_isize(view, at);
  const end = at + geometry.inodeSize;
  if (area + xattrBodyHeaderSize > end || view.getUint32(area, true) !== xattrMagic) return null;
  const start = area + xattrBodyHeaderSize;
  return { view, start, end, valueBase: start };
}

/** The attributes in a block of their own; the header is not looked at. */
export const blockXattrs = (view: DataView): XattrArea => ({
  view,
  start: xattrHeaderSize,
  end: view.byteLength,
  valueBase: 0,
});

/** Whether another entry starts at `at`: a zero word ends the list. */
export const hasEntry = ({ view, end }: XattrArea, at: number): boolean =>
  at + xattrEntrySize <= end && view.getUint32(at, true) !== 0;

/** Where the entry behind the one at `at` starts. */
export const nextEntry = ({ view }: XattrArea, at: number): number =>
  at + xattrEntrySize + ((xattrEntry.e_name_len(view, at) + 3) & ~3);

/** Whether the entry at `at` has this name space and name. A name that leaves the area is none. */
export function isNamed({ view, end }: XattrArea, at: number, index: number, name: string): boolean {
  const length = xattrEntry.e_name_len(view, at);
  const text = at + xattrEntrySize;
  if (text + length > end || xattrEntry.e_name_index(view, at) !== index || length !== name.length) return false;
  for (let i = 0; i < length; i++) if (view.getUint8(text + i) !== name.charCodeAt(i)) return false;
  return true;
}

/** Offset of the entry with this name space and name, or -1; a name that leaves the area ends the search. */
export function findXattr(area: XattrArea, index: number, name: string): number {
  const { view, end } = area;
  for (let at = area.start; hasEntry(area, at); at = nextEntry(area, at)) {
    if (at + xattrEntrySize + xattrEntry.e_name_len(view, at) > end) return -1;
    if (isNamed(area, at, index, name)) return at;
  }
  return -1;
}

/** Whether the kernel, which looks attributes in blocks up in order, expects the one at `a` before the one at `b`. */
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
