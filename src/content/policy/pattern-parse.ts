/** Compiles a pattern to a small program: the part of regular expressions that can be matched in linear time. */

/** A set of characters as ranges, both ends included. */
export interface CharacterSet {
  ranges: readonly (readonly [number, number])[];
  negated: boolean;
}

/** One step of a program; numbers are indexes of steps. */
export type Step =
  | { kind: 'char'; set: CharacterSet }
  | { kind: 'split'; first: number; second: number }
  | { kind: 'jump'; to: number }
  | { kind: 'start' | 'end' | 'boundary' }
  | { kind: 'match' };

/** The pattern is invalid. The message is a clause without a full stop. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

/** Most characters of a pattern, steps of a program, and levels of brackets. */
export const patternLimits = { characters: 1000, steps: 2000, depth: 50 };

type Node =
  | { kind: 'set'; set: CharacterSet }
  | { kind: 'start' | 'end' | 'boundary' | 'empty' }
  | { kind: 'sequence' | 'choice'; parts: Node[] }
  | { kind: 'repeat'; part: Node; least: number; most: number };

const classes: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  d: [[0x30, 0x39]],
  w: [
    [0x30, 0x39],
    [0x41, 0x5a],
    [0x5f, 0x5f],
    [0x61, 0x7a],
  ],
  s: [
    [0x09, 0x0d],
    [0x20, 0x20],
  ],
};
const controls: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13 };
const anyButNewline: CharacterSet = { ranges: [[10, 10]], negated: true };

class Parser {
  private at = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

  whole(): Node {
    const node = this.choice();
    if (this.at < this.text.length) throw new PatternError("there is a ')' without its '('");
    return node;
  }

  private get next(): string {
    return this.text[this.at] ?? '';
  }

  private choice(): Node {
    const parts = [this.sequence()];
    while (this.next === '|') {
      this.at++;
      parts.push(this.sequence());
    }
    return parts.length === 1 ? parts[0]! : { kind: 'choice', parts };
  }

  private sequence(): Node {
    const parts: Node[] = [];
    while (this.at < this.text.length && this.next !== '|' && this.next !== ')') parts.push(this.repeated());
    return parts.length === 0 ? { kind: 'empty' } : { kind: 'sequence', parts };
  }

  private repeated(): Node {
    let part = this.single();
    for (let count = 0; ; count++) {
      const found = /^(?:[*+?]|\{(\d{1,4})(,(\d{0,4}))?\})/.exec(this.text.slice(this.at, this.at + 11));
      if (found === null) return part;
      if (count > 0) throw new PatternError(`'${found[0]}' repeats a repetition`);
      if (part.kind === 'start' || part.kind === 'end' || part.kind === 'boundary')
        throw new PatternError(`'${found[0]}' repeats a position between characters`);
      this.at += found[0].length;
      const [sign] = found[0];
      const least = sign === '{' ? Number(found[1]) : sign === '+' ? 1 : 0;
      const upper = found[2] === undefined ? least : found[3] === '' ? Infinity : Number(found[3]);
      const most = sign === '{' ? upper : sign === '?' ? 1 : Infinity;
      if (most < least) throw new PatternError(`'${found[0]}' has a maximum below its minimum`);
      // a `?` after it selects the shortest match, which does not affect whether there is a match
      if (this.next === '?') this.at++;
      part = { kind: 'repeat', part, least, most };
    }
  }

  private single(): Node {
    const character = this.take();
    switch (character) {
      case '^':
        return { kind: 'start' };
      case '$':
        return { kind: 'end' };
      case '.':
        return { kind: 'set', set: anyButNewline };
      case '(':
        return this.group();
      case '[':
        return { kind: 'set', set: this.bracket() };
      case '\\':
        if (this.next === 'b') {
          this.at++;
          return { kind: 'boundary' };
        }
        return { kind: 'set', set: this.escape() };
      case '*':
      case '+':
      case '?':
        throw new PatternError(`'${character}' repeats nothing`);
    }
    return { kind: 'set', set: one(character.codePointAt(0)!) };
  }

  private take(): string {
    const character = String.fromCodePoint(this.text.codePointAt(this.at)!);
    this.at += character.length;
    return character;
  }

  private group(): Node {
    if (++this.depth > patternLimits.depth)
      throw new PatternError(`brackets go deeper than ${patternLimits.depth} levels`);
    if (this.next === '?') {
      if (!this.text.startsWith('?:', this.at))
        throw new PatternError("the only supported group that starts with '(?' is '(?:'");
      this.at += 2;
    }
    const node = this.choice();
    if (this.next !== ')') throw new PatternError("there is a '(' without its ')'");
    this.at++;
    this.depth--;
    return node;
  }

