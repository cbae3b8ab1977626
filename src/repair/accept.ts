/** Whether the result of a repair is acceptable. */

import type { CheckReport } from '../problem/report';
import { exitStatus, exitStatuses } from '../report/exit-status';
import { listed } from '../report/words';
import type { Image } from '../view/image';

/**
 * What a repaired image must be to replace the damaged one:
 * - `clean`: no warning or worse is left, everything was checked, and all required paths are intact;
 * - `bootable`: no errors are left, every step of the boot path works, and all required paths are intact;
 * - `improved`: it has fewer faults than before, and no required path that was intact is damaged.
 */
export const acceptances = ['clean', 'bootable', 'improved'] as const;
/** What a repaired image must be to take the place of the damaged one: `clean`, `bootable` or `improved`. */
export type Acceptance = (typeof acceptances)[number];

/** Decides whether a repaired image boots: returns why it does not, as a clause, or null if it does. */
export type BootPredicate = (report: CheckReport, image: Image) => Promise<string | null>;

const failedPaths = ({ required }: CheckReport): string[] =>
  required.filter(({ state }) => state !== 'ok').map(({ path, state }) => `${path} (${state})`);

/** Whether there are fewer findings, the highest severity first. */
function isBetter(after: CheckReport, before: CheckReport): boolean {
  for (const severity of ['fatal', 'error', 'warning', 'info'] as const) {
    const difference = after.severityCounts[severity] - before.severityCounts[severity];
    if (difference !== 0) return difference < 0;
  }
  return before.filesystem === null && after.filesystem !== null;
}

/**
 * Why a repaired image is not acceptable, as a clause; null if it is.
 * @param bootProblem called if the result depends on whether the image boots
 */
export async function whyUnacceptable(
  before: CheckReport,
  after: CheckReport,
  acceptance: Acceptance,
  bootProblem: () => Promise<string | null>,
): Promise<string | null> {
  if (after.filesystem === null) return 'it has no usable superblock';
  if (acceptance === 'improved') {
    const worse = after.required.filter(
      ({ state }, i) => state !== 'ok' && (before.required[i]?.state ?? 'ok') === 'ok',
    );
    if (worse.length > 0) return `it would lose ${listed(worse.map(({ path }) => path))}, which can be read now`;
    return isBetter(after, before) ? null : 'it has no fewer faults than before';
  }
  const failed = failedPaths(after);
  if (failed.length > 0) return `required paths are still damaged: ${listed(failed.slice(0, 10))}`;
  if (acceptance === 'bootable') return bootProblem();
  if (exitStatus(after) === exitStatuses.pass) return null;
  const { fatal, error, warning } = after.severityCounts;
  if (fatal + error + warning > 0) return `extcheck still finds ${fatal + error} errors and ${warning} warnings in it`;
  return `part of it cannot be checked: ${after.notChecked[0]?.what ?? 'unknown reason'}`;
}
