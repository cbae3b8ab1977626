/** The problems of containers. */
import { define } from '../problem/define';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'container-damaged': { severity: 'error', e2fsck: [] },
  'container-suspect': { severity: 'warning', e2fsck: [] },
  'container-remark': { severity: 'info', e2fsck: [] },
});
