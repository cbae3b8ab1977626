/** The sentences for findings of reads.ts. */
import type { Sentences } from '../problem/define';

export const texts = {
  'image-read-failed': (d: { message: string }) => d.message,
  'image-changed': () => 'the superblock changed during the check',
} satisfies Sentences;
