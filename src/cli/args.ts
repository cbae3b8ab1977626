/** Reads the command line of a check: what to do, or what is wrong with the request. */
import { type Severity, severities } from '../problem/finding';
import { checkGate, type GateRequest, gateOptions, noGate } from './gate-options';
import { absolute, type OptionTable, oneOf, parseCount, parseOffset, readOptions, UsageError } from './options';

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
  /** Who will read the image, by the options' own texts. */
  readBy?: { bootLoader?: string; kernel?: string; e2fsck?: string };
  /** Replay the journal in memory and check the state after it. */
  replay: boolean;
  /** Read the files and look for data that was lost. */
  content: boolean;
  /** Threads at most for digests; undefined leaves it to the library. */
  jobs: number | undefined;
  quiet: boolean;
  verbose: boolean;
  color: ColorChoice;
  gate: GateRequest;
  /** The problem to explain instead of a check. */
  explain: string | undefined;
}

/** What a command line of `check` may ask for. */
export type Asked =
  | { kind: 'check'; request: Omit<CheckRequest, 'explain'> }
  | { kind: 'explain'; id: string }
  | { kind: 'help' }
  | { kind: 'version' };

/** The gate's own table, put behind the request that holds the gate. */
const gateTable: OptionTable<CheckRequest> = Object.fromEntries(
  Object.entries(gateOptions).map(([name, { take, set }]) => [
    name,
    {
      ...(take && { take: (request: CheckRequest, value: string) => take(request.gate, value) }),
      ...(set && { set: (request: CheckRequest) => set(request.gate) }),
    },
  ]),
);

const options: OptionTable<CheckRequest> = {
  ...gateTable,
  format: {
    take(request, value) {
      request.format = oneOf('format', value, formats);
    },
  },
  'fail-on': {
    take(request, value) {
      request.failOn = oneOf('fail-on', value, severities);
    },
  },
  require: {
    take(request, value) {
      request.require.push({ path: absolute(value) });
    },
  },
  'require-from': {
    take(request, value) {
      request.require.push({ from: value });
    },
  },
  'max-findings': {
    take(request, value) {
      request.maxFindings = parseCount('max-findings', value);
    },
  },
  offset: {
    take(request, value) {
      request.offset = parseOffset(value);
    },
  },
  'boot-loader': {
    take(request, value) {
      request.readBy = { ...request.readBy, bootLoader: value };
    },
  },
  kernel: {
    take(request, value) {
      request.readBy = { ...request.readBy, kernel: value };
    },
  },
  e2fsck: {
    take(request, value) {
      request.readBy = { ...request.readBy, e2fsck: value };
    },
  },
  color: {
    take(request, value) {
      request.color = oneOf('color', value, colorChoices);
    },
  },
  explain: {
    take(request, value) {
      request.explain = value;
    },
  },
  'no-replay': {
    set(request) {
      request.replay = false;
    },
  },
  content: {
    set(request) {
      request.content = true;
    },
  },
  jobs: {
    take(request, value) {
      request.jobs = parseCount('jobs', value);
    },
  },
  quiet: {
    short: 'q',
    set(request) {
      request.quiet = true;
    },
  },
  verbose: {
    short: 'v',
    set(request) {
      request.verbose = true;
    },
  },
  help: { short: 'h', ends: true },
  version: { short: 'V', ends: true },
};

/** Every long option, without its dashes. */
export const optionNames: readonly string[] = Object.keys(options);

/**
 * What the arguments (without node, script and the name of the command) ask for. `--help` and `--version` win over what
 * follows them.
 * @throws UsageError when an option, a value or the combination makes no sense.
 */
export function parseArguments(argv: readonly string[]): Asked {
  const request: CheckRequest = {
    images: [],
    format: 'text',
    failOn: 'warning',
    require: [],
    maxFindings: undefined,
    offset: 0,
    replay: true,
    content: false,
    jobs: undefined,
    quiet: false,
    verbose: false,
    color: 'auto',
    gate: noGate(),
    explain: undefined,
  };
  const ended = readOptions(argv, options, request, (word, literal) => {
    if (word === '-' && !literal) throw new UsageError('An image cannot be read from standard input; name a file.');
    request.images.push(word);
  });
  if (ended === 'help' || ended === 'version') return { kind: ended };
  const { explain, ...check } = request;
  if (explain !== undefined) return { kind: 'explain', id: explain };
  if (check.images.length === 0) throw new UsageError('No image was named.');
  if (check.images.includes('')) throw new UsageError('An image name is empty.');
  if (check.quiet && check.verbose) throw new UsageError('--quiet and --verbose exclude each other.');
  checkGate(check.gate, check.images.length);
  return { kind: 'check', request: check };
}
