/** The checksum of an extent tree node outside the inode — "Extent Tree", struct ext4_extent_tail. */
import { crc32c } from '../bytes/crc32c';
import type { Geometry } from './geometry';
import { inodeSeed } from './inode-checksum';
import { bytesOf } from './volume';

/** Whether the checksum at byte `tail` of the node is right; true where the format has none. */
export function extentChecksumGood(
  geometry: Geometry,
  ino: number,
  generation: number,
  view: DataView,
  tail: number,
): boolean {
  if (!geometry.features.metadata_csum) return true;
  if (tail + 4 > view.byteLength) return false;
  return crc32c(inodeSeed(geometry, ino, generation), bytesOf(view), 0, tail) === view.getUint32(tail, true);
}
