/** Parses mtree files: flat ones with a full path on each line, nested ones with one name on each line, and mixtures. */
import type { Steps } from '../../source/turns';
import { absolutePath, shown } from '../byte-text';
import { Faults, linesPerStep, type Manifest, type ManifestEntry, manifestLimits } from './entry';
import { digestKey, type MtreeFacts, takeKeyword } from './mtree-keys';
import { mtreeLines } from './mtree-lines';
import { unvis } from './vis';

/**
 * The manifest in an mtree file. `text` is byte text (see `byteText`). Never throws: an invalid word is a fault and is
 * skipped; for an invalid name the whole line is skipped.
 */
export function* mtreeSteps(text: string): Steps<Manifest> {
  const faults = new Faults();
  const entries: ManifestEntry[] = [];
  let defaults: MtreeFacts = {};
  /** Paths of the current directories of a nested file, the innermost last; the root is ''. */
  const within: string[] = [];
  let characters = 0;
  for (const { line, words } of mtreeLines(text)) {
    if (line % linesPerStep === 0) yield;
    const [first, ...keywords] = words as [string, ...string[]];
    if (first === '/set') {
      defaults = { ...defaults };
      takeWords(defaults, keywords, line, faults);
      continue;
    }
    if (first === '/unset') {
      defaults = without(defaults, keywords);
      continue;
    }
    if (first === '..') {
      if (within.pop() === undefined) faults.add(line, "'..' leaves the directory in which the file starts");
      continue;
    }
    const name = unvis(first);
    const full = first.includes('/');
    const path = name === null ? null : pathOf(full ? '' : (within.at(-1) ?? ''), name);
    if (path === null) {
      faults.add(line, `'${shown(first)}' is not a valid name`);
      continue;
    }
    characters += path.length;
    const over = manifestLimits.exceeded(entries.length, path.length, characters);
    if (over !== null) {
      faults.add(line, `${over}; the rest was not read`);
      break;
    }
    const entry: ManifestEntry = { path, line, ...defaults };
    takeWords(entry, keywords, line, faults);
    entries.push(entry);
    if (!full && entry.type === 'directory') within.push(path === '/' ? '' : path);
  }
  return { format: 'mtree', entries, faults: faults.kept, faultCount: faults.count };
}

function pathOf(parent: string, name: string): string | null {
  const own = absolutePath(name);
  if (own === null) return null;
  return own === '/' ? parent || '/' : parent + own;
}

function takeWords(facts: MtreeFacts, words: readonly string[], line: number, faults: Faults): void {
  for (const word of words) {
    const equals = word.indexOf('=');
    const key = equals < 0 ? word : word.slice(0, equals);
    const why = takeKeyword(facts, key, equals < 0 ? undefined : word.slice(equals + 1));
    if (why !== null) faults.add(line, why);
  }
}

const fields: Readonly<Record<string, keyof MtreeFacts>> = {
  nlink: 'links',
  uname: 'user',
  gname: 'group',
  link: 'target',
};

/** Defaults without those named; `all` removes all. */
function without(defaults: MtreeFacts, keys: readonly string[]): MtreeFacts {
  if (keys.includes('all')) return {};
  const kept: MtreeFacts = { ...defaults };
  for (const key of keys) {
    const digest = digestKey(key);
    if (digest === undefined) delete kept[Object.hasOwn(fields, key) ? fields[key]! : (key as keyof MtreeFacts)];
    else if (kept.digests) kept.digests = kept.digests.filter(({ names }) => !names.includes(digest));
  }
  return kept;
}
