/** The check as the command runs it. */
import { checkImageOnNode } from '../check-on-node';
import { openImageFile } from '../source/gzip-file';
import type { Engine } from './io';

export const realEngine: Engine = {
  catalogue: async () => (await import('../all-problems')).allProblems,
  open: openImageFile,
  check: checkImageOnNode,
};
