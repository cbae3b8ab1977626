/** Required paths: each one that is not a complete, non-empty file is a problem, whatever the reason. */
import type { ReportFinding } from '../problem/collector';
import { define } from '../problem/define';
import type { RequiredResult } from '../problem/report';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'required-path-missing': { severity: 'error', e2fsck: [] },
  'required-path-unusable': { severity: 'error', e2fsck: [] },
});

/** Reports each required path that failed. */
export function reportRequired(results: readonly RequiredResult[], report: ReportFinding): void {
  for (const { path, state, stoppedAt } of results) {
    const detail = stoppedAt === undefined || stoppedAt === path ? {} : { stoppedAt };
    if (state === 'missing') report(problems['required-path-missing'], { path }, detail);
    else if (state !== 'ok') report(problems['required-path-unusable'], { path }, { state, ...detail });
  }
}
