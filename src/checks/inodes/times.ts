/** Deletion times and timestamps. */

import { inode, oldInodeSize } from '../../layout/inode';
import { define } from '../../problem/define';
import { modeText } from '../../volume/inode-fields';
import type { InodeScan } from './context';
import type { CurrentInode } from './current';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'inode-unused-without-dtime': { severity: 'info', e2fsck: [0x010004] },
  'inode-dtime-set': { severity: 'info', e2fsck: [0x010005] },
  'root-dtime-set': { severity: 'info', e2fsck: [0x010002] },
  'inode-orphan-leftover': { severity: 'warning', e2fsck: [0x010036] },
  'inode-time-out-of-range': { severity: 'info', e2fsck: [0x010082] },
});

/** Whether small deletion times can be distinguished from inode numbers in this file system. */
export function canDistinguishDtimes(scan: InodeScan): boolean {
  const { sb, inodesCount } = scan.geometry;
  return [sb.s_wtime, sb.s_mtime, sb.s_mkfs_time].every((time) => time === 0 || time >= inodesCount);
}

export function checkOrphanLeftover(n: CurrentInode, scan: InodeScan): void {
  const dtime = inode.i_dtime(n.view, n.at);
  if (dtime > 0 && dtime < scan.geometry.inodesCount)
    scan.report(problems['inode-orphan-leftover'], n.where(inode.i_dtime), { stored: dtime });
}

/** An inode without links is unused and should have a deletion time. */
export function checkUnused(n: CurrentInode, scan: InodeScan): void {
  if (n.mode !== 0 && inode.i_dtime(n.view, n.at) === 0)
    scan.report(problems['inode-unused-without-dtime'], n.where(inode.i_dtime), { mode: modeText(n.mode) });
}

export function checkRootDtime(n: CurrentInode, scan: InodeScan): void {
  const stored = inode.i_dtime(n.view, n.at);
  if (stored !== 0 && n.links !== 0) scan.report(problems['root-dtime-set'], n.where(inode.i_dtime), { stored });
}

export function checkDtime(n: CurrentInode, scan: InodeScan): void {
  const stored = inode.i_dtime(n.view, n.at);
  if (stored !== 0) scan.report(problems['inode-dtime-set'], n.where(inode.i_dtime), { stored, links: n.links });
}

const stamped = [
  ['i_atime', inode.i_atime, inode.i_atime_extra],
  ['i_ctime', inode.i_ctime, inode.i_ctime_extra],
  ['i_crtime', inode.i_crtime, inode.i_crtime_extra],
  ['i_mtime', inode.i_mtime, inode.i_mtime_extra],
] as const;

function hasBothEpochBits({ view, at }: CurrentInode): boolean {
  return (
    (inode.i_atime_extra(view, at) & 3) === 3 ||
    (inode.i_ctime_extra(view, at) & 3) === 3 ||
    (inode.i_crtime_extra(view, at) & 3) === 3 ||
    (inode.i_mtime_extra(view, at) & 3) === 3
  );
}

/**
 * Times whose epoch bits contradict their sign. As in e2fsck, `i_extra_isize` need not cover them, but must leave room
 * for attributes.
 */
export function checkTimeRange(n: CurrentInode, scan: InodeScan): void {
  if (inode.i_extra_isize(n.view, n.at) >= scan.geometry.inodeSize - oldInodeSize - 4) return;
  // one test for nearly every inode: no kernel writes both epoch bits
  if (!hasBothEpochBits(n)) return;
  const fields: string[] = [];
  for (const [name, low, extra] of stamped)
    if (low(n.view, n.at) >= 0x80000000 && (extra(n.view, n.at) & 3) === 3) fields.push(name);
  if (fields.length > 0) scan.report(problems['inode-time-out-of-range'], n.where(), { fields });
}
