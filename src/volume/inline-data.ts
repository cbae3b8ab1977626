/** Data kept inside the inode: 60 bytes of `i_block`, the rest in the attribute system.data — "Inline Data". */
import { iBlockSize, inode, oldInodeSize } from '../layout/inode';
import { xattrBodyHeaderSize, xattrEntry, xattrEntrySize, xattrIndex, xattrMagic } from '../layout/xattr';
import type { Geometry } from './geometry';

export interface InlineData {
  /** The 60 bytes of `i_block`. */
  head: DataView;
  /** The value of system.data; empty when all data fits in `head`. */
  rest: DataView;
  /** Bytes in all. */
  size: number;
}

const dataName = [0x64, 0x61, 0x74, 0x61];

/** The inline data of an inode, or null when system.data is missing or does not lie inside the inode. */
export function inlineDataOf(geometry: Geometry, view: DataView, at: number): InlineData | null {
  if (geometry.inodeSize === oldInodeSize) return null;
  const area = at + oldInodeSize + inode.i_extra_isize(view, at);
  const end = at + geometry.inodeSize;
  if (area + xattrBodyHeaderSize > end || view.getUint32(area, true) !== xattrMagic) return null;
  const start = area + xattrBodyHeaderSize;
  for (let entry = start; entry + xattrEntrySize <= end && view.getUint32(entry, true) !== 0; ) {
    const nameLength = xattrEntry.e_name_len(view, entry);
    const name = entry + xattrEntrySize;
    if (name + nameLength > end) return null;
    if (
      xattrEntry.e_name_index(view, entry) === xattrIndex.SYSTEM &&
      nameLength === dataName.length &&
      dataName.every((byte, i) => view.getUint8(name + i) === byte)
    ) {
      const size = xattrEntry.e_value_size(view, entry);
      const from = start + xattrEntry.e_value_offs(view, entry);
      if (xattrEntry.e_value_inum(view, entry) !== 0 || from + size > end) return null;
      return {
        head: new DataView(view.buffer, view.byteOffset + at + inode.i_block.offset, iBlockSize),
        rest: new DataView(view.buffer, view.byteOffset + from, size),
        size: iBlockSize + size,
      };
    }
    entry = name + ((nameLength + 3) & ~3);
  }
  return null;
}
