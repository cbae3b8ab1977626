/** The status a process leaves with, in the terms of fsck(8), so that existing callers read it right. */
import { type Severity, severities } from '../problem/finding';
import type { CheckReport } from '../problem/report';

/** Bits of a status; several images are combined with OR, so 12 means one has problems and another could not be checked. */
export const exitStatuses = {
  /** Everything was checked, and nothing found is as bad as the threshold. */
  pass: 0,
  /** Problems at or above the threshold, or a required path that failed. */
  problems: 4,
  /** Could not check: no file system, unreadable, or parts that had to be left out. */
  unchecked: 8,
  /** Wrong use: unknown option, no image named. */
  usage: 16,
  /** Interrupted before the end. */
  interrupted: 32,
} as const;

/** Whether one severity is as bad as another or worse. */
export const atLeast = (severity: Severity, threshold: Severity): boolean =>
  severities.indexOf(severity) >= severities.indexOf(threshold);

/** How many findings are as bad as the threshold or worse. */
export function countAtLeast(report: CheckReport, threshold: Severity): number {
  return severities.reduce((sum, name) => sum + (atLeast(name, threshold) ? report.severityCounts[name] : 0), 0);
}

/**
 * The status for one image: 0, 4 or 8.
 *
 * Where no file system was found the answer is 8, whatever else is said. Otherwise problems come first: an image with
 * problems at or above the threshold, or with a required path that failed, is 4 even when parts were not checked, since
 * the answer would stay the same. Parts that were not checked make 8 only where the answer would else be a pass.
 * Nothing is hidden when several images are combined: OR keeps both bits.
 *
 * ```ts
 * import { checkImage, exitStatus, openImageFile } from 'extcheck';
 * const report = await checkImage(await openImageFile('active.img'));
 * process.exitCode = exitStatus(report, 'error');
 * ```
 */
export function exitStatus(report: CheckReport, threshold: Severity = 'warning'): 0 | 4 | 8 {
  if (report.filesystem === null) return exitStatuses.unchecked;
  if (countAtLeast(report, threshold) > 0 || report.required.some((one) => one.state !== 'ok'))
    return exitStatuses.problems;
  if (report.notChecked.length > 0 || report.verdict === 'incomplete') return exitStatuses.unchecked;
  return exitStatuses.pass;
}
