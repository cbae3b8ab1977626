/** Extended attributes in the inode, after its fields. */
import { inode, oldInodeSize } from '../../../layout/inode';
import { roundUpXattr, xattrBodyHeaderSize, xattrEntry, xattrEntrySize, xattrMagic } from '../../../layout/xattr';
import { loadValueInodes, type ValueInodes } from '../../../volume/value-inodes';
import { bodyXattrs } from '../../../volume/xattr-entries';
import { entryHashGood } from '../../../volume/xattr-hash';
import type { InodeScan } from '../context';
import type { CurrentInode } from '../current';
import { hasRefusedAttributes } from '../refused';
import { problems } from './problems';
import { Regions } from './regions';
import { checkReference, countReferences, noCharge, type ValueCharge } from './values';

/**
 * The result of the walk over the attributes: `extra-size-wrong` if there was none; `later` if a value is in another
 * inode, so that nothing was judged yet.
 */
export type BodyOutcome = 'done' | 'extra-size-wrong' | 'later';

export function checkBodyXattrs(n: CurrentInode, scan: InodeScan): BodyOutcome {
  const { inodeSize } = scan.geometry;
  if (inodeSize === oldInodeSize) return 'done';
  const extra = inode.i_extra_isize(n.view, n.at);
  const room = inodeSize - oldInodeSize;
  if (extra !== 0 && (extra < 4 || extra > room || (extra & 3) !== 0)) {
    scan.report(problems['inode-extra-size-wrong'], n.where(inode.i_extra_isize), { stored: extra });
    if (n.links > 0) scan.facts.harm(n.ino, 'unreadable');
    return 'extra-size-wrong';
  }
  if (extra >= room - 4) return 'done';
  const area = n.at + oldInodeSize + extra;
  if (n.view.getUint32(area, true) !== xattrMagic) return 'done';
  return walk(n, scan, area, room - extra, null) === null ? 'later' : 'done';
}

/** The same for an inode with the result `later`. Returns the quota charge for values. */
export async function checkBodyValues(n: CurrentInode, scan: InodeScan): Promise<ValueCharge> {
  const { volume, groups, geometry } = scan;
  const area = bodyXattrs(geometry, n.view, n.at);
  if (area === null) return noCharge;
  const values = await loadValueInodes(volume, groups, area);
  const from = area.start - xattrBodyHeaderSize;
  return walk(n, scan, from, area.end - from, values) ?? noCharge;
}

/** Notes what it means that the kernel refuses the attributes: it does not execute the file, and recent ones do not open it. */
function noteRefused(n: CurrentInode, scan: InodeScan): void {
  if (n.links > 0 && !n.isSymlink) scan.facts.harm(n.ino, 'unreadable');
}

/** Reports attributes that only the kernel refuses. */
function checkRefused(n: CurrentInode, scan: InodeScan): void {
  if (!hasRefusedAttributes(n)) return;
  scan.report(problems['xattr-refused'], n.where(), {});
  noteRefused(n, scan);
}

/**
 * Walks `length` bytes: the magic word, entries upwards, values downwards, and a zero word after the last entry. The
 * first fault ends the walk. Null if a value is in another inode and `values` is null; no fault was found before it
 * then.
 */
function walk(
  n: CurrentInode,
  scan: InodeScan,
  area: number,
  length: number,
  values: ValueInodes | null,
): ValueCharge | null {
  const { view } = n;
  const where = n.where();
  const start = area + xattrBodyHeaderSize;
  const regions = new Regions(length);
  regions.take(0, xattrBodyHeaderSize);
  const charge = { clusters: 0, inodes: 0, misfits: 0 };
  let allFit = true;
  let remain = length - 4;
  let at = start;
  // all references count, even those after a fault
  const end = () => {
    countReferences(scan, { view, start, end: area + length, valueBase: start });
    return charge;
  };
  const fault = () => {
    if (hasRefusedAttributes(n)) noteRefused(n, scan);
    return end();
  };
  const collision = () => {
    scan.report(problems['xattr-body-collision'], where, { offset: at - area });
    return fault();
  };
  while (remain >= xattrEntrySize && at + 4 <= area + length && view.getUint32(at, true) !== 0) {
    const nameLength = at + xattrEntrySize <= area + length ? xattrEntry.e_name_len(view, at) : 255;
    const entryLength = xattrEntrySize + roundUpXattr(nameLength);
    if (!regions.take(at - area, entryLength)) return collision();
    // an entry that overlaps nothing fits, so e2fsck's test of the name's length cannot fail here
    remain -= entryLength;
    if (xattrEntry.e_value_inum(view, at) !== 0) {
      if (values === null) return null;
      const owner = { ino: n.ino, generation: inode.i_generation(view, n.at) };
      const { good, fits, clusters } = checkReference(scan, where, view, at, values, owner);
      if (!good) return fault();
      // e2fsck 1.47.4 ends the walk at the first value of another size
      allFit &&= fits;
      charge[allFit ? 'clusters' : 'misfits'] += clusters;
      charge.inodes++;
    } else {
      const size = xattrEntry.e_value_size(view, at);
      if (size > remain) {
        scan.report(problems['xattr-value-size'], where, { size });
        return fault();
      }
      const offset = xattrEntry.e_value_offs(view, at);
      if (size > 0 && !regions.take(xattrBodyHeaderSize + offset, roundUpXattr(size))) return collision();
      const stored = xattrEntry.e_hash(view, at);
      if (stored !== 0 && !entryHashGood(view, at, start + offset)) {
        scan.report(problems['xattr-hash-wrong'], where, { stored });
        checkRefused(n, scan);
        return end();
      }
      remain -= size;
    }
    at += entryLength;
  }
  if (!regions.take(at - area, 4)) return collision();
  if (charge.inodes === 0) checkRefused(n, scan);
  return values === null ? charge : end();
}
