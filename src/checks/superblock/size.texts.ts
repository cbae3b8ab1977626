/** The texts of the problems in size.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'image-truncated': {
    title: 'Image is shorter than its file system',
    explain:
      'The superblock counts more blocks than the image has. A copy was truncated, the disk of the image was full, or the partition is smaller than the one for which the file system was made. Everything after the end is lost, and the kernel refuses to mount. Copy or build the image again.',
    say: (d: { stored: number; found: number; missing: number }) =>
      `the file system has ${d.stored} blocks, the image ${d.found}; ${d.missing} bytes are missing at the end`,
  },
} satisfies ProblemTexts;
