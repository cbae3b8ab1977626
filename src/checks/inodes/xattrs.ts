/** Extended attributes, in the inode body and in blocks of their own. */

import { isAllZero } from '../../bytes/bitmap';
import { inode, oldInodeSize } from '../../layout/inode';
import { maxXattrValue } from '../../layout/limits';
import {
  xattrBodyHeaderSize,
  xattrEntry,
  xattrEntrySize,
  xattrHeader,
  xattrHeaderSize,
  xattrMagic,
} from '../../layout/xattr';
import { define } from '../../problem/define';
import type { Where } from '../../problem/finding';
import type { Geometry } from '../../volume/geometry';
import { bytesOf } from '../../volume/volume';
import { bodyXattrs, hasEntry, nextEntry } from '../../volume/xattr-entries';
import { entryHashGood, xattrBlockChecksumGood } from '../../volume/xattr-hash';
import type { InodeScan } from './context';
import type { CurrentInode } from './current';
import { Regions } from './regions';

export const problems = define({
  'inode-extra-size-wrong': {
    severity: 'error',
    e2fsck: [0x01004f],
    title: 'Size of the extra inode fields is wrong',
    explain:
      'i_extra_isize says how much of a large inode is used beyond 128 bytes; here it is out of bounds or odd. The kernel refuses the inode, so the file or directory cannot be opened.',
    say: (d: { stored: number }) => `i_extra_isize is ${d.stored}`,
  },
  'xattr-body-collision': {
    severity: 'error',
    e2fsck: [0x010069],
    title: 'Attributes in the inode overlap or leave it',
    explain:
      'Entries and values of extended attributes share the space behind the inode fields; here they overlap or do not fit. Attributes such as SELinux labels or capabilities of this file cannot be read.',
    say: (d: { offset: number }) =>
      `an attribute at byte ${d.offset} of the attribute area overlaps another or does not fit`,
  },
  'xattr-value-size': {
    severity: 'error',
    e2fsck: [0x010053],
    title: 'Attribute value is too long',
    explain:
      'The value of an extended attribute is longer than the room that is left. Attributes of this file cannot be read.',
    say: (d: { size: number }) => `an attribute value of ${d.size} bytes does not fit`,
  },
  'xattr-hash-wrong': {
    severity: 'warning',
    e2fsck: [0x010054],
    title: 'Attribute hash is wrong',
    explain:
      'The hash of an attribute does not fit its name and value: one of them changed. The value still reads, but may not be what was written.',
    say: (d: { stored: number }) =>
      `an attribute has hash 0x${d.stored.toString(16)}, which does not fit its name and value`,
  },
  'xattr-block-unreadable': {
    severity: 'error',
    e2fsck: [0x010039],
    title: 'Attribute block cannot be read',
    explain:
      'The block with the extended attributes of this file lies outside the image or cannot be read. Its labels, ACLs or capabilities are lost.',
    say: (_: object) => 'the attribute block cannot be read',
  },
  'xattr-block-zero': {
    severity: 'error',
    e2fsck: [],
    title: 'Attribute block holds only zeros',
    explain:
      'An attribute block that an inode uses is wholly zero: the write was lost. The labels, ACLs or capabilities of the file are gone.',
    say: (_: object) => 'the attribute block is wholly zero: its write was lost',
  },
  'xattr-block-magic': {
    severity: 'error',
    e2fsck: [0x01003a],
    title: 'Attribute block has no magic number',
    explain:
      'The block that should hold extended attributes holds something else. The labels, ACLs or capabilities of every file that uses it are lost.',
    say: (d: { stored: number }) => `the attribute block starts with 0x${d.stored.toString(16)}, should be 0xea020000`,
  },
  'xattr-block-count': {
    severity: 'error',
    e2fsck: [0x01003e],
    title: 'Attribute block claims to be several',
    explain:
      'Attributes fit in one block; h_blocks must be 1. The kernel refuses the block, so the attributes of the file are lost.',
    say: (d: { stored: number }) => `h_blocks is ${d.stored}, should be 1`,
  },
  'xattr-block-collision': {
    severity: 'error',
    e2fsck: [0x010040],
    title: 'Attributes in a block overlap or leave it',
    explain:
      'Entries and values in an attribute block overlap each other or its end. The attributes of every file that uses the block cannot be read.',
    say: (d: { offset: number }) => `an attribute at byte ${d.offset} of the block overlaps another or does not fit`,
  },
  'xattr-block-bad-name': {
    severity: 'error',
    e2fsck: [0x010041],
    title: 'Attribute without a name space',
    explain:
      'Each attribute in a block belongs to a name space such as user or security; this one has none. The attributes behind it cannot be found.',
    say: (d: { offset: number }) => `the attribute at byte ${d.offset} of the block has name index 0`,
  },
  'xattr-block-bad-value': {
    severity: 'error',
    e2fsck: [0x010042],
    title: 'Attribute value lies outside its block',
    explain: 'The value of an attribute is said to lie beyond the end of its block. The attribute cannot be read.',
    say: (d: { offset: number; size: number }) =>
      `the value of ${d.size} bytes of the attribute at byte ${d.offset} lies outside the block`,
  },
  'xattr-block-checksum-wrong': {
    severity: 'error',
    e2fsck: [0x01006c],
    title: 'Checksum of an attribute block is wrong',
    explain:
      'The attribute block makes sense but its checksum does not fit. The kernel refuses it, so the attributes of the file cannot be read.',
    say: (_: object) => 'the checksum of the attribute block does not match its content',
  },
  'xattr-inode-without-feature': {
    severity: 'error',
    e2fsck: [0x010092],
    title: 'Attribute value in an inode, without the feature',
    explain:
      'An attribute says its value lies in another inode, and the file system does not have that feature. The attribute cannot be read.',
    say: (d: { valueInode: number }) => `an attribute value is said to lie in inode ${d.valueInode}`,
  },
});

