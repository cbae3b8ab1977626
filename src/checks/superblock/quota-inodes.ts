/** Checks the inode numbers of the quota files in the superblock. */
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import type { Opening } from '../../volume/open';
import { superblockPlace } from './place';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'superblock-quota-inode-invalid': { severity: 'warning', e2fsck: [0x00004f] },
});

const types = [
  ['user', 's_usr_quota_inum'],
  ['group', 's_grp_quota_inum'],
  ['project', 's_prj_quota_inum'],
] as const;

/** Inodes 1 to 10 are reserved, and only 3 and 4 are for quota files. */
const possible = (ino: number, inodesCount: number): boolean =>
  ino <= inodesCount && (ino === 3 || ino === 4 || ino > 10);

export function checkQuotaInodes(opening: Opening, report: ReportFinding): void {
  const { sb } = opening.volume.geometry;
  for (const [type, field] of types) {
    const stored = sb[field];
    if (stored === 0 || possible(stored, sb.s_inodes_count)) continue;
    report(
      problems['superblock-quota-inode-invalid'],
      { inode: stored, ...superblockPlace(opening, field) },
      { type, stored },
    );
  }
}
