/** Adds the names of a lost file to the affected paths. */
import type { ContentContext } from '../content-check';

export function affectAll({ affect }: ContentContext, paths: readonly string[]): void {
  for (const path of paths) affect({ path, how: 'damaged' });
}
