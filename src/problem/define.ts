/** How a check declares its problems: a typed entry for each beside the predicate; sentences and explanations are apart. */
import type { Data, Severity } from './finding';

/** What a check needs of a problem; the key of the entry is its id. */
export interface ProblemEntry {
  severity: Severity;
  /** e2fsck's problem codes for this entry; empty if e2fsck does not check it. A finding has one of them. */
  e2fsck: readonly number[];
  /**
   * The first version of e2fsck that logs these codes, if 1.47.0 does not; by code where that holds for some of them only.
   * A finding has a code only if the version that the report is compared with logs it.
   */
  e2fsckSince?: string | Readonly<Record<number, string>>;
  /** The last version that logs these codes, if newer ones do not. */
  e2fsckUntil?: string;
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

/** The sentences of a pass, by the ids of its problems; see `ProblemText.say`. */
export type Sentences = Readonly<Record<string, (data: never) => string>>;

/** The entry of a problem in the `explanations.json` of its folder. */
type Explanation = Pick<ProblemText<never>, 'title' | 'explain'>;

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

type Problems<T extends Sentences> = {
  readonly [K in keyof T]: T[K] extends (data: infer D) => string ? Problem<unknown extends D ? object : D> : never;
};

/**
 * Declares some problems: sets the key of every entry as its id. `T` has the sentences of the pass, which determine the
 * types of the data.
 */
export const define =
  <T extends Sentences>() =>
  <K extends keyof T>(entries: { readonly [Id in K]: ProblemEntry }): Problems<Pick<T, K>> => {
    // sets it in the entries instead of copies: there are hundreds, and all are made at every start
    const named = entries as Record<string, ProblemEntry & { id?: string }>;
    for (const id in named) named[id]!.id = id;
    return entries as unknown as Problems<Pick<T, K>>;
  };

/** Combines all problems of a pass with their texts. */
export function describe<T extends Sentences>(
  problems: Problems<T>,
  sentences: T,
  explanations: { readonly [K in keyof T]: Explanation },
): { readonly [K in keyof T]: DescribedProblem } {
  const described: Record<string, DescribedProblem> = {};
  for (const id in problems)
    described[id] = {
      ...(problems[id] as Problem<Data>),
      ...explanations[id],
      say: sentences[id] as unknown as ProblemText<Data>['say'],
    };
  return described as { readonly [K in keyof T]: DescribedProblem };
}