/** End of one attribute walk: where the entries stopped. */
interface Walked {
  end: number;
  regions: Regions;
  charge: number;
}

const roundUp = (length: number): number => (length + 3) & ~3;
const isLast = (view: DataView, at: number): boolean => view.getUint32(at, true) === 0;

function noteValueInode(scan: InodeScan, where: Where, ino: number): void {
  scan.facts.xattrInodes.set(ino, (scan.facts.xattrInodes.get(ino) ?? 0) + 1);
  if (!scan.geometry.features.ea_inode)
    scan.report(problems['xattr-inode-without-feature'], where, { valueInode: ino });
}

/** Checks the attributes behind the fields of the inode; false when the size of those fields is wrong. */
export function checkBodyXattrs(n: CurrentInode, scan: InodeScan): boolean {
  const { inodeSize } = scan.geometry;
  if (inodeSize === oldInodeSize) return true;
  const extra = inode.i_extra_isize(n.view, n.at);
  const room = inodeSize - oldInodeSize;
  if (extra !== 0 && (extra < 4 || extra > room || (extra & 3) !== 0)) {
    scan.report(problems['inode-extra-size-wrong'], n.where(inode.i_extra_isize), { stored: extra });
    if (n.links > 0) scan.facts.harm(n.ino, 'unreadable');
    return false;
  }
  if (extra >= room - 4) return true;
  const area = n.at + oldInodeSize + extra;
  if (n.view.getUint32(area, true) === xattrMagic) walkBody(n, scan, area, room - extra);
  return true;
}

/** `area` bytes: the magic word, entries upwards, values downwards, and a zero word behind the last entry. */
function walkBody(n: CurrentInode, scan: InodeScan, area: number, length: number): void {
  const { view } = n;
  const where = n.where();
  const start = area + xattrBodyHeaderSize;
  const regions = new Regions(length);
  regions.take(0, xattrBodyHeaderSize);
  let remain = length - 4;
  let at = start;
  const collision = () => scan.report(problems['xattr-body-collision'], where, { offset: at - area });
  while (remain >= xattrEntrySize && at + 4 <= area + length && !isLast(view, at)) {
    const nameLength = at + xattrEntrySize <= area + length ? xattrEntry.e_name_len(view, at) : 255;
    if (!regions.take(at - area, xattrEntrySize + roundUp(nameLength))) return collision();
    // an entry that overlaps nothing fits the room that is left, so e2fsck's test of the name's length cannot fail here
    remain -= xattrEntrySize + roundUp(nameLength);
    const valueInode = xattrEntry.e_value_inum(view, at);
    const size = xattrEntry.e_value_size(view, at);
    if (valueInode !== 0) noteValueInode(scan, where, valueInode);
    else {
      if (size > remain) return scan.report(problems['xattr-value-size'], where, { size });
      const offset = xattrEntry.e_value_offs(view, at);
      if (size > 0 && !regions.take(xattrBodyHeaderSize + offset, roundUp(size))) return collision();
      const hash = xattrEntry.e_hash(view, at);
      if (hash !== 0 && !entryHashGood(view, at, start + offset))
        return scan.report(problems['xattr-hash-wrong'], where, { stored: hash });
      remain -= size;
    }
    at += xattrEntrySize + roundUp(nameLength);
  }
  if (!regions.take(at - area, 4)) collision();
}

