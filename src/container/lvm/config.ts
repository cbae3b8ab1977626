/** Parses the text format of LVM's metadata: sections in braces, and keys with numbers, strings and lists. */
import { damaged, unsupported } from '../error';

export type Scalar = number | string;
export type Value = Scalar | readonly Scalar[] | Section;
export type Section = ReadonlyMap<string, Value>;

/** Sections in sections; LVM itself uses four. */
const maxDepth = 16;
/** Most sections and values: each takes up to a hundred bytes of memory. */
const maxValues = 2 ** 19;

const isSpace = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0;
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
/** Letters, digits and the other characters of names: `_`, `-`, `.`, `+`, `/`, `@`. */
const isWord = (code: number): boolean =>
  isDigit(code) ||
  (code >= 0x41 && code <= 0x5a) ||
  (code >= 0x61 && code <= 0x7a) ||
  '_-.+/@'.includes(String.fromCharCode(code));

class Parser {
  private at = 0;
  private values = 0;

  constructor(private readonly text: string) {}

  private fail(expected: string): never {
    throw damaged(`its metadata have no ${expected} at character ${this.at}`);
  }

  private count(): void {
    this.values++;
    if (this.values > maxValues) throw unsupported(`its metadata have more than ${maxValues} values`);
  }

  /** Skips space and comments; returns the next character, or -1 at the end. */
  private peek(): number {
    const { text } = this;
    for (; this.at < text.length; this.at++) {
      const code = text.charCodeAt(this.at);
      if (code === 0x23) {
        const end = text.indexOf('\n', this.at);
        this.at = end < 0 ? text.length - 1 : end;
      } else if (!isSpace(code)) return code;
    }
    return -1;
  }

  private take(character: string): boolean {
    if (this.peek() !== character.charCodeAt(0)) return false;
    this.at++;
    return true;
  }

  private string(): string {
    const { text } = this;
    this.at++;
    let result = '';
    let from = this.at;
    for (; this.at < text.length; this.at++) {
      const code = text.charCodeAt(this.at);
      if (code === 0x22) {
        result += text.slice(from, this.at++);
        return result;
      }
      if (code !== 0x5c) continue;
      result += text.slice(from, this.at);
      // the next character stands for itself
      from = ++this.at;
    }
    return this.fail('end of a string');
  }

  private word(): string {
    const from = this.at;
    while (this.at < this.text.length && isWord(this.text.charCodeAt(this.at))) this.at++;
    return this.text.slice(from, this.at);
  }

  private scalar(): Scalar {
    this.count();
    if (this.peek() === 0x22) return this.string();
    const word = this.word();
    if (word === '') return this.fail('value');
    const value = Number(word);
    // what is not a number is a string without quotes
    if (!Number.isFinite(value)) return word;
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER) return this.fail('number below 2^53');
    return value;
  }

  private value(): Value {
    if (!this.take('[')) return this.scalar();
    const list: Scalar[] = [];
    this.count();
    while (!this.take(']')) {
      list.push(this.scalar());
      if (!this.take(',') && this.peek() !== 0x5d) this.fail('comma or ] in a list');
    }
    return list;
  }

  section(depth: number): Section {
    if (depth > maxDepth) throw damaged(`its metadata have more than ${maxDepth} sections in each other`);
    const found = new Map<string, Value>();
    for (let code = this.peek(); code !== -1 && code !== 0x7d; code = this.peek()) {
      const name = code === 0x22 ? this.string() : this.word();
      if (name === '') this.fail('name');
      this.count();
      if (this.take('=')) found.set(name, this.value());
      else if (this.take('{')) {
        const inner = this.section(depth + 1);
        if (!this.take('}')) this.fail('}');
        found.set(name, inner);
      } else this.fail('= or {');
    }
    return found;
  }

  all(): Section {
    const found = this.section(0);
    if (this.peek() !== -1) this.fail('end');
    return found;
  }
}

/** @throws ContainerError */
export const parseConfig = (text: string): Section => new Parser(text).all();

const isSection = (value: Value | undefined): value is Section => value instanceof Map;

/** The section at a name; undefined if there is none. */
export function sectionOf(section: Section, name: string): Section | undefined {
  const value = section.get(name);
  return isSection(value) ? value : undefined;
}

/** All sections in a section. */
export function* sectionsOf(section: Section | undefined): Generator<[name: string, section: Section]> {
  for (const [name, value] of section ?? []) if (isSection(value)) yield [name, value];
}

/** A number that is not negative; undefined if there is none. */
export function numberOf(section: Section, name: string): number | undefined {
  const value = section.get(name);
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
}

export function textOf(section: Section, name: string): string | undefined {
  const value = section.get(name);
  return typeof value === 'string' ? value : undefined;
}

/** A list; a single value is one of length 1, as LVM reads it. */
export function listOf(section: Section, name: string): readonly Scalar[] {
  const value = section.get(name);
  if (value === undefined || isSection(value)) return [];
  return typeof value === 'object' ? (value as readonly Scalar[]) : [value];
}
