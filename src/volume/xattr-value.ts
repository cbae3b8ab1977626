/** The value of an attribute as tools read it: one wrong attribute makes all that lie with it unreadable. */
import { xattrEntry, xattrEntrySize } from '../layout/xattr';
import type { Geometry } from './geometry';
import type { XattrArea } from './xattr-entries';
import { entryHashGood } from './xattr-hash';

/** Bytes of a view. */
export interface XattrValue {
  view: DataView;
  at: number;
  size: number;
}

const roundUp = (length: number): number => (length + 3) & ~3;

/** End of the last entry's name, or -1 when one leaves the area. */
function endOfEntries({ view, start, end }: XattrArea): number {
  let at = start;
  while (end - at >= xattrEntrySize && view.getUint32(at, true) !== 0) {
    at += xattrEntrySize + roundUp(xattrEntry.e_name_len(view, at));
    if (at > end) return -1;
  }
  return at;
}

function isNamed(view: DataView, at: number, index: number, name: string): boolean {
  if (xattrEntry.e_name_index(view, at) !== index || xattrEntry.e_name_len(view, at) !== name.length) return false;
  for (let i = 0; i < name.length; i++) if (view.getUint8(at + xattrEntrySize + i) !== name.charCodeAt(i)) return false;
  return true;
}

/** The value kept in the area itself; null when there is none. */
export function readXattr(
  { features }: Geometry,
  area: XattrArea,
  index: number,
  name: string,
): XattrValue | 'damaged' | null {
  const { view, start, end, valueBase } = area;
  const last = endOfEntries(area);
  if (last < 0) return 'damaged';
  let remain = end - start;
  let found: XattrValue | null = null;
  for (let at = start; at < last; ) {
    const length = xattrEntrySize + roundUp(xattrEntry.e_name_len(view, at));
    remain -= length;
    const size = xattrEntry.e_value_size(view, at);
    const from = valueBase + xattrEntry.e_value_offs(view, at);
    const elsewhere = xattrEntry.e_value_inum(view, at) !== 0;
    if (elsewhere && !features.ea_inode) return 'damaged';
    if (!elsewhere) {
      if (size > remain || from + size > end || (size > 0 && from < last + 4)) return 'damaged';
      remain -= size;
      if (xattrEntry.e_hash(view, at) !== 0 && !entryHashGood(view, at, from)) return 'damaged';
      if (found === null && isNamed(view, at, index, name)) found = { view, at: from, size };
    }
    at += length;
  }
  return found;
}
