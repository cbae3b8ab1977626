/** The texts of the problems in errors.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'superblock-errors-recorded': {
    title: 'The kernel has recorded errors',
    explain:
      'While the file system was mounted, the kernel found damaged structures or failed reads, and recorded the first and the last error in the superblock. The damage may have been repaired since then; the record stays until e2fsck clears it. Use it as a hint when and where the damage began.',
    say: (d: { count: number; first: string | null; last: string | null }) => {
      const counted = d.count > 0 ? `${d.count} recorded` : 'the error flag is set';
      return `${counted}${d.first ? `, the first ${d.first}` : ''}${d.last && d.last !== d.first ? `, the last ${d.last}` : ''}`;
    },
  },
} satisfies ProblemTexts;
