/** Takes away from a list whatever is not needed for something to stay as it is. */

/** The shortest list that dropping one item after another leaves with `holds` true; `holds(items)` must be true. */
export async function minimise<T>(items: readonly T[], holds: (some: T[]) => Promise<boolean>): Promise<T[]> {
  let kept = [...items];
  for (let i = kept.length - 1; i >= 0 && kept.length > 1; i--) {
    const without = kept.filter((_, k) => k !== i);
    if (await holds(without)) kept = without;
  }
  return kept;
}
