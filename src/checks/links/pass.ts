/** Pass 4: tests that every inode has as many names as its link count, and at least one. */

import { directoryFlag } from '../../facts/directories';
import { type Inodes, inodeState } from '../../facts/inodes';
import type { ScanFacts } from '../../facts/scan';
import { inode, oldInodeSize } from '../../layout/inode';
import { linkCountCap, maxLinks } from '../../layout/limits';
import { xattrMagic } from '../../layout/xattr';
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import type { VersionedCode } from '../../problem/e2fsck-version';
import type { Groups } from '../../volume/groups';
import { readInode } from '../../volume/inode-at';
import type { Volume } from '../../volume/volume';
import { reportBadFields } from './bad-fields';
import type { texts } from './texts';
import { checkValueInode } from './value-inodes';

export const problems = define<typeof texts>()({
  'inode-unattached': { severity: 'error', e2fsck: [0x040002] },
  'inode-unattached-empty': { severity: 'info', e2fsck: [0x040001] },
  'inode-links-wrong': { severity: 'warning', e2fsck: [0x040003] },
  'superblock-dir-nlink-missing': { severity: 'warning', e2fsck: [0x040006] },
});

const typeWords = ['inode', 'file', 'directory', 'character device', 'block device', 'pipe', 'socket', 'symlink'];

async function reportUnattached(
  volume: Volume,
  groups: Groups,
  facts: ScanFacts,
  ino: number,
  report: ReportFinding,
  codes: (code: number) => readonly VersionedCode[],
): Promise<void> {
  await reportBadFields(volume, groups, ino, 0, report);
  const { geometry } = volume;
  const view = await readInode(volume, groups, ino);
  const type = facts.inodes.state[ino]! & inodeState.TYPE;
  if (view && (type === 1 || type === 2) && inode.i_blocks_lo(view, 0) === 0) {
    const body = oldInodeSize + (geometry.inodeSize > oldInodeSize ? inode.i_extra_isize(view, 0) : 0);
    const hasXattrs = body + 4 <= geometry.inodeSize && view.getUint32(body, true) === xattrMagic;
    if (!hasXattrs) report(problems['inode-unattached-empty'], { inode: ino }, {}, codes(0x040001));
  }
  report(
    problems['inode-unattached'],
    { inode: ino },
    { type: typeWords[type]!, size: view ? inode.i_size_lo(view, 0) : 0 },
    codes(0x040002),
  );
}

/**
 * The next inode from `from` that must be tested: in a valid tree all have as many names as links, and at least one.
 */
function nextSuspect({ count, state, links, found }: Inodes, from: number): number {
  let ino = from;
  while (ino <= count && found[ino] === links[ino] && (found[ino] !== 0 || state[ino] === 0)) ino++;
  return ino;
}

/** Compares link counts, in inode order. */
export async function checkLinks(
  volume: Volume,
  groups: Groups,
  facts: ScanFacts,
  report: ReportFinding,
): Promise<void> {
  const { geometry } = volume;
  const { inodes, directories } = facts;
  const { state, links, found } = inodes;
  const { sb, features } = geometry;
  const budget = { bytes: 2 * volume.source.size };
  const wanted = inodeState.USED | inodeState.IN_BAD_BLOCK | inodeState.IMAGIC;
  // a name is an error for a value inode, whatever its link count
  const judgesAll = facts.flaggedXattrInodes.size + facts.xattrInodes.size > 0;
  for (let next = 2; next <= inodes.count; ) {
    const ino = judgesAll ? next : nextSuspect(inodes, next);
    if (ino > inodes.count) break;
    next = ino + 1;
    if (ino !== 2 && ino < geometry.firstIno) continue;
    if ((state[ino]! & wanted) !== inodeState.USED) continue;
    if (ino === sb.s_prj_quota_inum || ino === sb.s_orphan_file_inum) continue;
    let counted = found[ino]!;
    const use = judgesAll ? await checkValueInode(volume, groups, facts, ino, counted, budget, report) : 'none';
    if (counted === 0 && use === 'value') counted = 1;
    if (counted === 0) {
      const until = use === 'unflagged' ? '1.47.0' : undefined;
      await reportUnattached(volume, groups, facts, ino, report, (code) => [{ code, until }]);
      continue;
    }
    const stored = Math.min(links[ino]!, linkCountCap);
    counted = Math.min(counted, linkCountCap);
    if (counted === stored) continue;
    const directory = inodes.isDirectory(ino);
    if (directory && counted > maxLinks) {
      if (!features.dir_nlink) report(problems['superblock-dir-nlink-missing'], { inode: ino }, { found: counted });
      counted = 1;
      if (stored === 1) continue;
    }
    if (directory && stored === 1 && counted > 1 && directories.has(directories.indexOf(ino), directoryFlag.INDEXED))
      continue;
    report(problems['inode-links-wrong'], { inode: ino }, { stored: links[ino]!, expected: counted });
  }
}
