/** Separates findings about required paths from those about the file system, which may be sound where a path is missing. */
import type { CheckReport } from '../problem/report';

/** Whether findings with this id are about required paths. */
export const isAboutRequired = (id: string): boolean => id.startsWith('required-path-');

/** Number of findings about required paths. */
export function requiredFindings({ counts }: CheckReport): number {
  let sum = 0;
  for (const [id, count] of Object.entries(counts)) if (isAboutRequired(id)) sum += count;
  return sum;
}

/** Number of errors that are not about required paths. */
export const structureErrors = (report: CheckReport): number => report.severityCounts.error - requiredFindings(report);