  private escape(): CharacterSet {
    if (this.at >= this.text.length) throw new PatternError('it ends with a backslash');
    const letter = this.take();
    const lower = letter.toLowerCase();
    if (Object.hasOwn(classes, lower)) return { ranges: classes[lower]!, negated: letter !== lower };
    if (Object.hasOwn(controls, letter)) return one(controls[letter]!);
    if (/^[A-Za-z0-9]$/.test(letter)) throw new PatternError(`'\\${letter}' is unknown`);
    return one(letter.codePointAt(0)!);
  }

  private bracket(): CharacterSet {
    const negated = this.next === '^';
    if (negated) this.at++;
    const ranges: (readonly [number, number])[] = [];
    for (let first = true; first || this.next !== ']'; first = false) {
      if (this.at >= this.text.length) throw new PatternError("there is a '[' without its ']'");
      const set = this.member();
      const [low] = set.ranges[0]!;
      const plain = set.ranges.length === 1 && set.ranges[0]![1] === low && !set.negated;
      if (plain && this.next === '-' && this.text[this.at + 1] !== ']' && this.at + 1 < this.text.length) {
        this.at++;
        const end = this.member();
        const high = end.ranges[0]![0];
        if (end.ranges.length !== 1 || end.ranges[0]![1] !== high || end.negated || high < low)
          throw new PatternError('a range in brackets is not in ascending order');
        ranges.push([low, high]);
      } else if (set.negated) throw new PatternError('\\D, \\W and \\S cannot be used in brackets');
      else ranges.push(...set.ranges);
    }
    this.at++;
    return { ranges, negated };
  }

  private member(): CharacterSet {
    const character = this.take();
    return character === '\\' ? this.escape() : one(character.codePointAt(0)!);
  }
}

const one = (point: number): CharacterSet => ({ ranges: [[point, point]], negated: false });

/**
 * The program for a pattern: characters, `.`, `[…]`, `\d \w \s` and their opposites, `^` and `$` at the ends of lines,
 * `\b`, groups, `|`, and `* + ? {n,m}`. @throws PatternError for anything else, and for a program that exceeds the limits
 */
export function compilePattern(pattern: string): Step[] {
  if (pattern.length > patternLimits.characters)
    throw new PatternError(`it is longer than ${patternLimits.characters} characters`);
  const steps: Step[] = [];
  const add = (step: Step): number => {
    if (steps.length >= patternLimits.steps) throw new PatternError('it has too many repetitions');
    return steps.push(step) - 1;
  };
  let visits = 0;
  const emit = (node: Node): void => {
    // repeating an empty part adds no steps and would never reach their limit
    if (++visits > 10 * patternLimits.steps) throw new PatternError('it has too many repetitions');
    switch (node.kind) {
      case 'empty':
        return;
      case 'set':
        add({ kind: 'char', set: node.set });
        return;
      case 'sequence':
        for (const part of node.parts) emit(part);
        return;
      case 'choice':
        emitChoice(node.parts);
        return;
      case 'repeat':
        emitRepeat(node.part, node.least, node.most);
        return;
      default:
        add({ kind: node.kind });
    }
  };
  const emitChoice = (parts: readonly Node[]): void => {
    const jumps: number[] = [];
    parts.forEach((part, i) => {
      const last = i === parts.length - 1;
      const split = last ? -1 : add({ kind: 'split', first: steps.length + 1, second: 0 });
      emit(part);
      if (last) return;
      jumps.push(add({ kind: 'jump', to: 0 }));
      steps[split] = { kind: 'split', first: split + 1, second: steps.length };
    });
    for (const jump of jumps) steps[jump] = { kind: 'jump', to: steps.length };
  };
  const emitRepeat = (part: Node, least: number, most: number): void => {
    for (let i = 0; i < least; i++) emit(part);
    if (most === Infinity) {
      const split = add({ kind: 'split', first: 0, second: 0 });
      emit(part);
      add({ kind: 'jump', to: split });
      steps[split] = { kind: 'split', first: split + 1, second: steps.length };
      return;
    }
    const splits: number[] = [];
    for (let i = least; i < most; i++) {
      splits.push(add({ kind: 'split', first: 0, second: 0 }));
      emit(part);
    }
    for (const split of splits) steps[split] = { kind: 'split', first: split + 1, second: steps.length };
  };
  emit(new Parser(pattern).whole());
  add({ kind: 'match' });
  return steps;
}
