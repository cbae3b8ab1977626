/** The sentences for findings, made from their data; explanations.json has titles and explanations. */
import type { Sentences } from '../../problem/define';

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
  'quota-usage-wrong': (d: Differences) => {
    const shown = d.ids.map(
      (id, i) =>
        `${d.type} ${id} has ${d.storedBytes[i]} bytes in ${d.storedInodes[i]} inodes, should have ${d.expectedBytes[i]} in ${d.expectedInodes[i]}`,
    );
    return `${shown.join('; ')}${d.count > d.ids.length ? `; and ${d.count - d.ids.length} more` : ''}`;
  },
  'quota-file-damaged': (d: { type: string; reason: string }) => `the ${d.type} quota file: ${d.reason}`,
  'quota-file-magic': (d: { type: string; stored: number; expected: number }) =>
    `dqh_magic of the ${d.type} quota file is 0x${d.stored.toString(16)}, should be 0x${d.expected.toString(16)}`,
} satisfies Sentences;
