/** The sentences for findings of size.ts. */
import type { Sentences } from '../../problem/define';

export const texts = {
  'image-truncated': (d: { stored: number; found: number; missing: number }) =>
    `the file system has ${d.stored} blocks, the image ${d.found}; ${d.missing} bytes are missing at the end`,
} satisfies Sentences;
