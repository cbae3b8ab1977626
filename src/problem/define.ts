/** How a check declares its problems: one typed entry per problem beside the predicate, and its words in a file of texts. */
import type { Data, Severity } from './finding';

/** What a check needs to know of a problem: its id is the key of the entry. */
export interface ProblemEntry {
  severity: Severity;
  /** e2fsck's problem codes that this entry stands for; empty where e2fsck has no such check. A report names one of them. */
  e2fsck: readonly number[];
  /**
   * The first version of e2fsck that logs these codes, where versions in use do not know the problem. Findings then carry
   * no code: a comparison with an older e2fsck must not be sent to look for it.
   */
  e2fsckSince?: string;
}

/** What is said about a problem. Kept apart from the entry because a check of a sound image needs none of it. */
export interface ProblemText<D> {
  /** A heading, without numbers. */
  title: string;
  /** What the field means, how it gets this way, what is at risk, what to do. Two to six sentences. */
  explain: string;
  /** The sentence for one finding, made from its data when printed. */
  say(data: D): string;
}

/** The texts of a theme, by the ids of its problems. */
export type ProblemTexts = Readonly<Record<string, ProblemText<never>>>;

/** An entry that knows its own id. */
export interface Problem<D> extends ProblemEntry {
  readonly id: string;
  /** Never set: it carries the type of the data that a finding of this problem has. */
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

/** Gives every entry its key as id. There is one entry for each text in `T`, whose `say` determines the type of the data. */
export function define<T extends ProblemTexts>(entries: { readonly [K in keyof T]: ProblemEntry }): Problems<T> {
  // written into the entries and not into copies: there are hundreds, and all are made at every start
  const named: Record<string, ProblemEntry & { id?: string }> = entries;
  for (const id in named) named[id]!.id = id;
  return entries as unknown as Problems<T>;
}

/** Joins the entries of a theme with their texts. */
export function describe<T extends ProblemTexts>(
  problems: Problems<T>,
  texts: T,
): { readonly [K in keyof T]: DescribedProblem } {
  const described: Record<string, DescribedProblem> = {};
  for (const id in problems)
    described[id] = { ...(problems[id] as Problem<Data>), ...(texts[id] as unknown as ProblemText<Data>) };
  return described as { readonly [K in keyof T]: DescribedProblem };
}
