/** Where extended attributes lie and how one is found by name — Documentation/filesystems/ext4, "Extended Attributes". */
import { inode, oldInodeSize } from '../layout/inode';
import { xattrBodyHeaderSize, xattrEntry, xattrEntrySize, xattrMagic } from '../layout/xattr';
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

/** Whether another entry starts at `at`: a zero word ends the list. */
export const hasEntry = ({ view, end }: XattrArea, at: number): boolean =>
  at + xattrEntrySize <= end && view.getUint32(at, true) !== 0;

/** Where the entry behind the one at `at` starts. */
export const nextEntry = ({ view }: XattrArea, at: number): number =>
  at + xattrEntrySize + ((xattrEntry.e_name_len(view, at) + 3) & ~3);

/** Offset of the entry with this name space and name, or -1; a name that leaves the area ends the search. */
export function findXattr(area: XattrArea, index: number, name: string): number {
  const { view, end } = area;
  for (let at = area.start; hasEntry(area, at); at = nextEntry(area, at)) {
    const length = xattrEntry.e_name_len(view, at);
    const text = at + xattrEntrySize;
    if (text + length > end) return -1;
    if (xattrEntry.e_name_index(view, at) !== index || length !== name.length) continue;
    let same = true;
    for (let i = 0; i < length && same; i++) same = view.getUint8(text + i) === name.charCodeAt(i);
    if (same) return at;
  }
  return -1;
}
