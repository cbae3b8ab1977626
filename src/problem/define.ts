/** How a check declares its problems: one typed entry per problem, its id being the key. */
import type { Data, Severity } from './finding';

/** What is known about a problem before any image is looked at. */
export interface ProblemEntry<D> {
  severity: Severity;
  /** e2fsck's problem codes that this entry stands for; empty where e2fsck has no such check. A report names one of them. */
  e2fsck: readonly number[];
  /**
   * The version from which on e2fsck logs these codes, where older ones in use say nothing of such images. Findings then
   * carry no code: whoever holds them against the e2fsck at hand must not be told of something that it cannot find.
   */
  e2fsckSince?: string;
  /** A heading, without numbers. */
  title: string;
  /** What the field means, how it gets this way, what is at risk, what to do. Two to four sentences. */
  explain: string;
  /** The sentence for one finding, made from its data when printed. */
  say(data: D): string;
}

/** An entry that knows its own id. */
export interface Problem<D> extends ProblemEntry<D> {
  readonly id: string;
}

/** Gives every entry its key as id and checks the shapes; `D` is inferred from each `say`. */
export function define<T extends { [K in keyof T]: ProblemEntry<never> }>(
  entries: T,
): { readonly [K in keyof T]: T[K] extends ProblemEntry<infer D> ? Problem<D> : never } {
  // written into the entries and not into copies: there are hundreds, and all are made at every start
  const named: Record<string, ProblemEntry<never> & { id?: string }> = entries;
  for (const id in named) named[id]!.id = id;
  return entries as unknown as { readonly [K in keyof T]: T[K] extends ProblemEntry<infer D> ? Problem<D> : never };
}

/** A problem of whatever payload, for code that only lists or prints. */
export type AnyProblem = Problem<Data>;
