/** How many paths a repair may lose without anyone having agreed to it. */
import type { Affected, CheckReport, Harm } from '../problem/report';
import { counted } from '../report/words';
import type { TreeChanges } from './changes';

/** The most paths that may be lost, or `all`. */
export type LossBound = number | 'all';

/** Harm of a directory that includes everything below it. */
const wholeTree: readonly Harm[] = ['missing', 'unreadable', 'wrong-type'];

/** Number of paths that a check reported as lost, not only as damaged. */
const lostBefore = ({ affected, affectedCount }: Pick<CheckReport, 'affected' | 'affectedCount'>): number =>
  affectedCount - affected.filter(({ how }) => how === 'damaged' || how === 'shared-blocks').length;

/** Returns whether a check reported a path, or a directory above it, as lost or damaged. */
export function reportedPaths(affected: readonly Affected[]): (path: string) => boolean {
  const paths = new Set(affected.map(({ path }) => path));
  const trees = new Set(affected.filter(({ how }) => wholeTree.includes(how)).map(({ path }) => path));
  return (path) => {
    if (paths.has(path)) return true;
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
      if (trees.has(path.slice(0, end))) return true;
    return false;
  };
}

/**
 * Why the loss of a result is not acceptable, as a clause; null if it is. Without a bound no more paths may be lost than the
 * check before the repair reported as lost; what is below a lost directory was reported with it.
 */
export function lossProblem(
  changes: TreeChanges | null,
  known: Pick<CheckReport, 'affected' | 'affectedCount'>,
  bound: LossBound | undefined,
): string | null {
  if (bound === 'all' || changes === null) return null;
  if (!changes.comparable)
    return 'the files before the repair cannot be read, so what the result would lose is unknown';
  if (changes.rootLost) return 'the result would lose the root directory, and with it every path';
  const { missing } = changes.counts;
  if (bound === undefined ? changes.unreported <= lostBefore(known) : missing <= bound) return null;
  return `the result would lose ${counted(missing, 'path')}`;
}
