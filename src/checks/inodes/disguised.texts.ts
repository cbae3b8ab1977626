/** The sentences for findings of disguised.ts. */
import type { Sentences } from '../../problem/define';

export const texts = {
  'inode-looks-like-directory': (d: { mode: string }) =>
    `the mode is ${d.mode}, but the first block looks like that of a directory`,
} satisfies Sentences;
