/** Patterns of paths: `*`, `?` and `[…]` match within one name, `**` any number of directories. */

/** Characters that make a path a pattern. */
export const isGlob = (path: string): boolean => /[*?[]/.test(path);

/** A pattern of absolute paths. Matching time is at most the product of both lengths. */
export class Glob {
  private readonly names: readonly string[];
  /** The directory that contains all matches, without a trailing slash: the names before the first pattern. */
  readonly base: string;

  constructor(readonly source: string) {
    this.names = namesOf(source);
    const first = this.names.findIndex(isGlob);
    const fixed = this.names.slice(0, first < 0 ? this.names.length : first);
    this.base = fixed.map((name) => `/${name}`).join('');
  }

  /** Whether a complete path, absolute and printable, matches. */
  matches(path: string): boolean {
    if (this.base !== '' && path !== this.base && !path.startsWith(`${this.base}/`)) return false;
    return matchesAll(this.names, namesOf(path), (name) => name === '**', nameMatches);
  }
}

const namesOf = (path: string): string[] => path.split('/').filter((name) => name !== '');

export function nameMatches(pattern: string, name: string): boolean {
  return matchesAll(tokensOf(pattern), [...name], (token) => token === '*', tokenMatches);
}

/** Wildcards match as little as possible, and only the last one is ever extended, which is sufficient. */
function matchesAll<P, T>(
  pattern: readonly P[],
  items: readonly T[],
  isWild: (part: P) => boolean,
  fits: (part: P, item: T) => boolean,
): boolean {
  let p = 0;
  let i = 0;
  let wild = -1;
  let from = 0;
  while (i < items.length) {
    if (p < pattern.length && isWild(pattern[p]!)) {
      wild = p++;
      from = i;
    } else if (p < pattern.length && fits(pattern[p]!, items[i]!)) {
      p++;
      i++;
    } else if (wild >= 0) {
      p = wild + 1;
      i = ++from;
    } else return false;
  }
  while (p < pattern.length && isWild(pattern[p]!)) p++;
  return p === pattern.length;
}

/** Tokens: `*`, `?`, a complete set in brackets, or one character; an unclosed bracket is literal. */
function tokensOf(pattern: string): string[] {
  const tokens: string[] = [];
  const last = pattern.lastIndexOf(']');
  for (let at = 0; at < pattern.length; ) {
    const members = at + (pattern[at + 1] === '!' ? 2 : 1);
    // a bracket at the start of a set is a member of it
    const end = pattern[at] === '[' && members < last ? pattern.indexOf(']', members + 1) : -1;
    const token = end < 0 ? String.fromCodePoint(pattern.codePointAt(at)!) : pattern.slice(at, end + 1);
    tokens.push(token);
    at += token.length;
  }
  return tokens;
}

function tokenMatches(token: string, character: string): boolean {
  if (token === '?') return true;
  if (token.length < 3 || !token.startsWith('[')) return token === character;
  const negated = token[1] === '!';
  const members = [...token.slice(negated ? 2 : 1, -1)];
  let inside = false;
  for (let i = 0; i < members.length; i++) {
    if (members[i + 1] === '-' && i + 2 < members.length) {
      inside ||= members[i]! <= character && character <= members[i + 2]!;
      i += 2;
    } else inside ||= members[i] === character;
  }
  return inside !== negated;
}
