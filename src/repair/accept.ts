/** Whether the result of a repair is good enough to take the image's place. */

import type { CheckReport } from '../problem/report';
import { exitStatus, exitStatuses } from '../report/exit-status';
import { listed } from '../report/words';
import type { Image } from '../view/image';

/**
 * What a repaired image must be to take the place of the damaged one:
 * - `clean`: nothing as bad as a warning is left, all was checked, and all required paths are sound;
 * - `bootable`: no errors are left, every step of a boot works, and all required paths are sound;
 * - `improved`: less is wrong than before, and no required path that was sound is not any more.
 */
export const acceptances = ['clean', 'bootable', 'improved'] as const;
/** What a repaired image must be to take the place of the damaged one: `clean`, `bootable` or `improved`. */
export type Acceptance = (typeof acceptances)[number];

/** Says why a repaired image would not boot; null when nothing speaks against it. */
export type BootPredicate = (report: CheckReport, image: Image) => Promise<string | null>;

const failedPaths = ({ required }: CheckReport): string[] =>
  required.filter(({ state }) => state !== 'ok').map(({ path, state }) => `${path} (${state})`);

/** Whether fewer bad things were found, the worst kind first. */
function isBetter(after: CheckReport, before: CheckReport): boolean {
  for (const severity of ['fatal', 'error', 'warning', 'info'] as const) {
    const difference = after.severityCounts[severity] - before.severityCounts[severity];
    if (difference !== 0) return difference < 0;
  }
  return before.filesystem === null && after.filesystem !== null;
}

/**
 * Why a repaired image is not acceptable, as a clause; null when it is.
 * @param whyNotBooting asked where `bootable` depends on it
 */
export async function whyUnacceptable(
  before: CheckReport,
  after: CheckReport,
  acceptance: Acceptance,
  whyNotBooting: () => Promise<string | null>,
): Promise<string | null> {
  if (after.filesystem === null) return 'it has no usable superblock';
  if (acceptance === 'improved') {
    const worse = after.required.filter(
      ({ state }, i) => state !== 'ok' && (before.required[i]?.state ?? 'ok') === 'ok',
    );
    if (worse.length > 0) return `it would lose ${listed(worse.map(({ path }) => path))}, which can be read now`;
    return isBetter(after, before) ? null : 'no less is wrong in it than before';
  }
  const failed = failedPaths(after);
  if (failed.length > 0) return `required paths are still not sound: ${listed(failed.slice(0, 10))}`;
  if (acceptance === 'bootable') return whyNotBooting();
  if (exitStatus(after) === exitStatuses.pass) return null;
  const { fatal, error, warning } = after.severityCounts;
  if (fatal + error + warning > 0) return `extcheck still finds ${fatal + error} errors and ${warning} warnings in it`;
  return `not all of it can be checked: ${after.notChecked[0]?.what ?? 'the reason is not known'}`;
}
