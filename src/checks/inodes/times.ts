/** Deletion times and timestamps. */

import { inode, oldInodeSize } from '../../layout/inode';
import { define } from '../../problem/define';
import { modeText } from '../../volume/inode-fields';
import type { InodeScan } from './context';
import type { CurrentInode } from './current';

export const problems = define({
  'inode-unused-without-dtime': {
    severity: 'info',
    e2fsck: [0x010004],
    title: 'Deleted inode has no deletion time',
    explain:
      'An inode without links still has a type but no deletion time. It is treated as unused. Usually a crash or an old tool left it so; nothing is lost by it. Nothing needs to be done.',
    say: (d: { mode: string }) => `the inode has no links and no deletion time, but mode ${d.mode}`,
  },
  'inode-dtime-set': {
    severity: 'info',
    e2fsck: [0x010005],
    title: 'Inode in use has a deletion time',
    explain:
      'The inode has links, so it is in use, and also a deletion time, which only deleted inodes have. The file reads right; the kernel ignores the field. It hints at an interrupted deletion or at a stale inode-table block. Look at the file if it matters.',
    say: (d: { stored: number; links: number }) => `i_dtime is ${d.stored}, should be 0 with ${d.links} links`,
  },
  'root-dtime-set': {
    severity: 'info',
    e2fsck: [0x010002],
    title: 'Root directory has a deletion time',
    explain:
      'The root directory carries a deletion time although it is in use. Some old mke2fs versions wrote it so. It reads right. Nothing needs to be done; e2fsck clears it.',
    say: (d: { stored: number }) => `i_dtime of the root directory is ${d.stored}, should be 0`,
  },
  'inode-orphan-leftover': {
    severity: 'warning',
    e2fsck: [0x010036],
    title: 'Inode was part of an orphan list',
    explain:
      'The deletion time is so small that it is really an inode number: a link in the list of files that were deleted while open. The list was damaged or never worked off. Space may be lost; after a mount the kernel does not clean it up.',
    say: (d: { stored: number }) => `i_dtime is ${d.stored}, which is an inode number rather than a time`,
  },
  'inode-time-out-of-range': {
    severity: 'info',
    e2fsck: [0x010082],
    title: 'Timestamp uses an encoding no kernel writes',
    explain:
      'A time before 1970 was stored with epoch bits that put it beyond the year 2310. Old kernels wrote such values by mistake. Only the date shown is wrong.',
    say: (d: { fields: readonly string[] }) =>
      `${d.fields.join(', ')} ${d.fields.length > 1 ? 'have' : 'has'} impossible epoch bits`,
  },
});

/** Whether small deletion times can be told from inode numbers in this file system. */
export function dtimesTellable(scan: InodeScan): boolean {
  const { sb, inodesCount } = scan.geometry;
  return [sb.s_wtime, sb.s_mtime, sb.s_mkfs_time].every((time) => time === 0 || time >= inodesCount);
}

export function checkOrphanLeftover(n: CurrentInode, scan: InodeScan): void {
  const dtime = inode.i_dtime(n.view, n.at);
  if (dtime > 0 && dtime < scan.geometry.inodesCount)
    scan.report(problems['inode-orphan-leftover'], n.where(inode.i_dtime), { stored: dtime });
}

/** An inode without links: unused, and should say when it was deleted. */
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
 * Times whose epoch bits contradict their sign. As in e2fsck it does not matter whether `i_extra_isize` covers them, only
 * that it leaves room for attributes.
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
