/** Checksums of directory blocks — "Directory Entries" (leaf tail) and "Hash Tree Directories" (dx_tail). */
import { crc32c } from '../bytes/crc32c';
import { dirent, direntTail, direntTailSize } from '../layout/dirent';
import { dxCountLimit, dxEntrySize, dxTail } from '../layout/htree';

/** Whether the last 12 bytes of a block are a checksum tail. */
export function hasTail(view: DataView): boolean {
  const at = view.byteLength - direntTailSize;
  return (
    direntTail.det_reserved_zero1(view, at) === 0 &&
    direntTail.det_rec_len(view, at) === direntTailSize &&
    direntTail.det_reserved_zero2(view, at) === 0 &&
    direntTail.det_reserved_ft(view, at) === 0xde
  );
}

/** Whether the tail's checksum matches the entries before it. `seed` is the directory inode's. */
export function leafChecksumGood(seed: number, bytes: Uint8Array, view: DataView): boolean {
  const at = view.byteLength - direntTailSize;
  return crc32c(seed, bytes, 0, at) === direntTail.det_checksum(view, at);
}

/** Offset of limit and count of an index root or node in its block; -1 when the block is neither. */
export function countLimitOffset(view: DataView): number {
  const recLen = dirent.rec_len(view, 0);
  if (recLen === view.byteLength || (view.byteLength === 65536 && (recLen === 0 || recLen === 65535))) return 8;
  if (recLen !== 12) return -1;
  const dotdot = dirent.rec_len(view, 12);
  if (dotdot !== view.byteLength - 12 || view.getUint32(24, true) !== 0 || view.getUint8(29) !== 8) return -1;
  return 32;
}

/** Whether the checksum of an index root or node is right. */
export function indexChecksumGood(seed: number, bytes: Uint8Array, view: DataView): boolean {
  const offset = countLimitOffset(view);
  if (offset < 0) return false;
  const limit = dxCountLimit.limit(view, offset);
  const count = dxCountLimit.count(view, offset);
  const tail = offset + limit * dxEntrySize;
  if (count > limit || tail + 8 > view.byteLength) return false;
  let crc = crc32c(seed, bytes, 0, offset + count * dxEntrySize);
  crc = crc32c(crc, bytes, tail, tail + dxTail.dt_checksum.offset);
  crc = crc32c(crc, new Uint8Array(4));
  return crc === dxTail.dt_checksum(view, tail);
}
