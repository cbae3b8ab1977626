/** The sentences for findings, made from their data; explanations.json has titles and explanations. */
import type { Sentences } from '../problem/define';

export const texts = {
  'image-read-failed': (d: { message: string }) => d.message,
  'image-changed': () => 'the superblock changed during the check',
} satisfies Sentences;
