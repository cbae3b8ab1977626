/** What a program that reads file systems can take, by version: the shape of the tables, and how one is asked for. */
import { ExtcheckError } from '../../error';

/** Whether a version is the same as another or newer; parts that are missing count as 0. */
export function atLeastVersion(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split('.').map(Number));
  for (let i = 0; i < Math.max(a!.length, b!.length); i++) {
    const difference = (a![i] ?? 0) - (b![i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** What happens to somebody who meets a feature that he does not know. */
export type Refusal =
  | 'refuses' // does not mount, or does not open
  | 'read-only' // mounts read-only
  | 'misreads'; // goes on and takes the wrong bytes for the file's

/** The features that one program knows, and from which of its versions on. */
export interface FeatureTable {
  /** As a person calls it. */
  readonly name: string;
  /** Features by mke2fs's name with the first version that takes them; null where no version does. */
  readonly since: Readonly<Record<string, string | null>>;
  /** What becomes of a feature that is not in reach; undefined where the program does not look at such features. */
  refusal(feature: string): Refusal | undefined;
  /** Features that no version before this can lack; those older versions are not known here. */
  readonly oldest: string;
}

/** A program with its version, and what its vendor changed. */
export interface Consumer {
  /** As it was asked for. */
  readonly shown: string;
  /** `grub`, `u-boot`, `linux` or `e2fsck`. */
  readonly program: string;
  /** Null for any version in use. */
  readonly version: string | null;
  /** Backports: features that this build takes, and those that it does not, whatever its version says. */
  readonly plus: readonly string[];
  readonly minus: readonly string[];
}

/** The text does not name a program, version and features that are known. The message is a sentence. */
export class ConsumerError extends ExtcheckError {
  override readonly name = 'ConsumerError';

  constructor(message: string) {
    super('invalid-reader', message);
  }
}

const shape = /^(?:([a-z0-9-]+?)@)?([0-9][0-9.]*)?((?:[+-][A-Za-z0-9_]+(?:-only)?)*)$/;

/**
 * Reads `grub@2.06+metadata_csum_seed`, or `5.14-orphan_file` for the program that is meant anyway. A version may be
 * left out, as in `grub`: then every version in use has to take the features.
 * @throws ConsumerError for another program, a version that is none, or a feature that does not exist
 */
export function parseConsumer(text: string, programs: readonly string[], knownFeatures: ReadonlySet<string>): Consumer {
  const alone = programs.find((name) => name === text);
  if (alone !== undefined) return { shown: text, program: alone, version: null, plus: [], minus: [] };
  const found = shape.exec(text);
  const program = found?.[1] ?? (programs.length === 1 ? programs[0] : undefined);
  if (
    !found ||
    program === undefined ||
    !programs.includes(program) ||
    found[2] === undefined ||
    /\.$|\.\./.test(found[2])
  )
    throw new ConsumerError(
      `'${text.slice(0, 60)}' names none of ${programs.map((name) => `${name}@VERSION`).join(', ')}; +feature and -feature may follow.`,
    );
  const [plus, minus]: [string[], string[]] = [[], []];
  for (const [, sign, feature] of found[3]!.matchAll(/([+-])([A-Za-z0-9_]+(?:-only)?)/g)) {
    if (!knownFeatures.has(feature!)) throw new ConsumerError(`There is no feature '${feature}'.`);
    (sign === '+' ? plus : minus).push(feature!);
  }
  return { shown: `${program} ${found[2]}${found[3]}`, program, version: found[2], plus, minus };
}
