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
  'xattr-inode-flag-stray': { severity: 'error', e2fsck: [0x040008], e2fsckSince: '1.47.1', e2fsckUntil: '1.47.2' },
  'xattr-inode-unreferenced': { severity: 'warning', e2fsck: [0x040008], e2fsckSince: '1.47.3' },
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

/** Compares the reference count of a flagged inode with the number of attributes that use it, and a value with its checksum. */
async function checkCount(
  volume: Volume,
  groups: Groups,
  ino: number,
  expected: number,
  named: boolean,
  budget: ValueBudget,
  report: ReportFinding,
): Promise<void> {
  const view = await readInode(volume, groups, ino);
  if (view === null) return;
  const value = valueInodeOf(view, 0);
  const { references } = value;
  // Lustre stored neither count nor checksum, and the two times are equal
  if (value.timesEqual) return;
  if (references !== expected)
    report(
      problems['xattr-inode-refcount-wrong'],
      { inode: ino },
      { stored: references, expected },
      named ? [{ code: 0x040005, since: '1.47.1' }] : undefined,
    );
  if (!named) await checkValue(volume, groups, ino, value, budget, report);
}

/** Reports inodes that attributes use and directories name; `named` has the first directory of each. */
export function reportNamedValues(facts: ScanFacts, named: ReadonlyMap<number, number>, report: ReportFinding): void {
  for (const [ino, directory] of named) {
    const references = facts.xattrInodes.get(ino) ?? 0;
    report(
      problems['xattr-inode-named'],
      { inode: ino, directory },
      { references, flagged: facts.flaggedXattrInodes.has(ino) },
    );
  }
}

/** What pass 4 has to know of an inode with the flag of a value inode, or to which attributes refer. */
export type ValueUse =
  /** The flag is right: attributes stand for the name that the inode does not have. */
  | 'value'
  /** Attributes refer to an inode without the flag, which is not a value for e2fsck 1.47.0. */
  | 'unflagged'
  | 'none';

/** Judges an inode as the value of attributes, which have no other use. `names` is the number of entries that name it. */
export async function checkValueInode(
  volume: Volume,
  groups: Groups,
  facts: ScanFacts,
  ino: number,
  names: number,
  budget: ValueBudget,
  report: ReportFinding,
): Promise<ValueUse> {
  const references = facts.xattrInodes.get(ino) ?? 0;
  const flagged = facts.flaggedXattrInodes.has(ino);
  if (references === 0) {
    if (!flagged) return 'none';
    if (names === 0) report(problems['xattr-inode-unreferenced'], { inode: ino }, {});
    // for anything but a file the flag was already reported when the inode was read
    else if ((facts.inodes.state[ino]! & inodeState.TYPE) === 1)
      report(problems['xattr-inode-flag-stray'], { inode: ino }, {});
    return 'none';
  }
  if (!flagged) return 'unflagged';
  await checkCount(volume, groups, ino, references, names > 0, budget, report);
  return 'value';
}
