/** The sentences for findings of claims.ts. */
import type { Sentences } from '../../../problem/define';

export const texts = {
  'cluster-misaligned': (d: { logical: number; blocks: number }) =>
    d.blocks === 1
      ? `logical block ${d.logical} is at the wrong position in its cluster`
      : `${d.blocks} blocks, starting with logical block ${d.logical}, are at the wrong position in their clusters`,
} satisfies Sentences;
