/** The texts of the problems in backups.ts. */

import { superblockMagic } from '../../layout/superblock';
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'superblock-backup-damaged': {
    title: 'Backup superblock is destroyed',
    explain:
      'Some block groups hold a copy of the superblock for the day the first one is destroyed. This copy is none any more: it was overwritten, or never reached the disk. The file system works without it, but where one block was lost others may be too, and repairs have one copy less to start from.',
    say: (d: { allZero: boolean; stored: number }) =>
      d.allZero
        ? 'the copy holds only zeros'
        : `s_magic is 0x${d.stored.toString(16)}, should be 0x${superblockMagic.toString(16)}`,
  },
  'superblock-backup-differs': {
    title: 'Backup superblock describes another file system',
    explain:
      'The copy of the superblock disagrees with the one in use about sizes, format or identity, which normally never change without all copies being written. It may be left over from an earlier file system, or one of the two was damaged. The file system works, but must not be repaired from this copy.',
    say: (d: {
      fields: readonly string[];
      stored: readonly (number | string)[];
      expected: readonly (number | string)[];
    }) =>
      d.fields.map((field, i) => `${field} is ${d.stored[i]}, in the superblock in use ${d.expected[i]}`).join('; '),
  },
} satisfies ProblemTexts;
