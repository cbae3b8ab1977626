/** Problems of files that have lost their data. */
import { define } from '../../problem/define';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'file-all-nul': { severity: 'error', e2fsck: [] },
  'file-all-nul-suspect': { severity: 'warning', e2fsck: [] },
  'file-all-nul-unexplained': { severity: 'info', e2fsck: [] },
  'file-nul-blocks': { severity: 'error', e2fsck: [] },
  'file-empty': { severity: 'error', e2fsck: [] },
  'file-empty-suspect': { severity: 'warning', e2fsck: [] },
});
