/** Programs that read file systems, and the features they support by version: the format of the tables and of options. */
import { ExtcheckError } from '../../error';
import type { Geometry } from '../../volume/geometry';

/** What a program does if a file system has a feature that it does not support. */
export type Refusal =
  | 'refuses' // does not mount or open the file system
  | 'read-only' // refuses a read-write mount, and works with -o ro
  | 'misreads'; // reads wrong bytes without noticing

/** The features that one program knows, and the version that introduced each. */
export interface FeatureTable {
  /** Name for messages. */
  readonly name: string;
  /** The first version that supports each feature, by mke2fs's name; null if none does. */
  readonly since: Readonly<Record<string, string | null>>;
  /** The same for the features of the journal, each of which it refuses if it does not support it; absent if it ignores them. */
  readonly journal?: Readonly<Record<string, string | null>>;
  /**
   * What the program does if it does not support a feature; undefined if it ignores such features. The version is null for
   * any version in use.
   */
  refusal(feature: string, version: string | null): Refusal | undefined;
  /** The oldest version that the table covers. */
  readonly oldest: string;
  /** The oldest version that is still in use, for a reader without a version; default `oldest`. */
  readonly inUse?: string;
  /** Why this version does not open a file system although it supports the features, as clauses. */
  layoutFaults?(geometry: Geometry, version: string): string[];
  /** What the console of this version shows if it does not support these features; undefined for nothing. */
  console?(features: readonly string[], version: string | null): string | undefined;
}

/** The versions of a table, from lists of features by the version that introduced them; `none` lists unsupported ones. */
export const featureVersions = (byVersion: Readonly<Record<string, string>>): FeatureTable['since'] =>
  Object.fromEntries(
    Object.entries(byVersion).flatMap(([version, features]) =>
      features.split(' ').map((feature) => [feature, version === 'none' ? null : version]),
    ),
  );

/** A program, its version, and features that its vendor added or removed. */
export interface Reader {
  /** For messages, such as `grub 2.06+metadata_csum_seed`. */
  readonly shown: string;
  /** Name of its table, such as `grub` or `linux`. */
  readonly program: string;
  /** Null for any version in use. */
  readonly version: string | null;
  /** Features that this build supports, and features that it does not, whatever its version. */
  readonly plus: readonly string[];
  readonly minus: readonly string[];
}

/** The text does not name a known program, version and features. The message is a sentence; the code is `invalid-reader`. */
export class ReaderError extends ExtcheckError {
  override readonly name = 'ReaderError';

  constructor(message: string) {
    super('invalid-reader', message);
  }
}

const format = /^(?:([a-z0-9-]+?)@)?([0-9][0-9.]*)?((?:[+-][A-Za-z0-9_]+(?:-only)?)*)$/;

/** Other names that people use for a program. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ['extlinux', 'syslinux'],
  ['ext4dxe', 'edk2'],
]);

/**
 * Parses `grub@2.06+metadata_csum_seed`, or `5.14-orphan_file` if only one program is possible. Without a version, as in
 * `grub`, every version in use must support the features.
 * @throws ReaderError for another program, an invalid version, or an unknown feature
 */
export function parseReader(text: string, programs: readonly string[], knownFeatures: ReadonlySet<string>): Reader {
  const programOf = (name: string) => otherNames.get(name) ?? name;
  if (programs.includes(programOf(text)))
    return { shown: text, program: programOf(text), version: null, plus: [], minus: [] };
  const [, named, version, features = ''] = format.exec(text) ?? [];
  const name = named ?? (programs.length === 1 ? programs[0]! : '');
  const program = programOf(name);
  if (!programs.includes(program) || version === undefined || /\.$|\.\./.test(version)) {
    const forms = programs.map((one) => `${one}@VERSION`);
    const expected = [...(forms.length > 1 ? [forms.slice(0, -1).join(', ')] : []), forms.at(-1)].join(' or ');
    throw new ReaderError(
      `Expected ${expected}, optionally followed by +FEATURE or -FEATURE, not '${text.slice(0, 60)}'.`,
    );
  }
  const [plus, minus]: [string[], string[]] = [[], []];
  for (const [, sign, feature] of features.matchAll(/([+-])([A-Za-z0-9_]+(?:-only)?)/g)) {
    if (!knownFeatures.has(feature!)) throw new ReaderError(`Unknown feature '${feature}'.`);
    (sign === '+' ? plus : minus).push(feature!);
  }
  return { shown: `${name} ${version}${features}`, program, version, plus, minus };
}
