/** The exit status of a process, with the values of fsck(8), which existing callers understand. */
import { type Severity, severities } from '../problem/finding';
import type { CheckReport } from '../problem/report';

/** Bits of a status; several images are combined with OR, so 12 means one has problems and another could not be checked. */
export const exitStatuses = {
  /** Everything was checked, and all findings are below the threshold. */
  pass: 0,
  /** Problems at or above the threshold, or a required path that failed. */
  problems: 4,
  /** Could not check: no file system, unreadable, or parts that could not be checked. */
  unchecked: 8,
  /** Usage error: unknown option, no image given. */
  usage: 16,
  /** Interrupted before the end. */
  interrupted: 32,
} as const;

export const atLeast = (severity: Severity, threshold: Severity): boolean =>
  severities.indexOf(severity) >= severities.indexOf(threshold);

export function countAtLeast(report: CheckReport, threshold: Severity): number {
  return severities.reduce((sum, name) => sum + (atLeast(name, threshold) ? report.severityCounts[name] : 0), 0);
}

/**
 * The status for one image: 0, 4 or 8.
 *
 * Without a file system the status is always 8. Otherwise problems come first: an image with problems at or above the
 * threshold, or with a required path that failed, is 4 even if parts were not checked, because their check could not change
 * that. Parts that were not checked give 8 only if the image would pass otherwise. Combining several images with OR keeps
 * both bits, so it hides nothing.
 */
export function exitStatus(report: CheckReport, threshold: Severity = 'warning'): 0 | 4 | 8 {
  if (report.filesystem === null) return exitStatuses.unchecked;
  if (countAtLeast(report, threshold) > 0 || report.required.some((one) => one.state !== 'ok'))
    return exitStatuses.problems;
  if (report.notChecked.length > 0 || report.verdict === 'incomplete') return exitStatuses.unchecked;
  return exitStatuses.pass;
}
