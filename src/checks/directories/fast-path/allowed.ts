/** Decides whether directory blocks of a file system can be ordinary. */
import { isAllZero } from '../../../bytes/bitmap';
import { littleEndian } from '../../../bytes/words';
import { groupFlags } from '../../../layout/group';
import { firstUnusedOf } from '../entry-checks';
import type { DirectoryScan } from '../scan';

/** Whether an inode is in use in a part of its table that is marked as unused: entries for it are reported. */
function anyBeyondEnd({ geometry, groups, facts }: DirectoryScan): boolean {
  const { inodesPerGroup } = geometry;
  // once for all inodes: a division for each entry took a tenth of the pass
  for (let group = 0; group < groups.count; group++) {
    const first = group * inodesPerGroup + 1;
    const uninit = (groups.flags[group]! & groupFlags.INODE_UNINIT) !== 0;
    const unused = uninit ? first : firstUnusedOf(geometry, groups, group);
    const from = Math.max(first, unused);
    if (!isAllZero(facts.inodes.state, from, first + inodesPerGroup)) return true;
  }
  return false;
}

/** Whether a quota file has an inode that entries may refer to. */
function anyQuotaBeyond({ geometry }: DirectoryScan): boolean {
  const { s_usr_quota_inum, s_grp_quota_inum, s_prj_quota_inum } = geometry.sb;
  return [s_usr_quota_inum, s_grp_quota_inum, s_prj_quota_inum].some((ino) => ino === 2 || ino >= geometry.firstIno);
}

/** Excludes what is rare and would make the test of every entry longer. */
export const allowsFastPath = (scan: DirectoryScan): boolean =>
  littleEndian &&
  scan.geometry.features.filetype &&
  !scan.geometry.features.inline_data &&
  !anyBeyondEnd(scan) &&
  !anyQuotaBeyond(scan);
