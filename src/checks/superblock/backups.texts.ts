/** The texts of the problems in backups.ts. */

import { superblockMagic } from '../../layout/superblock';
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'superblock-backup-damaged': {
    title: 'Backup superblock is destroyed',
    explain:
      'Some block groups hold a copy of the superblock, for the case that the primary one is destroyed. This copy was overwritten or never reached the disk. The file system works without it, but where one block was lost, others may be lost too, and a repair has one copy less to start from.',
    say: (d: { allZero: boolean; stored: number }) =>
      d.allZero
        ? 'the copy contains only zeros'
        : `s_magic is 0x${d.stored.toString(16)}, should be 0x${superblockMagic.toString(16)}`,
  },
  'superblock-backup-differs': {
    title: 'Backup superblock describes another file system',
    explain:
      'This copy of the superblock differs from the one in use in sizes, format or identity. Tools that change these fields normally write all copies. The copy may be left over from an earlier file system, or one of the two was damaged. The file system works, but must not be repaired from this copy.',
    say: (d: {
      fields: readonly string[];
      stored: readonly (number | string)[];
      expected: readonly (number | string)[];
    }) =>
      d.fields.map((field, i) => `${field} is ${d.stored[i]}, in the superblock in use ${d.expected[i]}`).join('; '),
  },
} satisfies ProblemTexts;
