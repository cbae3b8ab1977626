/** The problems that a block map can report. */
import { define } from '../../problem/define';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'bmap-range-differs': { severity: 'error', e2fsck: [] },
  'bmap-size-differs': { severity: 'error', e2fsck: [] },
  'bmap-range-unreadable': { severity: 'error', e2fsck: [] },
});
