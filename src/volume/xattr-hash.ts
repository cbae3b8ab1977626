/** Hashes and checksums of extended attributes — Documentation/filesystems/ext4, "Extended Attributes". */
import { crc32c } from '../bytes/crc32c';
import { xattrEntry, xattrEntrySize, xattrHeader } from '../layout/xattr';
import type { Geometry } from './geometry';
import { bytesOf } from './volume';

/** Hash of an entry's name and value; old kernels took the name's bytes as signed. Null when the value leaves the view. */
function entryHash(view: DataView, at: number, valueAt: number, signed: boolean): number | null {
  let hash = 0;
  const nameEnd = at + xattrEntrySize + xattrEntry.e_name_len(view, at);
  if (nameEnd > view.byteLength) return null;
  for (let i = at + xattrEntrySize; i < nameEnd; i++) {
    const byte = signed ? view.getInt8(i) : view.getUint8(i);
    hash = (hash << 5) ^ (hash >>> 27) ^ byte;
  }
  const size = xattrEntry.e_value_size(view, at);
  const words = Math.ceil(size / 4);
  if (valueAt + words * 4 > view.byteLength) return null;
  for (let i = 0; i < words; i++) hash = (hash << 16) ^ (hash >>> 16) ^ view.getInt32(valueAt + i * 4, true);
  return hash >>> 0;
}

/** Whether the stored hash fits the name and the value at byte `valueAt` of the view. */
export function entryHashGood(view: DataView, at: number, valueAt: number): boolean {
  const stored = xattrEntry.e_hash(view, at);
  return stored === entryHash(view, at, valueAt, false) || stored === entryHash(view, at, valueAt, true);
}

const blockNumber = new DataView(new ArrayBuffer(8));

/** Whether the checksum of an attribute block is right; true where the format has none. */
export function xattrBlockChecksumGood(geometry: Geometry, view: DataView, block: number): boolean {
  if (!geometry.features.metadata_csum) return true;
  const field = xattrHeader.h_checksum;
  blockNumber.setUint32(0, block >>> 0, true);
  blockNumber.setUint32(4, Math.floor(block / 4294967296), true);
  const bytes = bytesOf(view);
  let crc = crc32c(geometry.checksumSeed, bytesOf(blockNumber));
  crc = crc32c(crc, bytes, 0, field.offset);
  crc = crc32c(crc, new Uint8Array(field.bytes));
  crc = crc32c(crc, bytes, field.offset + field.bytes);
  return crc === field(view, 0);
}
