/** The texts of the problems in quota.ts. */
import type { ProblemTexts } from '../../problem/define';

export interface Differences {
  type: string;
  /** How many ids differ. */
  count: number;
  /** The first of them, and for each id the usage in the file and the counted usage. */
  ids: readonly number[];
  storedBytes: readonly number[];
  expectedBytes: readonly number[];
  storedInodes: readonly number[];
  expectedInodes: readonly number[];
}

export const texts = {
  'quota-usage-wrong': {
    title: 'Quota usage is wrong',
    explain:
      'A quota file records how much space and how many inodes each user, group or project uses. It differs from the counted usage: after a crash, or because mke2fs -d or debugfs added files without updating it. Only limits are affected; e2fsck writes the counted values.',
    say: (d: Differences) => {
      const shown = d.ids.map(
        (id, i) =>
          `${d.type} ${id} has ${d.storedBytes[i]} bytes in ${d.storedInodes[i]} inodes, should have ${d.expectedBytes[i]} in ${d.expectedInodes[i]}`,
      );
      return `${shown.join('; ')}${d.count > d.ids.length ? `; and ${d.count - d.ids.length} more` : ''}`;
    },
  },
  'quota-file-damaged': {
    title: 'Quota file cannot be read',
    explain:
      'The file with the usage and the limits of each user, group or project is damaged, so limits are lost. Other files are not affected, but a kernel that cannot turn quotas on may refuse to mount read-write. e2fsck recreates the file without limits.',
    say: (d: { type: string; reason: string }) => `the ${d.type} quota file: ${d.reason}`,
  },
  'quota-file-magic': {
    title: 'Quota file has a wrong magic number',
    explain:
      'The quota file does not start with the magic number of its kind: it was overwritten, or the superblock refers to the file of another kind. e2fsck does not check it, but the kernel cannot turn quotas on and may refuse to mount read-write.',
    say: (d: { type: string; stored: number; expected: number }) =>
      `dqh_magic of the ${d.type} quota file is 0x${d.stored.toString(16)}, should be 0x${d.expected.toString(16)}`,
  },
} satisfies ProblemTexts;
