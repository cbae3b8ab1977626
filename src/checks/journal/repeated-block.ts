/** Finds a block that is in the journal twice, as the kernel does when it mounts the file system. */
import { sortIndexes } from '../../bytes/radix';
import type { JournalRun } from '../../journal/find';

/**
 * The first block with which a run of the journal starts inside an earlier run; -1 if there is none. Only the earlier run that
 * starts last before it counts. It is found from the last run to the first: each is taken out of a list in the order of their
 * blocks, in which only earlier ones are left. A journal may have a run for each block.
 */
export function repeatedBlock(runs: readonly Pick<JournalRun, 'physical' | 'count'>[]): number {
  const order = sortIndexes(
    Float64Array.from(runs, ({ physical }) => physical),
    runs.length,
  );
  const before = new Int32Array(runs.length).fill(-1);
  const after = new Int32Array(runs.length).fill(-1);
  for (let i = 1; i < order.length; i++) {
    before[order[i]!] = order[i - 1]!;
    after[order[i - 1]!] = order[i]!;
  }
  let repeated = -1;
  for (let i = runs.length - 1; i >= 0; i--) {
    const [left, right] = [before[i]!, after[i]!];
    const earlier = runs[left];
    const { physical } = runs[i]!;
    if (earlier !== undefined && physical < earlier.physical + earlier.count) repeated = physical;
    if (left >= 0) after[left] = right;
    if (right >= 0) before[right] = left;
  }
  return repeated;
}
