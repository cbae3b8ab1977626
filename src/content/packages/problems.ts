/** The problems of package files and of package databases. */
import { define } from '../../problem/define';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'package-file-missing': { severity: 'error', e2fsck: [] },
  'package-file-changed': { severity: 'error', e2fsck: [] },
  'package-file-all-nul': { severity: 'error', e2fsck: [] },
  'package-file-size-wrong': { severity: 'error', e2fsck: [] },
  'package-file-wrong-type': { severity: 'error', e2fsck: [] },
  'package-link-changed': { severity: 'error', e2fsck: [] },
  'package-file-unreadable': { severity: 'error', e2fsck: [] },
  'package-mode-wrong': { severity: 'warning', e2fsck: [] },
  'package-owner-wrong': { severity: 'warning', e2fsck: [] },
  'package-directory-missing': { severity: 'warning', e2fsck: [] },
  'package-config-differs': { severity: 'info', e2fsck: [] },
  'package-config-missing': { severity: 'info', e2fsck: [] },
  'package-data-differs': { severity: 'info', e2fsck: [] },
  'package-data-missing': { severity: 'info', e2fsck: [] },
  'package-database-damaged': { severity: 'error', e2fsck: [] },
  'package-unfinished': { severity: 'warning', e2fsck: [] },
  'package-without-digests': { severity: 'info', e2fsck: [] },
});
