/** Inode-table blocks as a whole: garbage, and lost writes that left only zeros. */
import { fileType, iBlockSize, inode, inodeFlags } from '../../layout/inode';
import { define } from '../../problem/define';
import { isExtentHeader } from '../../volume/extent-header';
import type { Geometry } from '../../volume/geometry';
import { inodeChecksumGood } from '../../volume/inode-checksum';
import type { InodeScan } from './context';
import type { CurrentInode } from './current';
import { isQuotaInUse, isReservedInode } from './reserved';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'inode-table-unreadable': { severity: 'fatal', e2fsck: [0x010028] },
  'inode-table-block-zero': { severity: 'error', e2fsck: [] },
  'inode-garbage': { severity: 'error', e2fsck: [0x010067] },
  'inode-checksum-wrong': { severity: 'error', e2fsck: [0x010068] },
});

function pointersBad(geometry: Geometry, view: DataView, at: number): boolean {
  let bad = 0;
  for (let i = 0; i < 15; i++) {
    const block = view.getUint32(at + inode.i_block.offset + i * 4, true);
    if (block !== 0 && (block < geometry.firstDataBlock || block >= geometry.blocksCount)) bad++;
  }
  return bad > 7;
}

function looksBad(geometry: Geometry, view: DataView, at: number): boolean {
  const flags = inode.i_flags(view, at);
  if ((flags & inodeFlags.EXTENTS) !== 0) return !isExtentHeader(view, at + inode.i_block.offset, iBlockSize);
  if ((flags & inodeFlags.INLINE_DATA) !== 0) return false;
  if (inode.i_links_count(view, at) === 0) return false;
  const type = inode.i_mode(view, at) & fileType.MASK;
  if (type === fileType.SYMLINK && inode.i_size_lo(view, at) <= iBlockSize) return false;
  if (type !== fileType.REGULAR && type !== fileType.DIRECTORY && type !== fileType.SYMLINK) return false;
  return pointersBad(geometry, view, at);
}

export const batchBytes = 256 * 1024;

/**
 * Whether more than half of the inodes of a table block are invalid; the first `sound` are known to be valid. Checksums
 * that were computed are noted: 1 for a wrong one, 0 for others.
 */
export function isGarbageBlock(
  geometry: Geometry,
  view: DataView,
  at: number,
  firstIno: number,
  sound: number,
  count: number,
  checksumBad: Uint8Array,
): boolean {
  const half = geometry.blockSize / geometry.inodeSize / 2;
  let bad = 0;
  // stops as soon as the rest cannot change the answer
  for (let i = sound; i < count && bad <= half && bad + count - i > half; i++) {
    const where = at + i * geometry.inodeSize;
    const good = !geometry.features.metadata_csum || inodeChecksumGood(geometry, view, where, firstIno + i);
    checksumBad[i] = good ? 0 : 1;
    if (!good || looksBad(geometry, view, where)) bad++;
  }
  return count > 1 && bad > half;
}

/** Whether the bitmap marks an inode only because of its number: e2fsck also marks that of the project quota. */
const isKeptEmpty = (geometry: Geometry, ino: number): boolean =>
  isReservedInode(geometry, ino) && (ino < geometry.firstIno || !isQuotaInUse(geometry, ino));

/** Reports a table block that contains only zeros although the bitmap on disk marks inodes of it. */
export function checkZeroBlock(scan: InodeScan, firstIno: number, count: number, group: number, block: number): void {
  if (!scan.disk.inodes.anyInRange(firstIno - 1, count)) return;
  let used = 0;
  let first = 0;
  for (let ino = firstIno; ino < firstIno + count; ino++) {
    if (!scan.disk.inodes.test(ino - 1) || isKeptEmpty(scan.geometry, ino)) continue;
    used++;
    if (first === 0) first = ino;
  }
  if (used === 0) return;
  scan.facts.zeroBlocks++;
  scan.facts.zeroTableGroups.add(group);
  scan.report(
    problems['inode-table-block-zero'],
    { group, block, bytes: { at: block * scan.geometry.blockSize, length: scan.geometry.blockSize } },
    { usedInodes: used, firstInode: first },
  );
}

export function reportGarbage(n: CurrentInode, scan: InodeScan): void {
  scan.report(problems['inode-garbage'], n.where(), {});
  scan.facts.harm(n.ino, 'unreadable');
}

export function reportChecksum(n: CurrentInode, scan: InodeScan): void {
  scan.report(problems['inode-checksum-wrong'], n.where(inode.i_checksum_lo), {});
  if (n.links > 0) scan.facts.harm(n.ino, 'unreadable');
}

export function reportUnreadable(
  scan: InodeScan,
  group: number,
  firstInode: number,
  lastInode: number,
  block: number,
): void {
  scan.report(problems['inode-table-unreadable'], { group, block }, { firstInode, lastInode });
}
