/** Hashes and checksums of extended attributes — Documentation/filesystems/ext4, "Extended Attributes". */
import { crc32c } from '../bytes/crc32c';
import { xattrEntry, xattrEntrySize, xattrHeader } from '../layout/xattr';
import type { Geometry } from './geometry';
import { bytesOf } from './volume';

/** Hash of an entry's name; old kernels took its bytes as signed. Null when the name exceeds the view. */
function nameHash(view: DataView, at: number, signed: boolean): number | null {
  let hash = 0;
  const end = at + xattrEntrySize + xattrEntry.e_name_len(view, at);
  if (end > view.byteLength) return null;
  for (let i = at + xattrEntrySize; i < end; i++) {
    const byte = signed ? view.getInt8(i) : view.getUint8(i);
    hash = (hash << 5) ^ (hash >>> 27) ^ byte;
  }
  return hash;
}

const addWord = (hash: number, word: number): number => (hash << 16) ^ (hash >>> 16) ^ word;

/** Hash of an entry's name and value. Null when one of them exceeds the view. */
function entryHash(view: DataView, at: number, valueAt: number, signed: boolean): number | null {
  let hash = nameHash(view, at, signed);
  if (hash === null) return null;
  const words = Math.ceil(xattrEntry.e_value_size(view, at) / 4);
  if (valueAt + words * 4 > view.byteLength) return null;
  for (let i = 0; i < words; i++) hash = addWord(hash, view.getInt32(valueAt + i * 4, true));
  return hash >>> 0;
}

/** Whether the stored hash matches the name and the value at byte `valueAt` of the view. */
export function entryHashGood(view: DataView, at: number, valueAt: number): boolean {
  const stored = xattrEntry.e_hash(view, at);
  return stored === entryHash(view, at, valueAt, false) || stored === entryHash(view, at, valueAt, true);
}

/** Whether the stored hash matches the name and a value in a separate inode, with the hash `valueHash`. */
export function valueInodeHashGood(view: DataView, at: number, valueHash: number): boolean {
  const stored = xattrEntry.e_hash(view, at);
  return [false, true].some((signed) => {
    const hash = nameHash(view, at, signed);
    return hash !== null && addWord(hash, valueHash) >>> 0 === stored;
  });
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
