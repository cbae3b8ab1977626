/** Checks value inodes of extended attributes: attributes refer to them, names do not. */
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
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'xattr-inode-refcount-wrong': { severity: 'warning', e2fsck: [0x040005] },
  'xattr-value-changed': { severity: 'error', e2fsck: [] },
  'xattr-inode-flag-stray': { severity: 'error', e2fsck: [0x040008], e2fsckSince: '1.47.1' },
  'xattr-inode-named': { severity: 'error', e2fsck: [0x020055], e2fsckSince: '1.47.1' },
});

/**
 * Bytes of values that may still be read: more than the image holds can only be holes and blocks claimed repeatedly.
 */
export interface ValueBudget {
  bytes: number;
}

/** Compares a value with the checksum in its inode; unreadable blocks are reported elsewhere. */
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

/** Whether attributes refer to an inode without a name; if so, compares their number with its reference count. */
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
  // Lustre stored neither count nor checksum, and the two times are equal
  if (value.timesEqual) return true;
  if (references !== expected)
    report(problems['xattr-inode-refcount-wrong'], { inode: ino }, { stored: references, expected });
  await checkValue(volume, groups, ino, value, budget, report);
  return true;
}

/** Reports a flagged inode with names, depending on the attributes that use it. */
export function reportNamedValue(facts: ScanFacts, ino: number, report: ReportFinding): void {
  // for anything but a file the flag was already reported when the inode was read
  if (!facts.flaggedXattrInodes.has(ino) || (facts.inodes.state[ino]! & inodeState.TYPE) !== 1) return;
  const references = facts.xattrInodes.get(ino) ?? 0;
  if (references > 0) report(problems['xattr-inode-named'], { inode: ino }, { references });
  else report(problems['xattr-inode-flag-stray'], { inode: ino }, {});
}
