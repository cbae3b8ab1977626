/** Reads options and words from a command line, by a table of the options that a command has. */
import { nearest } from '../report/nearest';
import { printable } from '../report/printable';

/** The command line cannot be understood. The message is a sentence for the user. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The help of the command is asked for; `run` prints it. */
export class HelpAsked extends Error {
  override readonly name = 'HelpAsked';
}

/** One option. It takes a value if it has `take`; whether it may be repeated is for that to say, by default the last one wins. */
export interface Option<R> {
  /** The letter that stands for it behind a single dash. */
  short?: string;
  /** Puts the value, which is not empty, into the request. */
  take?(request: R, value: string): void;
  /** Puts an option without a value into the request. */
  set?(request: R): void;
  /** Nothing behind this option is read. */
  ends?: true;
}

const helpOption: Option<unknown> = {
  short: 'h',
  set() {
    throw new HelpAsked();
  },
};

/** The options of a command by their long names, without dashes. */
export type OptionTable<R> = Readonly<Record<string, Option<R>>>;

/**
 * Reads the arguments in their order into `request`: options as the table says, everything else through `word`, with
 * `literal` for what stands behind `--`. Values are joined with `=` or follow; letters may be joined, as in `-qv`.
 * Returns the name of the option that ended reading, if one did.
 * @throws UsageError for an unknown option and for a value that is missing or not wanted.
 * @throws HelpAsked for `--help` and `-h`, which every command has, unless the table names it.
 */
export function readOptions<R>(
  argv: readonly string[],
  table: OptionTable<R>,
  request: R,
  word: (word: string, literal: boolean) => void,
): string | undefined {
  const known: OptionTable<R> = { help: helpOption, ...table };
  const rest = [...argv];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    if (argument === '--') {
      for (const one of rest) word(one, true);
      break;
    }
    if (argument === '-' || !argument.startsWith('-')) {
      word(argument, false);
      continue;
    }
    const { name, value } = splitOption(argument, rest, known);
    const option = known[name]!;
    if (option.take) {
      const given = value ?? rest.shift();
      if (given === undefined || given === '') throw new UsageError(`--${name} needs a value.`);
      option.take(request, given);
    } else {
      if (value !== undefined) throw new UsageError(`--${name} takes no value.`);
      option.set?.(request);
    }
    if (option.ends) return name;
  }
  return undefined;
}

/** The option's long name, and its value where it is joined with `=`. Takes `-qv` apart by putting `-v` back. */
function splitOption(argument: string, rest: string[], table: OptionTable<never>): { name: string; value?: string } {
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

function unknownOption(shown: string, argument: string, table: OptionTable<never>): UsageError {
  const word = argument.replace(/^-+/, '').replace(/=.*$/s, '');
  const close = didYouMean(word, Object.keys(table), '--');
  return new UsageError(`There is no option ${printable(shown)}.${close}`);
}

/** ` Did you mean x?` with a blank in front where a choice resembles the word, else nothing. */
export function didYouMean(word: string, choices: Iterable<string>, prefix = ''): string {
  const [close] = nearest(word, choices, 1);
  return close === undefined ? '' : ` Did you mean ${prefix}${close}?`;
}

/**
 * The one of `choices` that the value of option `name` is.
 * @throws UsageError when it is none of them.
 */
export function oneOf<T extends string>(name: string, value: string, choices: readonly T[]): T {
  const choice = choices.find((one) => one === value);
  if (choice !== undefined) return choice;
  const hint = didYouMean(value, choices);
  throw new UsageError(`--${name} must be one of ${choices.join(', ')}, not '${printable(value)}'.${hint}`);
}

/** A path inside the image; a missing slash in front is added. */
export const absolute = (path: string): string => (path.startsWith('/') ? path : `/${path}`);

/**
 * The value of option `name` as a whole number from 1 to 2^53 - 1.
 * @throws UsageError when it is none.
 */
export function parseCount(name: string, value: string): number {
  const count = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(count) || count < 1)
    throw new UsageError(`--${name} must be a whole number from 1 on, not '${printable(value)}'.`);
  return count;
}

const units: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  s: 512,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
};

/**
 * Bytes from `1048576`, `1M`, `1MiB`, `1G` (powers of 1024) or, in sectors of 512 bytes, `2048s`.
 * @throws UsageError when it is none of these or past 2^53.
 */
export function parseOffset(value: string): number {
  const found = /^(\d+)(b|s|[kmgt](?:ib?)?)?$/i.exec(value);
  const bytes =
    found === null ? Number.NaN : Number(found[1]) * (units[(found[2] ?? '').slice(0, 1).toLowerCase()] ?? Number.NaN);
  if (!Number.isSafeInteger(bytes))
    throw new UsageError(
      `An offset is a number of bytes, with K, M, G, T or s (sectors of 512 bytes) behind it if need be, not '${printable(value)}'.`,
    );
  return bytes;
}
