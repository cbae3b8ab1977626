/** Steps for an image that is something else than an ext file system. */
import type { Step } from '../problem/report';
import { startSteps } from '../report/start-steps';
import type { Evidence } from './evidence';

/** Commands that lead to a file system; empty if nothing was recognized at the start, or nothing can be done with it. */
export function stepsOfStart({ report }: Evidence): Step[] {
  if (report.foundAtStart === undefined) return [];
  return startSteps(report.foundAtStart, report.image).map(({ say, run, copies }) => ({
    text: say,
    commands: run,
    changes: copies ? 'copy' : 'nothing',
  }));
}
