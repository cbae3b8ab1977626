/** The texts of the problems in reads.ts. */
import type { ProblemTexts } from '../problem/define';

export const texts = {
  'image-read-failed': {
    title: 'Part of the image cannot be read',
    explain:
      'The medium or the file system under the image answered with an error. What lies in that range was not checked and most likely cannot be used. Copy the image from a good place, and look at the health of the disk.',
    say: (d: { message: string }) => d.message,
  },
  'image-changed': {
    title: 'Image changed while it was checked',
    explain:
      'The superblock reads differently at the end of the check than at its start. Something writes to the image: it is mounted, another program repairs it, or it is still being copied. What was found may never have been so at any one time. Unmount it or wait for the copy, and check again.',
    say: (_: object) => 'the superblock is not what it was when the check began',
  },
} satisfies ProblemTexts;
