/** Reads the command line: what to do, or what is wrong with the request. */
import { type Severity, severities } from '../problem/finding';
import { nearest } from '../report/nearest';
import { printable } from '../report/printable';

export const formats = ['text', 'json', 'ndjson'] as const;
export type Format = (typeof formats)[number];

export const colorChoices = ['auto', 'always', 'never'] as const;
export type ColorChoice = (typeof colorChoices)[number];

/** A required path, or a file that lists them; kept in the order of the command line. */
export type RequireArgument = { path: string } | { from: string };

export interface CheckRequest {
  images: string[];
  format: Format;
  failOn: Severity;
  require: RequireArgument[];
  /** Findings kept of each id; undefined leaves it to the library. */
  maxFindings: number | undefined;
  /** Where the file system starts in the image, in bytes. */
  offset: number;
  /** Replay the journal in memory and check the state after it. */
  replay: boolean;
  quiet: boolean;
  verbose: boolean;
  color: ColorChoice;
}

export type Command =
  | { kind: 'check'; request: CheckRequest }
  | { kind: 'explain'; id: string }
  | { kind: 'help' }
  | { kind: 'version' };

/** The command line cannot be understood. The message is a sentence for the user. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const shortNames: Readonly<Record<string, string>> = { q: 'quiet', v: 'verbose', h: 'help', V: 'version' };

const withValue = ['format', 'fail-on', 'require', 'require-from', 'max-findings', 'offset', 'color', 'explain'];
const withoutValue = ['no-replay', 'quiet', 'verbose', 'help', 'version'];
/** Every long option, without its dashes. */
export const optionNames: readonly string[] = [...withValue, ...withoutValue];

/**
 * The command that the arguments (without node and script) ask for. `--help` and `--version` win over what follows them.
 * @throws UsageError when an option, a value or the combination makes no sense.
 */
export function parseArguments(argv: readonly string[]): Command {
  const request: CheckRequest = {
    images: [],
    format: 'text',
    failOn: 'warning',
    require: [],
    maxFindings: undefined,
    offset: 0,
    replay: true,
    quiet: false,
    verbose: false,
    color: 'auto',
  };
  let explain: string | undefined;
  const rest = [...argv];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    if (argument === '--') {
      request.images.push(...rest.splice(0));
      break;
    }
    if (argument === '-') throw new UsageError('An image cannot be read from standard input; name a file.');
    if (!argument.startsWith('-')) {
      request.images.push(argument);
      continue;
    }
    const { name, value } = splitOption(argument, rest);
    const given = (): string => {
      const found = value ?? rest.shift();
      if (found === undefined || found === '') throw new UsageError(`--${name} needs a value.`);
      return found;
    };
    if (value !== undefined && withoutValue.includes(name)) throw new UsageError(`--${name} takes no value.`);
    switch (name) {
      case 'help':
        return { kind: 'help' };
      case 'version':
        return { kind: 'version' };
      case 'no-replay':
        request.replay = false;
        break;
      case 'quiet':
        request.quiet = true;
        break;
      case 'verbose':
        request.verbose = true;
        break;
      case 'format':
        request.format = oneOf(name, given(), formats);
        break;
      case 'fail-on':
        request.failOn = oneOf(name, given(), severities);
        break;
      case 'color':
        request.color = oneOf(name, given(), colorChoices);
        break;
      case 'require':
        request.require.push({ path: absolute(given()) });
        break;
      case 'require-from':
        request.require.push({ from: given() });
        break;
      case 'max-findings':
        request.maxFindings = parseCount(given());
        break;
      case 'offset':
        request.offset = parseOffset(given());
        break;
      case 'explain':
        explain = given();
        break;
    }
  }
  if (explain !== undefined) return { kind: 'explain', id: explain };
  if (request.images.length === 0) throw new UsageError('No image was named.');
  if (request.images.includes('')) throw new UsageError('An image name is empty.');
  if (request.quiet && request.verbose) throw new UsageError('--quiet and --verbose exclude each other.');
  return { kind: 'check', request };
}

/** The option's long name, and its value where it is joined with `=`. Takes `-qv` apart by putting `-v` back. */
function splitOption(argument: string, rest: string[]): { name: string; value: string | undefined } {
  if (!argument.startsWith('--')) {
    const letter = argument.slice(1, 2);
    const name = Object.hasOwn(shortNames, letter) ? shortNames[letter] : undefined;
    if (name === undefined) throw unknownOption(argument.length === 2 ? argument : `-${letter}`, argument);
    if (argument.length > 2) rest.unshift(`-${argument.slice(2)}`);
    return { name, value: undefined };
  }
  const equals = argument.indexOf('=');
  const name = argument.slice(2, equals < 0 ? undefined : equals);
  if (!optionNames.includes(name)) throw unknownOption(`--${name}`, argument);
  return { name, value: equals < 0 ? undefined : argument.slice(equals + 1) };
}

function unknownOption(shown: string, argument: string): UsageError {
  const word = argument.replace(/^-+/, '').replace(/=.*$/s, '');
  const [close] = nearest(word, optionNames, 1);
  return new UsageError(
    `There is no option ${printable(shown)}.${close === undefined ? '' : ` Did you mean --${close}?`}`,
  );
}

function oneOf<T extends string>(name: string, value: string, choices: readonly T[]): T {
  const choice = choices.find((one) => one === value);
  if (choice !== undefined) return choice;
  const [close] = nearest(value, choices, 1);
  const hint = close === undefined ? '' : ` Did you mean ${close}?`;
  throw new UsageError(`--${name} must be one of ${choices.join(', ')}, not '${printable(value)}'.${hint}`);
}

/** A path inside the image; a missing slash in front is added. */
export const absolute = (path: string): string => (path.startsWith('/') ? path : `/${path}`);

function parseCount(value: string): number {
  const count = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(count) || count < 1)
    throw new UsageError(`--max-findings must be a whole number from 1 on, not '${printable(value)}'.`);
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
