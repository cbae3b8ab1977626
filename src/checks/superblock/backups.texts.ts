/** The sentences for findings of backups.ts. */

import { superblockMagic } from '../../layout/superblock';
import type { Sentences } from '../../problem/define';

export const texts = {
  'superblock-backup-damaged': (d: { allZero: boolean; stored: number }) =>
    d.allZero
      ? 'the copy contains only zeros'
      : `s_magic is 0x${d.stored.toString(16)}, should be 0x${superblockMagic.toString(16)}`,
  'superblock-backup-differs': (d: {
    fields: readonly string[];
    stored: readonly (number | string)[];
    expected: readonly (number | string)[];
  }) => d.fields.map((field, i) => `${field} is ${d.stored[i]}, in the superblock in use ${d.expected[i]}`).join('; '),
} satisfies Sentences;
