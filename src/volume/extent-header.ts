/** Whether bytes are a node of an extent tree — Documentation/filesystems/ext4, "Extent Tree", struct ext4_extent_header. */
import { extentCapacity, extentHeader, extentMagic } from '../layout/extent';

/** Entries by which `eh_max` may fall short of what fits: room for a checksum tail and for rounding. */
const slack = 2;

/** Whether the `bytes` bytes at `at` start with a sound header: magic, and counts that fit. The depth is not judged. */
export function isExtentHeader(view: DataView, at: number, bytes: number): boolean {
  const capacity = extentCapacity(bytes);
  const max = extentHeader.eh_max(view, at);
  return (
    extentHeader.eh_magic(view, at) === extentMagic &&
    extentHeader.eh_entries(view, at) <= max &&
    max >= capacity - slack &&
    max <= capacity
  );
}
