/** Bytes that the source refused to give although they are there: an I/O error under the image. */
import { define } from '../problem/define';

export const problems = define({
  'image-read-failed': {
    severity: 'error',
    e2fsck: [],
    title: 'Part of the image cannot be read',
    explain:
      'The medium or the file system under the image answered with an error. What lies in that range was not checked and most likely cannot be used. Copy the image from a good place, and look at the health of the disk.',
    say: (d: { message: string }) => d.message,
  },
});
