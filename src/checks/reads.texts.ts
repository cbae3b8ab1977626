/** The texts of the problems in reads.ts. */
import type { ProblemTexts } from '../problem/define';

export const texts = {
  'image-read-failed': {
    title: 'Part of the image cannot be read',
    explain:
      'The medium or the file system of the image returned an error. That range was not checked and most likely cannot be used. Copy the image from a good source, and check the health of the disk.',
    say: (d: { message: string }) => d.message,
  },
  'image-changed': {
    title: 'Image changed while it was checked',
    explain:
      'The superblock at the end of the check differs from the one at its start. A program writes to the image: it is mounted, being repaired, or still being copied. The findings may describe a state that never existed. Unmount the image or wait for the copy, and check again.',
    say: (_: object) => 'the superblock changed during the check',
  },
} satisfies ProblemTexts;
