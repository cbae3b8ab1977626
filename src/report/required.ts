/** Separates findings about required paths from those about the file system, which may be sound where a path is missing. */
import type { CheckReport } from '../problem/report';

/** Whether findings with this id are about required paths. */
export const isAboutRequired = (id: string): boolean => id.startsWith('required-path-');

/** Number of errors that are not about required paths. */
export function structureErrors({ counts, severityCounts }: CheckReport): number {
  let errors = severityCounts.error;
  for (const [id, count] of Object.entries(counts)) if (isAboutRequired(id)) errors -= count;
  return errors;
}
