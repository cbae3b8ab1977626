/** Differences between packages and the tree: collected, then reported in the order of their paths. */
import type { Problem } from '../../problem/define';
import type { Data } from '../../problem/finding';
import type { Harm } from '../../problem/report';
import type { ContentContext } from '../content-check';
import type { Weight } from './place';
import { problems } from './problems';

/** Differences that are kept for sorting; further ones are reported immediately. */
const maxKept = 100_000;

interface Difference {
  path: string;
  inode: number | undefined;
  problem: Problem<object>;
  data: Data;
}

/** Where a difference is: a path, and its inode if it exists. */
export interface Spot {
  readonly path: string;
  readonly inode?: number;
}

const harms: Readonly<Record<string, Harm>> = {
  [problems['package-file-missing'].id]: 'missing',
  [problems['package-file-changed'].id]: 'damaged',
  [problems['package-file-all-nul'].id]: 'damaged',
  [problems['package-file-size-wrong'].id]: 'damaged',
  [problems['package-file-unreadable'].id]: 'damaged',
  [problems['package-file-wrong-type'].id]: 'wrong-type',
  [problems['package-link-changed'].id]: 'damaged',
};

const byPath = (a: Difference, b: Difference): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);

export class Differences {
  private kept: Difference[] = [];

  constructor(private readonly context: ContentContext) {}

  add<D extends object>(problem: Problem<D>, { path, inode }: Spot, data: D): void {
    const difference = { path, inode, problem: problem as Problem<object>, data: data as Data };
    if (this.kept.length < maxKept) this.kept.push(difference);
    else this.report(difference);
  }

  /** Adds `problem` if the file is needed or optional; otherwise only that it differs, with `what` as a clause. */
  weigh<D extends { package: string }>(weight: Weight, problem: Problem<D>, spot: Spot, data: D, what: string): void {
    if (weight === 'config') this.add(problems['package-config-differs'], spot, { package: data.package, what });
    else if (weight === 'variable') this.add(problems['package-data-differs'], spot, { package: data.package, what });
    else this.add(problem, spot, data);
  }

  private report({ path, inode, problem, data }: Difference): void {
    this.context.report(problem, { ...(inode !== undefined && { inode }), path }, data);
    const how = harms[problem.id];
    if (how !== undefined) this.context.affect({ path, how });
  }

  flush(): void {
    const { kept } = this;
    this.kept = [];
    for (const difference of kept.sort(byPath)) this.report(difference);
  }
}
