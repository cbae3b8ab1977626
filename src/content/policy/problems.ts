/** The problems that a policy can report. */
import { define } from '../../problem/define';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'policy-path-missing': { severity: 'error', e2fsck: [] },
  'policy-path-forbidden': { severity: 'error', e2fsck: [] },
  'policy-type-wrong': { severity: 'error', e2fsck: [] },
  'policy-permissions-wrong': { severity: 'error', e2fsck: [] },
  'policy-content-wrong': { severity: 'error', e2fsck: [] },
  'policy-filesystem-wrong': { severity: 'error', e2fsck: [] },
  'policy-rule-warning': { severity: 'warning', e2fsck: [] },
  'policy-rule-note': { severity: 'info', e2fsck: [] },
});
