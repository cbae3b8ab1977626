/** Compares the usage in the quota files with what the inodes really use. */

import type { QuotaAmount, QuotaType, QuotaUsage } from '../../facts/quota-usage';
import { quotaMagics } from '../../layout/quota';
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import type { Groups } from '../../volume/groups';
import { type QuotaFile, readQuotaFile } from '../../volume/quota-file';
import type { Volume } from '../../volume/volume';
import type { Differences, texts } from './texts';

export const problems = define<typeof texts>()({
  'quota-usage-wrong': { severity: 'info', e2fsck: [0x060002] },
  'quota-file-damaged': { severity: 'warning', e2fsck: [0x060002] },
  'quota-file-magic': { severity: 'warning', e2fsck: [] },
});

const kinds = [
  ['user', 's_usr_quota_inum'],
  ['group', 's_grp_quota_inum'],
  ['project', 's_prj_quota_inum'],
] as const;

/** Largest number of ids in a finding. */
const examples = 5;
const nothing: QuotaAmount = { bytes: 0, inodes: 0 };

function compare(
  type: string,
  stored: ReadonlyMap<number, QuotaAmount>,
  repeats: QuotaFile['repeats'],
  used: ReadonlyMap<number, QuotaAmount>,
): Differences | null {
  const wrong = new Map<number, QuotaAmount>();
  const differs = (id: number, entry: QuotaAmount): boolean => {
    const { bytes, inodes } = used.get(id) ?? nothing;
    return entry.bytes !== bytes || entry.inodes !== inodes;
  };
  for (const [id, entry] of stored) if (differs(id, entry)) wrong.set(id, entry);
  // every entry counts, even if another one with the same id contradicts it
  for (const entry of repeats) if (!wrong.has(entry.id) && differs(entry.id, entry)) wrong.set(entry.id, entry);
  const ids = [...wrong.keys()];
  for (const id of used.keys()) if (!stored.has(id)) ids.push(id);
  if (ids.length === 0) return null;
  const first = ids.sort((a, b) => a - b).slice(0, examples);
  const pick = (from: ReadonlyMap<number, QuotaAmount>, key: keyof QuotaAmount) =>
    first.map((id) => (from.get(id) ?? nothing)[key]);
  return {
    type,
    count: ids.length,
    ids: first,
    storedBytes: pick(wrong, 'bytes'),
    expectedBytes: pick(used, 'bytes'),
    storedInodes: pick(wrong, 'inodes'),
    expectedInodes: pick(used, 'inodes'),
  };
}

/**
 * Compares each quota file with `usage`, if the feature quota is on. An id without usage may be absent from the file,
 * or present for its limits.
 */
export async function checkQuotas(
  volume: Volume,
  groups: Groups,
  usage: QuotaUsage,
  report: ReportFinding,
): Promise<void> {
  const { sb, features } = volume.geometry;
  if (!features.quota) return;
  for (const [index, [type, field]] of kinds.entries()) {
    const inode = sb[field];
    if (inode === 0) continue;
    const file = await readQuotaFile(volume, groups, inode);
    const fault = typeof file === 'string' ? file : file.fault;
    if (fault !== null) report(problems['quota-file-damaged'], { inode }, { type, reason: fault });
    if (typeof file === 'string') continue;
    const expected = quotaMagics[index]!;
    if (file.magic !== expected)
      report(problems['quota-file-magic'], { inode }, { type, stored: file.magic, expected });
    if (fault !== null) continue;
    const differences = compare(type, file.entries, file.repeats, usage.of(index as QuotaType));
    if (differences !== null) report(problems['quota-usage-wrong'], { inode }, { ...differences });
  }
}
