/** Compares one file with the conditions of a rule. */
import type { FileStat } from '../../view/stat';
import type { FileContent } from '../file-content';
import type { Owners } from '../owners';
import { typeName } from '../type-name';
import type { Pattern } from './pattern';
import type { Conditions } from './policy';

/** Facts about the content of a file, kept while all contents are read. */
export interface ContentFacts {
  allNul: boolean;
  digests: FileContent['digests'];
  /** The machine of an ELF file; null for other files. */
  elf: string | null;
  /** Why it could not be read; null if it was. */
  error: string | null;
}

export interface Subject {
  stat: FileStat;
  /** Target of a symlink; undefined if it is not needed. */
  target: string | undefined;
  /** Whether a directory is empty; false if that is not needed. */
  empty: boolean;
  content: ContentFacts | undefined;
  /** Which patterns were found in the text, if any are searched, null for a search that was given up; or why none can be. */
  found: ReadonlyMap<Pattern, boolean | null> | { why: string } | undefined;
}

export type FailureKind = 'type' | 'permissions' | 'content';

export interface Failure {
  kind: FailureKind;
  /** What is wrong, as a clause. */
  what: string;
}

const octal = (mode: number): string => mode.toString(8).padStart(4, '0');

/** Whether the conditions need the content. */
export const needsContent = (conditions: Conditions): boolean =>
  conditions.digest !== undefined || conditions.elf !== undefined || conditions.nonEmpty === true;

/** Conditions that are not met, in a fixed order; only the type if that is wrong. */
export function failures(conditions: Conditions, subject: Subject, owners: Owners): Failure[] {
  const { stat } = subject;
  const wanted = conditions.type ?? (requiresFile(conditions) ? 'file' : undefined);
  if (wanted !== undefined && stat.type !== wanted)
    return [{ kind: 'type', what: `it is a ${typeName(stat.type)}, should be a ${typeName(wanted)}` }];
  return [...permissionFailures(conditions, stat, owners), ...contentFailures(conditions, subject)];
}

/** Whether the conditions can only be met by a regular file. */
const requiresFile = ({ digest, elf, contains, lacks, executable }: Conditions): boolean =>
  [digest, elf, contains, lacks].some((one) => one !== undefined) || executable === true;

function permissionFailures(conditions: Conditions, stat: FileStat, owners: Owners): Failure[] {
  const found: Failure[] = [];
  const fail = (what: string) => found.push({ kind: 'permissions', what });
  const mode = stat.mode & 0o7777;
  const { mode: exact, modeHas = 0, modeLacks = 0 } = conditions;
  if (exact !== undefined && exact !== mode) fail(`mode is ${octal(mode)}, should be ${octal(exact)}`);
  if ((mode & modeHas) !== modeHas) fail(`mode is ${octal(mode)}, should have all bits of ${octal(modeHas)}`);
  if ((mode & modeLacks) !== 0) fail(`mode is ${octal(mode)}, should have no bit of ${octal(modeLacks)}`);
  if (conditions.executable !== undefined && ((mode & 0o100) !== 0) !== conditions.executable)
    fail(`mode is ${octal(mode)}, should ${conditions.executable ? '' : 'not '}be executable`);
  const compare = (word: 'user' | 'group', number: number | undefined, name: string | undefined, stored: number) => {
    if (number !== undefined && number !== stored) fail(`${word} is ${stored}, should be ${number}`);
    if (name === undefined) return;
    const known = owners[word](name);
    if (known === undefined) fail(`${word} should be ${name}, which the image does not define`);
    else if (known !== stored) fail(`${word} is ${stored}, should be ${name} (${known})`);
  };
  compare('user', conditions.uid, conditions.user, stat.uid);
  compare('group', conditions.gid, conditions.group, stat.gid);
  return found;
}

function contentFailures(
  conditions: Conditions,
  { stat, target, empty, content, found: searched }: Subject,
): Failure[] {
  const found: Failure[] = [];
  const fail = (what: string) => found.push({ kind: 'content', what });
  const { minSize, maxSize, digest, elf, nonEmpty, contains = [], lacks = [] } = conditions;
  if (conditions.target !== undefined && target !== conditions.target)
    fail(`it points to '${target ?? ''}', should point to '${conditions.target}'`);
  if (minSize !== undefined && stat.size < minSize) fail(`it has ${stat.size} bytes, should have at least ${minSize}`);
  if (maxSize !== undefined && stat.size > maxSize) fail(`it has ${stat.size} bytes, should have at most ${maxSize}`);
  if (empty) fail('the directory is empty');
  if (nonEmpty === true && stat.type === 'file' && stat.size === 0) fail('it is empty');
  if (content?.error != null) {
    fail(`it cannot be read: ${content.error}`);
    return found;
  }
  if (content?.allNul && nonEmpty === true) fail(`all of its ${stat.size} bytes are NUL`);
  if (digest !== undefined && content?.digests[digest.name] !== digest.hex)
    fail(`${digest.name} is ${content?.digests[digest.name] ?? 'unknown'}, should be ${digest.hex}`);
  if (elf !== undefined && content?.elf !== elf)
    fail(
      content?.elf
        ? `it is an ELF file for ${content.elf === 'other' ? 'another machine' : content.elf}, should be for ${elf}`
        : `it is not an ELF file, should be one for ${elf}`,
    );
  if (searched === undefined) return found;
  if ('why' in searched) {
    fail(`its text cannot be searched: ${searched.why}`);
    return found;
  }
  for (const one of [...contains, ...lacks])
    if (searched.get(one) === null) fail(`the search for '${one.source}' in its text takes too long`);
  for (const one of contains) if (searched.get(one) === false) fail(`its text has no match for '${one.source}'`);
  for (const one of lacks) if (searched.get(one) === true) fail(`its text has a match for '${one.source}'`);
  return found;
}
