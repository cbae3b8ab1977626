/** The texts of the problems in claims.ts. */
import type { ProblemTexts } from '../../../problem/define';

export const texts = {
  'cluster-misaligned': {
    title: 'Block lies at the wrong place in its cluster',
    explain:
      'With bigalloc, a block must have the same place in its cluster as in the file. Here it has not, so writing to the file may damage its neighbours.',
    say: (d: { logical: number; blocks: number }) =>
      d.blocks === 1
        ? `logical block ${d.logical} lies at the wrong place in its cluster`
        : `${d.blocks} blocks from logical block ${d.logical} on lie at the wrong place in their clusters`,
  },
} satisfies ProblemTexts;
