/** The sentences for findings of errors.ts. */
import type { Sentences } from '../../problem/define';

export const texts = {
  'superblock-errors-recorded': (d: { count: number; first: string | null; last: string | null }) => {
    const counted = d.count > 0 ? `${d.count} recorded` : 'the error flag is set';
    return `${counted}${d.first ? `, the first ${d.first}` : ''}${d.last && d.last !== d.first ? `, the last ${d.last}` : ''}`;
  },
} satisfies Sentences;
