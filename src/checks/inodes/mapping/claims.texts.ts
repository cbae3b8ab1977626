/** The texts of the problems in claims.ts. */
import type { ProblemTexts } from '../../../problem/define';

export const texts = {
  'cluster-misaligned': {
    title: 'Block is at the wrong position in its cluster',
    explain:
      'With bigalloc, a block must have the same position in its cluster as in the file. This block does not, so a write to the file may damage other data in the cluster.',
    say: (d: { logical: number; blocks: number }) =>
      d.blocks === 1
        ? `logical block ${d.logical} is at the wrong position in its cluster`
        : `${d.blocks} blocks, starting with logical block ${d.logical}, are at the wrong position in their clusters`,
  },
} satisfies ProblemTexts;