/** Clusters that a value kept in an inode of its own is charged with. */
const valueClusters = (geometry: Geometry, size: number): number =>
  Math.ceil(size / (geometry.blockSize * geometry.clusterRatio));

/** Clusters charged to an inode for values that its body's attributes keep in other inodes. */
export function bodyValueClusters(n: CurrentInode, geometry: Geometry): number {
  const area = bodyXattrs(geometry, n.view, n.at);
  if (area === null) return 0;
  let clusters = 0;
  for (let at = area.start; hasEntry(area, at); at = nextEntry(area, at))
    if (xattrEntry.e_value_inum(n.view, at) !== 0)
      clusters += valueClusters(geometry, xattrEntry.e_value_size(n.view, at));
  return clusters;
}

/**
 * Checks an attribute block the first time an inode uses it. `view` is null when it cannot be read.
 * Returns the clusters of values that its attributes keep in other inodes.
 */
export function checkXattrBlock(n: CurrentInode, scan: InodeScan, block: number, view: DataView | null): number {
  const where: Where = { inode: n.ino, block };
  const { report, geometry } = scan;
  if (view === null) {
    report(problems['xattr-block-unreadable'], where, {});
    return 0;
  }
  if (isAllZero(bytesOf(view), 0, view.byteLength)) {
    scan.facts.zeroBlocks++;
    report(problems['xattr-block-zero'], where, {});
  }
  const magic = xattrHeader.h_magic(view, 0);
  if (magic !== xattrMagic) report(problems['xattr-block-magic'], where, { stored: magic });
  const blocks = xattrHeader.h_blocks(view, 0);
  if (blocks !== 1) report(problems['xattr-block-count'], where, { stored: blocks });
  const { end, regions, charge } = walkBlock(scan, where, view);
  if (!regions.take(end, 4)) report(problems['xattr-block-collision'], where, { offset: end });
  if (magic === xattrMagic && blocks === 1 && !xattrBlockChecksumGood(geometry, view, block))
    report(problems['xattr-block-checksum-wrong'], where, {});
  return charge;
}

function walkBlock(scan: InodeScan, where: Where, view: DataView): Walked {
  const { blockSize } = scan.geometry;
  const regions = new Regions(blockSize);
  regions.take(0, xattrHeaderSize);
  let at = xattrHeaderSize;
  let charge = 0;
  while (at + 4 <= blockSize && !isLast(view, at)) {
    const nameLength = xattrEntry.e_name_len(view, at);
    if (!regions.take(at, xattrEntrySize + roundUp(nameLength))) {
      scan.report(problems['xattr-block-collision'], where, { offset: at });
      break;
    }
    if (xattrEntry.e_name_index(view, at) === 0) {
      scan.report(problems['xattr-block-bad-name'], where, { offset: at });
      break;
    }
    const offset = xattrEntry.e_value_offs(view, at);
    const size = xattrEntry.e_value_size(view, at);
    const valueInode = xattrEntry.e_value_inum(view, at);
    if (valueInode !== 0) {
      noteValueInode(scan, where, valueInode);
      if (scan.geometry.features.ea_inode) charge += valueClusters(scan.geometry, size);
    } else {
      if (size > maxXattrValue || offset + size > blockSize) {
        scan.report(problems['xattr-block-bad-value'], where, { offset: at, size });
        break;
      }
      if (size > 0 && !regions.take(offset, roundUp(size)))
        scan.report(problems['xattr-block-collision'], where, { offset: at });
      if (!entryHashGood(view, at, offset))
        scan.report(problems['xattr-hash-wrong'], where, { stored: xattrEntry.e_hash(view, at) });
    }
    at += xattrEntrySize + roundUp(nameLength);
  }
  return { end: at, regions, charge };
}
