/** The usage that the quota files state, held against what the inodes really use. */

import type { QuotaAmount, QuotaType, QuotaUsage } from '../../facts/quota-usage';
import { quotaMagics } from '../../layout/quota';
import type { Report } from '../../problem/collector';
import { define } from '../../problem/define';
import type { Groups } from '../../volume/groups';
import { type QuotaFile, readQuotaFile } from '../../volume/quota-file';
import type { Volume } from '../../volume/volume';

interface Differences {
  type: string;
  /** How many ids differ. */
  count: number;
  /** The first of them, and per id what the file states and what is used. */
  ids: readonly number[];
  storedBytes: readonly number[];
  expectedBytes: readonly number[];
  storedInodes: readonly number[];
  expectedInodes: readonly number[];
}

export const problems = define({
  'quota-usage-wrong': {
    severity: 'info',
    e2fsck: [0x060002],
    title: 'Quota usage is wrong',
    explain:
      'A quota file keeps how much space and how many inodes each user, group or project uses. It disagrees with what was counted: after a crash, or because mke2fs -d or debugfs put files in without charging them. Only limits are affected; e2fsck writes the counted values.',
    say: (d: Differences) => {
      const shown = d.ids.map(
        (id, i) =>
          `${d.type} ${id} has ${d.storedBytes[i]} bytes in ${d.storedInodes[i]} inodes, should have ${d.expectedBytes[i]} in ${d.expectedInodes[i]}`,
      );
      return `${shown.join('; ')}${d.count > d.ids.length ? `; and ${d.count - d.ids.length} more` : ''}`;
    },
  },
  'quota-file-damaged': {
    severity: 'warning',
    e2fsck: [0x060002],
    title: 'Quota file cannot be read',
    explain:
      'The file that keeps the usage and the limits of each user, group or project is damaged, so limits are lost. Other files are not affected, but a kernel may refuse to mount read-write when it cannot turn quotas on. e2fsck writes the file anew without limits.',
    say: (d: { type: string; reason: string }) => `the ${d.type} quota file: ${d.reason}`,
  },
  'quota-file-magic': {
    severity: 'warning',
    e2fsck: [],
    title: 'Quota file has a wrong magic number',
    explain:
      'The quota file does not begin with the number of its kind: it was overwritten, or the superblock names the file of another kind. e2fsck does not look at it, but the kernel cannot turn quotas on and may refuse to mount read-write.',
    say: (d: { type: string; stored: number; expected: number }) =>
      `dqh_magic of the ${d.type} quota file is 0x${d.stored.toString(16)}, should be 0x${d.expected.toString(16)}`,
  },
});

const kinds = [
  ['user', 's_usr_quota_inum'],
  ['group', 's_grp_quota_inum'],
  ['project', 's_prj_quota_inum'],
] as const;

/** Ids that are named in a finding. */
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
  // each entry counts, also one that another with the same id contradicts
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
 * Compares each quota file with `usage`, where the feature quota is on. An id that uses nothing may be absent from the
 * file, or there for its limits.
 */
export async function checkQuotas(volume: Volume, groups: Groups, usage: QuotaUsage, report: Report): Promise<void> {
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
