/** The table of a command's options: its shape, its reader, and the type of the values that it gives. */
import { nearest } from '../report/nearest';
import { printable } from '../report/printable';

/** The command line cannot be understood. The message is a sentence for the user. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The user asks for the help of the command; `run` prints it. */
export class HelpRequest extends Error {
  override readonly name = 'HelpRequest';
}

/** One option. Parser, help, completions, manual and the type of the value are made from it; see `option-kinds.ts`. */
export interface Option<V = unknown> {
  /** Name of the value in help. An option without it is a flag. */
  readonly placeholder?: string;
  /** The letter after a single dash. */
  readonly short?: string;
  /** What the option does, without a full stop. */
  readonly description: string;
  /** Values to choose from, for help and completions. */
  readonly choices?: readonly string[];
  /** May be given more than once; otherwise the last value counts. */
  readonly repeatable?: true;
  /** Name of the value in the result, if it is not the name of the option in camel case. */
  readonly key?: string;
  /** Value where the option is not given. */
  readonly initial?: V;
  /** Text for the default in help, where `initial` does not show it. */
  readonly default?: string;
  /** The option that this one cannot be used together with. */
  readonly conflicts?: string;
  /** The option without which this one has no effect. */
  readonly needs?: string;
  /** Nothing after this option is read or checked. */
  readonly stops?: true;
  /**
   * The value for `text`, which is empty for a flag; `previous` is the value so far.
   * @throws UsageError for a text that is not valid.
   */
  read(text: string, name: string, previous?: V): V;
}

export type OptionTable = Readonly<Record<string, Option>>;

type Camel<S extends string> = S extends `${infer A}-${infer B}` ? `${A}${Capitalize<Camel<B>>}` : S;
type Key<K, O> = O extends { key: infer N extends string } ? N : Camel<K & string>;
type Value<O> = O extends { read(...args: never[]): infer V } ? V : never;

/** The values that a table gives. A value without an initial one is missing where its option is not given. */
export type Values<T> = {
  [K in keyof T as T[K] extends { initial: unknown } ? Key<K, T[K]> : never]: Value<T[K]>;
} & { [K in keyof T as T[K] extends { initial: unknown } ? never : Key<K, T[K]>]?: Value<T[K]> };

const keyOf = (name: string, { key }: Option): string =>
  key ?? name.replace(/-(.)/g, (_, c: string) => c.toUpperCase());

const help: Option = {
  short: 'h',
  description: 'print this help',
  read() {
    throw new HelpRequest();
  },
};

/** A table with `--help`, which every command has. */
export const withHelp = (table: OptionTable): OptionTable => ({ ...table, help });

/**
 * Reads the arguments in order: options by the table, everything else through `operand`, where `literal` means that the
 * word is after `--`. A value is joined with `=` or is the next argument; letters can be joined, as in `-qv`.
 * @throws UsageError for an unknown option, a missing or unexpected value, and options that do not fit together.
 * @throws HelpRequest for `--help` and `-h`.
 */
export function readOptions<T extends OptionTable>(
  argv: readonly string[],
  table: T,
  operand: (word: string, literal: boolean) => void,
): Values<T> {
  const known = withHelp(table);
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(table))
    if (option.initial !== undefined) values[keyOf(name, option)] = option.initial;
  const given = new Set<string>();
  const rest = [...argv];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    if (argument === '--') {
      for (const word of rest) operand(word, true);
      break;
    }
    if (argument === '-' || !argument.startsWith('-')) {
      operand(argument, false);
      continue;
    }
    const { name, value } = splitOption(argument, rest, known);
    const option = known[name]!;
    const text = option.placeholder === undefined ? '' : (value ?? rest.shift() ?? '');
    if (option.placeholder !== undefined && text === '') throw new UsageError(`--${name} needs a value.`);
    if (option.placeholder === undefined && value !== undefined)
      throw new UsageError(`--${name} does not accept a value.`);
    const key = keyOf(name, option);
    values[key] = option.read(text, name, values[key]);
    if (option.stops) return values as Values<T>;
    given.add(name);
  }
  for (const name of given) checkCombination(name, table, given);
  return values as Values<T>;
}

function checkCombination(name: string, table: OptionTable, given: ReadonlySet<string>): void {
  const { conflicts, needs } = table[name]!;
  if (conflicts !== undefined && given.has(conflicts))
    throw new UsageError(`--${conflicts} and --${name} cannot be used together.`);
  if (needs !== undefined && !given.has(needs))
    throw new UsageError(`--${name} needs --${needs} ${table[needs]!.placeholder}.`);
}

/** The option's long name, and its value where it is joined with `=`. Splits `-qv` by putting `-v` back. */
function splitOption(argument: string, rest: string[], table: OptionTable): { name: string; value?: string } {
  if (!argument.startsWith('--')) {
    const letter = argument.slice(1, 2);
    const name = Object.keys(table).find((one) => table[one]!.short === letter);
    if (name === undefined) throw unknownOption(argument.length === 2 ? argument : `-${letter}`, argument, table);
    if (argument.length > 2) rest.unshift(`-${argument.slice(2)}`);
    return { name };
  }
  const equals = argument.indexOf('=');
  const name = argument.slice(2, equals < 0 ? undefined : equals);
  if (!Object.hasOwn(table, name)) throw unknownOption(`--${name}`, argument, table);
  return equals < 0 ? { name } : { name, value: argument.slice(equals + 1) };
}

function unknownOption(shown: string, argument: string, table: OptionTable): UsageError {
  const word = argument.replace(/^-+/, '').split('=', 1)[0]!;
  return new UsageError(`Unknown option ${printable(shown)}.${didYouMean(word, Object.keys(table), '--')}`);
}

/** ` Did you mean x?` with a space in front where a choice resembles the word, otherwise nothing. */
export function didYouMean(word: string, choices: Iterable<string>, prefix = ''): string {
  const [close] = nearest(word, choices, 1);
  return close === undefined ? '' : ` Did you mean ${prefix}${close}?`;
}
