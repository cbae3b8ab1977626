/** The texts of the problems in errors.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'superblock-errors-recorded': {
    title: 'The kernel has recorded errors',
    explain:
      'While the file system was mounted the kernel met damaged structures or failed reads, and kept the first and the last of them in the superblock. What it met may have been repaired since; the marks stay until e2fsck clears them. Take them as a hint where and when the damage began.',
    say: (d: { count: number; first: string | null; last: string | null }) => {
      const counted = d.count > 0 ? `${d.count} recorded` : 'the error flag is set';
      return `${counted}${d.first ? `, the first ${d.first}` : ''}${d.last && d.last !== d.first ? `, the last ${d.last}` : ''}`;
    },
  },
} satisfies ProblemTexts;
