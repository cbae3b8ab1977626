/** Searches text for a pattern in time proportional to the lengths of both. */
import type { Steps } from '../../source/turns';
import { type CharacterSet, compilePattern, type Step } from './pattern-parse';

const newline = 10;

function holds(set: CharacterSet, point: number): boolean {
  const inside = set.ranges.some(([low, high]) => point >= low && point <= high);
  return inside !== set.negated;
}

const isWord = (point: number): boolean => point > 0 && /\w/.test(String.fromCodePoint(point));

/** Places of a pattern that are tried, over all characters, in one go and in one search: about 5 ms and 2 s. */
const placesPerStep = 2 ** 17;
const maxPlaces = 2 ** 25;

/**
 * A pattern that is searched in text, line by line as `grep -E` does. All alternatives are tried in parallel, so a search
 * takes at most the steps of the pattern times the characters of the text.
 */
export class Pattern {
  private readonly steps: Step[];

  /** @throws PatternError */
  constructor(readonly source: string) {
    this.steps = compilePattern(source);
  }

  /** Whether the pattern is found anywhere in the text; null if the search was given up because it takes too long. */
  *search(text: string): Steps<boolean | null> {
    let before = -1;
    let places = 0;
    let pause = placesPerStep;
    let current: number[] = [];
    const marks = new Int32Array(this.steps.length).fill(-1);
    let round = 0;
    for (let at = 0; ; ) {
      const point = text.codePointAt(at) ?? -1;
      // a match may start at every position
      if (this.follow(0, current, marks, round, before, point)) return true;
      if (point < 0) return false;
      places += current.length + 1;
      if (places >= pause) {
        if (places >= maxPlaces) return null;
        pause = places + placesPerStep;
        yield;
      }
      const next: number[] = [];
      round++;
      const after = at + (point > 0xffff ? 2 : 1);
      const following = text.codePointAt(after) ?? -1;
      for (const place of current) {
        const step = this.steps[place]!;
        if (
          step.kind === 'char' &&
          holds(step.set, point) &&
          this.follow(place + 1, next, marks, round, point, following)
        )
          return true;
      }
      current = next;
      before = point;
      at = after;
    }
  }

  /** Adds the characters that can follow at `from` to `list`; true when the end of the pattern is reached without any. */
  private follow(
    from: number,
    list: number[],
    marks: Int32Array,
    round: number,
    before: number,
    next: number,
  ): boolean {
    const waiting = [from];
    for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
      if (marks[place] === round) continue;
      marks[place] = round;
      const step = this.steps[place]!;
      switch (step.kind) {
        case 'match':
          return true;
        case 'char':
          list.push(place);
          break;
        case 'jump':
          waiting.push(step.to);
          break;
        case 'split':
          waiting.push(step.second, step.first);
          break;
        case 'start':
          if (before < 0 || before === newline) waiting.push(place + 1);
          break;
        case 'end':
          if (next < 0 || next === newline) waiting.push(place + 1);
          break;
        case 'boundary':
          if (isWord(before) !== isWord(next)) waiting.push(place + 1);
      }
    }
    return false;
  }
}
