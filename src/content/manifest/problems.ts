/** The problems that a manifest can report. */
import { define } from '../../problem/define';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'manifest-file-missing': { severity: 'error', e2fsck: [] },
  'manifest-type-differs': { severity: 'error', e2fsck: [] },
  'manifest-content-all-nul': { severity: 'error', e2fsck: [] },
  'manifest-size-differs': { severity: 'error', e2fsck: [] },
  'manifest-content-differs': { severity: 'error', e2fsck: [] },
  'manifest-content-unreadable': { severity: 'error', e2fsck: [] },
  'manifest-link-differs': { severity: 'error', e2fsck: [] },
  'manifest-device-differs': { severity: 'error', e2fsck: [] },
  'manifest-mode-differs': { severity: 'warning', e2fsck: [] },
  'manifest-owner-differs': { severity: 'warning', e2fsck: [] },
  'manifest-time-differs': { severity: 'info', e2fsck: [] },
  'manifest-links-differ': { severity: 'info', e2fsck: [] },
  'manifest-extra-file': { severity: 'warning', e2fsck: [] },
});
