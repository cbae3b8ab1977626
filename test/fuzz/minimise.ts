/** Removes from a list everything that a condition does not need. */

/** The shortest list with `holds` true that dropping items one by one leads to; `holds(items)` must be true. */
export async function minimise<T>(items: readonly T[], holds: (some: T[]) => Promise<boolean>): Promise<T[]> {
  let kept = [...items];
  for (let i = kept.length - 1; i >= 0 && kept.length > 1; i--) {
    const without = kept.filter((_, k) => k !== i);
    if (await holds(without)) kept = without;
  }
  return kept;
}
