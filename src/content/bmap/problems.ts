/** What can be wrong with an image in the eyes of its block map file. */
import { define } from '../../problem/define';
import type { texts } from './problems.texts';

export const problems = define<typeof texts>({
  'bmap-range-differs': { severity: 'error', e2fsck: [] },
  'bmap-size-differs': { severity: 'error', e2fsck: [] },
  'bmap-range-unreadable': { severity: 'error', e2fsck: [] },
});
