/** The texts of the problems in quota.ts. */
import type { ProblemTexts } from '../../problem/define';

export interface Differences {
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

export const texts = {
  'quota-usage-wrong': {
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
    title: 'Quota file cannot be read',
    explain:
      'The file that keeps the usage and the limits of each user, group or project is damaged, so limits are lost. Other files are not affected, but a kernel may refuse to mount read-write when it cannot turn quotas on. e2fsck writes the file anew without limits.',
    say: (d: { type: string; reason: string }) => `the ${d.type} quota file: ${d.reason}`,
  },
  'quota-file-magic': {
    title: 'Quota file has a wrong magic number',
    explain:
      'The quota file does not begin with the number of its kind: it was overwritten, or the superblock names the file of another kind. e2fsck does not look at it, but the kernel cannot turn quotas on and may refuse to mount read-write.',
    say: (d: { type: string; stored: number; expected: number }) =>
      `dqh_magic of the ${d.type} quota file is 0x${d.stored.toString(16)}, should be 0x${d.expected.toString(16)}`,
  },
} satisfies ProblemTexts;
