/** The inodes with fixed numbers: root, journal, quota, orphan file and the other reserved ones. */

import { inode, reservedInode } from '../../layout/inode';
import { define } from '../../problem/define';
import type { Geometry } from '../../volume/geometry';
import { modeText } from '../../volume/inode-fields';
import type { InodeScan } from './context';
import type { CurrentInode } from './current';
import { checkRefused } from './refused';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'reserved-inode-bad-mode': { severity: 'warning', e2fsck: [0x010003] },
  'journal-inode-not-clear': { severity: 'warning', e2fsck: [0x010034] },
  'journal-inode-bad-mode': { severity: 'fatal', e2fsck: [0x010035] },
  'quota-inode-bad-mode': { severity: 'warning', e2fsck: [0x010062] },
  'quota-inode-not-clear': { severity: 'warning', e2fsck: [0x010063] },
  'orphan-file-bad-mode': { severity: 'warning', e2fsck: [0x01008f] },
  'orphan-file-not-clear': { severity: 'warning', e2fsck: [0x010090] },
});

const holdsSomething = (n: CurrentInode): boolean =>
  n.links !== 0 || inode.i_blocks_lo(n.view, n.at) !== 0 || n.word(0) !== 0;

/** The numbers of the three quota inodes; that of the project quota is in the superblock. */
export const isQuotaInode = (geometry: Geometry, ino: number): boolean =>
  ino === reservedInode.USER_QUOTA ||
  ino === reservedInode.GROUP_QUOTA ||
  (ino !== 0 && ino === geometry.sb.s_prj_quota_inum);

export const isQuotaInUse = ({ sb, features }: Geometry, ino: number): boolean =>
  features.quota && [sb.s_usr_quota_inum, sb.s_grp_quota_inum, sb.s_prj_quota_inum].includes(ino);

/** Quota inodes are checked even without links. */
export const isReservedInode = (geometry: Geometry, ino: number): boolean =>
  ino < geometry.firstIno || isQuotaInode(geometry, ino);

/** Whether any of `count` inodes starting at `firstIno` is reserved. */
export const hasReserved = (geometry: Geometry, firstIno: number, count: number): boolean => {
  const project = geometry.sb.s_prj_quota_inum;
  if (firstIno < geometry.firstIno || firstIno <= reservedInode.GROUP_QUOTA) return true;
  return project >= firstIno && project < firstIno + count;
};

/** Whether the number of any of `count` inodes starting at `firstIno` has a meaning. */
export const hasSpecial = (geometry: Geometry, firstIno: number, count: number): boolean => {
  const orphanFile = geometry.sb.s_orphan_file_inum;
  return (orphanFile >= firstIno && orphanFile < firstIno + count) || hasReserved(geometry, firstIno, count);
};

/** Whether to `walk` the blocks of an inode and stop, or to continue with the `general` checks. */
export type Treatment = 'general' | 'walk';

function checkJournalInode(n: CurrentInode, scan: InodeScan): Treatment {
  if (scan.geometry.sb.s_journal_inum === reservedInode.JOURNAL) {
    if (!n.isRegular)
      scan.report(problems['journal-inode-bad-mode'], n.where(inode.i_mode), { mode: modeText(n.mode) });
    if (scan.geometry.features.has_journal && n.isRegular) checkRefused(n, scan, 'journal-inode-refused');
    return 'walk';
  }
  if (holdsSomething(n)) scan.report(problems['journal-inode-not-clear'], n.where(), {});
  return 'general';
}

function checkQuotaInode(n: CurrentInode, scan: InodeScan): Treatment {
  if (isQuotaInUse(scan.geometry, n.ino)) {
    if (!n.isRegular) scan.report(problems['quota-inode-bad-mode'], n.where(inode.i_mode), { mode: modeText(n.mode) });
    return 'walk';
  }
  if (holdsSomething(n)) scan.report(problems['quota-inode-not-clear'], n.where(), {});
  return 'general';
}

function checkOrphanInode(n: CurrentInode, scan: InodeScan): Treatment {
  if (scan.geometry.features.orphan_file) {
    if (!n.isRegular) scan.report(problems['orphan-file-bad-mode'], n.where(inode.i_mode), { mode: modeText(n.mode) });
    checkRefused(n, scan, 'orphan-file-inode-refused');
    return 'walk';
  }
  if (holdsSomething(n)) scan.report(problems['orphan-file-not-clear'], n.where(), {});
  return 'general';
}

function checkOtherReserved(n: CurrentInode, scan: InodeScan): Treatment {
  const { BOOT_LOADER, RESIZE } = reservedInode;
  const bad = n.ino === BOOT_LOADER ? n.isDirectory : n.mode !== 0 && !(n.ino === RESIZE && n.isRegular);
  if (bad) scan.report(problems['reserved-inode-bad-mode'], n.where(inode.i_mode), { mode: modeText(n.mode) });
  return 'walk';
}

/** Checks an inode by the meaning of its number, except the root and the bad-blocks inode. */
export function checkReserved(n: CurrentInode, scan: InodeScan): Treatment {
  const { geometry } = scan;
  if (n.ino === reservedInode.JOURNAL) return checkJournalInode(n, scan);
  if (isQuotaInode(geometry, n.ino)) return checkQuotaInode(n, scan);
  if (n.ino === geometry.sb.s_orphan_file_inum) return checkOrphanInode(n, scan);
  return n.ino < geometry.firstIno ? checkOtherReserved(n, scan) : 'general';
}
