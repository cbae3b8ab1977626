/** The problems that a verification by dm-verity can report. */
import { define } from '../../problem/define';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'dm-verity-root-hash-mismatch': { severity: 'error', e2fsck: [] },
  'dm-verity-tree-damaged': { severity: 'error', e2fsck: [] },
  'dm-verity-block-damaged': { severity: 'error', e2fsck: [] },
});
