/** Data inside the inode: 60 bytes of `i_block`, the rest in the attribute system.data — "Inline Data". */
import { iBlockSize, inode } from '../layout/inode';
import { xattrEntry, xattrIndex } from '../layout/xattr';
import type { Geometry } from './geometry';
import { bodyXattrs, findXattr } from './xattr-entries';

export interface InlineData {
  /** The 60 bytes of `i_block`. */
  head: DataView;
  /** The value of system.data; empty when all data fits in `head`. */
  rest: DataView;
  /** Total bytes. */
  size: number;
}

/**
 * Bytes before the first entry of a directory: the inode number of its parent. There are no entries for '.' and '..'.
 */
const parentSize = 4;

/** The areas with entries of an inline directory: after the parent's number in `i_block`, and in system.data. */
export function inlineEntries(view: DataView, at: number, value: DataView | null): DataView[] {
  const start = view.byteOffset + at + inode.i_block.offset + parentSize;
  const head = new DataView(view.buffer, start, iBlockSize - parentSize);
  return value === null ? [head] : [head, value];
}

/** The inline data of an inode, or null when system.data is missing or not inside the inode. */
export function inlineDataOf(geometry: Geometry, view: DataView, at: number): InlineData | null {
  const area = bodyXattrs(geometry, view, at);
  const entry = area ? findXattr(area, xattrIndex.SYSTEM, 'data') : -1;
  if (!area || entry < 0) return null;
  const size = xattrEntry.e_value_size(view, entry);
  const from = area.valueBase + xattrEntry.e_value_offs(view, entry);
  if (xattrEntry.e_value_inum(view, entry) !== 0 || from + size > area.end) return null;
  return {
    head: new DataView(view.buffer, view.byteOffset + at + inode.i_block.offset, iBlockSize),
    rest: new DataView(view.buffer, view.byteOffset + from, size),
    size: iBlockSize + size,
  };
}
