/** The index of a directory that fast commits change: finds the leaf for a name, and splits a leaf. */
import { crc32c, crc32cZeros } from '../../bytes/crc32c';
import { dirent, direntHeaderSize, direntSize, direntTailSize } from '../../layout/dirent';
import {
  dxCountLimit,
  dxEntry,
  dxEntrySize,
  dxNodeHeader,
  dxRootInfo,
  dxRootInfoOffset,
  dxTail,
  dxTailSize,
} from '../../layout/htree';
import { bytesOf } from '../../volume/volume';
import type { HeldBlocks } from '../held-blocks';

/** The path to a name's leaf in the index. */
export interface IndexPath {
  /** Logical number of the leaf. */
  leaf: number;
  /** Block of the node with the leaf's entry, the offset of its count and limit, and the number of the entry. */
  node: number;
  at: number;
  entry: number;
}

/** The last entry of the node at `at` whose hash is not above `hash`; -1 when the count is invalid. */
function entryFor(view: DataView, at: number, hash: number): number {
  if (at + dxEntrySize > view.byteLength) return -1;
  const count = dxCountLimit.count(view, at);
  if (count < 1 || at + count * dxEntrySize > view.byteLength) return -1;
  let low = 0;
  for (let high = count; high - low > 1; ) {
    const middle = (low + high) >>> 1;
    if (dxEntry.hash(view, at + middle * dxEntrySize) > hash) high = middle;
    else low = middle;
  }
  return low;
}

/** The path to the leaf for `hash` in a directory of `blocks`; null where the index is invalid. */
export async function indexPath(held: HeldBlocks, blocks: readonly number[], hash: number): Promise<IndexPath | null> {
  let node = blocks[0]!;
  let view = await held.peek(node);
  const levels = dxRootInfo.indirect_levels(view, dxRootInfoOffset);
  let at = dxRootInfoOffset + dxRootInfo.info_length(view, dxRootInfoOffset);
  for (let level = 0; level <= Math.min(levels, 3); level++) {
    const entry = entryFor(view, at, hash);
    if (entry < 0) return null;
    const leaf = dxEntry.block(view, at + entry * dxEntrySize) & 0x0fffffff;
    const block = blocks[leaf];
    if (block === undefined) return null;
    if (level === levels) return { leaf, node, at, entry };
    node = block;
    view = await held.peek(node);
    at = dxNodeHeader;
  }
  return null;
}

/** Inserts an entry after entry `after` of a node; false when the node is full. `seed` is null without checksums. */
export function insertEntry(
  view: DataView,
  at: number,
  after: number,
  hash: number,
  block: number,
  seed: number | null,
): boolean {
  const count = dxCountLimit.count(view, at);
  const limit = dxCountLimit.limit(view, at);
  const tail = at + limit * dxEntrySize;
  if (count >= limit || tail + (seed === null ? 0 : dxTailSize) > view.byteLength) return false;
  const bytes = bytesOf(view);
  const place = at + (after + 1) * dxEntrySize;
  bytes.copyWithin(place + dxEntrySize, place, at + count * dxEntrySize);
  view.setUint32(place + dxEntry.hash.offset, hash, true);
  view.setUint32(place + dxEntry.block.offset, block, true);
  view.setUint16(at + dxCountLimit.count.offset, count + 1, true);
  if (seed !== null) {
    let crc = crc32c(seed, bytes, 0, at + (count + 1) * dxEntrySize);
    crc = crc32c(crc, bytes, tail, tail + dxTail.dt_checksum.offset);
    view.setUint32(tail + dxTail.dt_checksum.offset, crc32cZeros(crc, dxTail.dt_checksum.bytes), true);
  }
  return true;
}

interface Filed {
  hash: number;
  at: number;
  size: number;
}

/** Writes entries of `from` one after the other into `into`; the last one reaches to `end`. */
function pack(from: Uint8Array, entries: readonly Filed[], into: DataView, end: number): void {
  const bytes = bytesOf(into);
  bytes.fill(0, 0, end);
  let at = 0;
  for (const [i, { at: source, size }] of entries.entries()) {
    const length = i === entries.length - 1 ? end - at : size;
    bytes.set(from.subarray(source, source + size), at);
    into.setUint16(at + dirent.rec_len.offset, length === 65536 ? 65535 : length, true);
    at += length;
  }
}

/**
 * Moves the upper half of a leaf, by hash, into the empty block `upper`. Returns the smallest hash there, with the
 * lowest bit set when the lower half has names with that hash too; -1 when it cannot be split. `ats` are its entries in
 * use.
 */
export function splitLeaf(
  view: DataView,
  upper: DataView,
  ats: readonly number[],
  hashOf: (name: Uint8Array) => number,
  withTail: boolean,
): number {
  const bytes = Uint8Array.from(bytesOf(view));
  const end = withTail ? bytes.length - direntTailSize : bytes.length;
  const entries = ats.map((at): Filed => {
    const length = dirent.name_len(view, at);
    const start = at + direntHeaderSize;
    return { hash: hashOf(bytes.subarray(start, start + length)), at, size: direntSize(length) };
  });
  if (entries.length < 2) return -1;
  entries.sort((a, b) => a.hash - b.hash);
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  let cut = 0;
  for (let size = 0; size < total / 2 && cut < entries.length - 1; cut++) size += entries[cut]!.size;
  pack(bytes, entries.slice(0, cut), view, end);
  pack(bytes, entries.slice(cut), upper, end);
  if (withTail) bytesOf(upper).set(bytes.subarray(end), end);
  const least = entries[cut]!.hash;
  return least === entries[cut - 1]!.hash ? least + 1 : least;
}
