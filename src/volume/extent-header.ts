/**
 * Whether bytes are a node of an extent tree — Documentation/filesystems/ext4, "Extent Tree", struct
 * ext4_extent_header.
 */
import { extentCapacity, extentHeader, extentMagic } from '../layout/extent';

/** By how much `eh_max` may be below the number of entries that fit: a checksum tail and rounding. */
const slack = 2;

/** Whether the `bytes` bytes at `at` start with a valid header: magic and possible counts. The depth is not tested. */
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
