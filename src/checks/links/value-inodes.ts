/** Inodes that hold values of extended attributes: attributes lead to them, and no name does. */
import { crc32c } from '../../bytes/crc32c';
import { inodeState } from '../../facts/inodes';
import type { ScanFacts } from '../../facts/scan';
import { maxValueInodeSize } from '../../layout/limits';
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import { ImageError } from '../../view/error';
import { wholeContent } from '../../view/file';
import { loadInode } from '../../view/stat';
import type { Groups } from '../../volume/groups';
import { readInode } from '../../volume/inode-at';
import { type ValueInode, valueInodeOf } from '../../volume/value-inodes';
import type { Volume } from '../../volume/volume';
import type { texts } from './value-inodes.texts';

export const problems = define<typeof texts>({
  'xattr-inode-refcount-wrong': { severity: 'warning', e2fsck: [0x040005] },
  'xattr-value-changed': { severity: 'error', e2fsck: [] },
  'xattr-inode-flag-stray': { severity: 'error', e2fsck: [0x040008], e2fsckSince: '1.47.1' },
  'xattr-inode-named': { severity: 'error', e2fsck: [0x020055], e2fsckSince: '1.47.1' },
});

/** Values still to be read, in bytes: more than the image holds can only be holes and blocks claimed over and over. */
export interface ValueBudget {
  bytes: number;
}

/** Holds a value against the checksum that its inode keeps; what cannot be read is told where that is the subject. */
async function checkValue(
  volume: Volume,
  groups: Groups,
  ino: number,
  value: ValueInode,
  budget: ValueBudget,
  report: ReportFinding,
): Promise<void> {
  budget.bytes -= value.size;
  if (value.size > maxValueInodeSize || budget.bytes < 0) return;
  try {
    const content = await wholeContent(volume, await loadInode(volume, groups, ino), maxValueInodeSize);
    if (crc32c(volume.geometry.checksumSeed, content) !== value.hash)
      report(problems['xattr-value-changed'], { inode: ino }, {});
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
  }
}

/** Whether attributes account for an inode that has no name; if so, their number is held against its count. */
export async function checkValueInode(
  volume: Volume,
  groups: Groups,
  facts: ScanFacts,
  ino: number,
  budget: ValueBudget,
  report: ReportFinding,
): Promise<boolean> {
  const expected = facts.xattrInodes.get(ino) ?? 0;
  if (expected === 0 || !facts.flaggedXattrInodes.has(ino)) return false;
  const view = await readInode(volume, groups, ino);
  if (view === null) return true;
  const value = valueInodeOf(view, 0);
  const { references } = value;
  // Lustre kept neither count nor checksum, and left the two times alike
  if (value.timesEqual) return true;
  if (references !== expected)
    report(problems['xattr-inode-refcount-wrong'], { inode: ino }, { stored: references, expected });
  await checkValue(volume, groups, ino, value, budget, report);
  return true;
}

/** Says of a flagged inode with names what the attributes that use it, or do not, make of it. */
export function reportNamedValue(facts: ScanFacts, ino: number, report: ReportFinding): void {
  // of anything but a file the flag was told when the inode was read
  if (!facts.flaggedXattrInodes.has(ino) || (facts.inodes.state[ino]! & inodeState.TYPE) !== 1) return;
  const references = facts.xattrInodes.get(ino) ?? 0;
  if (references > 0) report(problems['xattr-inode-named'], { inode: ino }, { references });
  else report(problems['xattr-inode-flag-stray'], { inode: ino }, {});
}
