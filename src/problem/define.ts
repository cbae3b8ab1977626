/** How a check declares its problems: one typed entry per problem beside the predicate, and its texts in a separate file. */
import type { Data, Severity } from './finding';

/** What a check needs of a problem; the key of the entry is its id. */
export interface ProblemEntry {
  severity: Severity;
  /** e2fsck's problem codes for this entry; empty if e2fsck does not check it. A finding has one of them. */
  e2fsck: readonly number[];
  /**
   * The first version of e2fsck that logs these codes, if versions in use do not know the problem. Findings then have no
   * code, because a comparison with an older e2fsck must not expect it.
   */
  e2fsckSince?: string;
}

/** The texts of a problem. Separate from the entry because the check of an intact image does not need them. */
export interface ProblemText<D> {
  /** A heading, without numbers. */
  title: string;
  /** What the field means, how it gets this way, what is at risk, what to do. Two to six sentences. */
  explain: string;
  /** The sentence for one finding, made from its data when it is printed. */
  say(data: D): string;
}

/** The texts of a theme, by the ids of its problems. */
export type ProblemTexts = Readonly<Record<string, ProblemText<never>>>;

/** An entry with its id. */
export interface Problem<D> extends ProblemEntry {
  readonly id: string;
  /** Never set: only the type of the data of findings of this problem. */
  readonly accepts?: (data: D) => void;
}

/** A problem with its texts, for code that lists or prints problems of any kind. */
export interface DescribedProblem extends ProblemEntry, ProblemText<Data> {
  readonly id: string;
}

/** Problems with their texts, by id. */
export type Catalogue = Readonly<Record<string, DescribedProblem>>;

type Problems<T extends ProblemTexts> = {
  readonly [K in keyof T]: T[K] extends ProblemText<infer D> ? Problem<D> : never;
};

/** Sets the key of every entry as its id. `T` has one text for each entry, whose `say` determines the type of the data. */
export function define<T extends ProblemTexts>(entries: { readonly [K in keyof T]: ProblemEntry }): Problems<T> {
  // sets it in the entries instead of copies: there are hundreds, and all are made at every start
  const named: Record<string, ProblemEntry & { id?: string }> = entries;
  for (const id in named) named[id]!.id = id;
  return entries as unknown as Problems<T>;
}

/** Combines the entries of a theme with their texts. */
export function describe<T extends ProblemTexts>(
  problems: Problems<T>,
  texts: T,
): { readonly [K in keyof T]: DescribedProblem } {
  const described: Record<string, DescribedProblem> = {};
  for (const id in problems)
    described[id] = { ...(problems[id] as Problem<Data>), ...(texts[id] as unknown as ProblemText<Data>) };
  return described as { readonly [K in keyof T]: DescribedProblem };
}
