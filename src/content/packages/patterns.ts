/** Paths that the configuration excludes from installation: shell patterns, of which the last match decides. */

import { linesOf, splitWords } from '../../bytes/text-lines';

/** Longest pattern, and most patterns. */
const maxPattern = 512;
const maxPatterns = 1024;
/** Lines of a file that are read, and characters of a line. */
const maxLines = 100_000;
const maxLine = 65_536;

/**
 * Whether `text` matches `pattern`: `*` matches anything including slashes, `?` one character, `[a-z]` and `[!a-z]` one of a
 * set; a backslash makes the next character literal. The time is at most the product of both lengths.
 */
export function matches(pattern: string, text: string): boolean {
  let at = 0;
  let star = -1;
  let starAt = 0;
  let p = 0;
  while (at < text.length) {
    const used = p < pattern.length ? one(pattern, p, text[at]!) : 0;
    if (pattern[p] === '*') {
      star = ++p;
      starAt = at;
    } else if (used > 0) {
      p += used;
      at++;
    } else if (star >= 0) {
      // extend the last star by one character
      p = star;
      at = ++starAt;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** Length of the token at `p` if it matches `char`; otherwise 0. */
function one(pattern: string, p: number, char: string): number {
  const first = pattern[p]!;
  if (first === '?') return 1;
  if (first === '\\' && p + 1 < pattern.length) return pattern[p + 1] === char ? 2 : 0;
  if (first !== '[') return first === char ? 1 : 0;
  const not = pattern[p + 1] === '!' || pattern[p + 1] === '^';
  const from = p + (not ? 2 : 1);
  const end = pattern.indexOf(']', from + 1);
  if (end < 0) return char === '[' ? 1 : 0;
  let within = false;
  for (let i = from; i < end; i++) {
    if (pattern[i + 1] === '-' && i + 2 < end) {
      within ||= pattern[i]! <= char && char <= pattern[i + 2]!;
      i += 2;
    } else within ||= pattern[i] === char;
  }
  return within !== not ? end + 1 - p : 0;
}

export class PathFilter {
  private readonly rules: { pattern: string; excludes: boolean }[] = [];

  add(pattern: string, excludes: boolean): void {
    if (pattern.length > 0 && pattern.length <= maxPattern && this.rules.length < maxPatterns)
      this.rules.push({ pattern, excludes });
  }

  /** Whether a package's file at `path` is excluded. */
  excludes(path: string): boolean {
    for (let i = this.rules.length - 1; i >= 0; i--)
      if (matches(this.rules[i]!.pattern, path)) return this.rules[i]!.excludes;
    return false;
  }
}

/** `path-exclude` and `path-include` of dpkg's configuration — dpkg.cfg(5). */
export function addDpkgRules(filter: PathFilter, text: string): void {
  for (const line of linesOf(text, maxLines, maxLine)) {
    const found = /^(?:--)?path-(exclude|include)(?=[\s=])/.exec(line.trim());
    if (found) filter.add(optionValue(line.trim().slice(found[0].length)), found[1] === 'exclude');
  }
}

/** The value of an option after its name: after white space, an equals sign or both, with or without quotes. */
function optionValue(text: string): string {
  const value = text.trim().replace(/^=/, '').trimStart();
  const quote = value[0];
  const isQuoted = (quote === '"' || quote === "'") && value.length > 1 && value.endsWith(quote);
  return isQuoted ? value.slice(1, -1) : value;
}

/** `NoExtract` of pacman's configuration, whose patterns have no leading slash — pacman.conf(5). */
export function addPacmanRules(filter: PathFilter, text: string): void {
  for (const line of linesOf(text, maxLines, maxLine)) {
    const equals = line.indexOf('=');
    if (equals < 0 || line.slice(0, equals).trim() !== 'NoExtract') continue;
    for (const word of splitWords(line.slice(equals + 1), maxPatterns)) {
      const keeps = word.startsWith('!');
      const pattern = (keeps ? word.slice(1) : word).replace(/^\//, '');
      if (pattern !== '') filter.add(`/${pattern}`, !keeps);
    }
  }
}
