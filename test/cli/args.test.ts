import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CheckRequest, checkCommand, parseArguments } from '../../src/cli/args';
import { parseOffset } from '../../src/cli/option-kinds';
import { HelpRequest, UsageError } from '../../src/cli/options';

const optionNames = Object.keys(checkCommand.options);

function request(...argv: string[]): CheckRequest {
  const command = parseArguments(argv);
  if (command.kind !== 'check') throw new Error(`not a check but ${command.kind}`);
  return command.request;
}

test('images only: all defaults', () => {
  expect(request('a.img', 'b.img')).toEqual({
    images: ['a.img', 'b.img'],
    format: 'text',
    failOn: 'warning',
    require: [],
    offset: 0,
    inside: [],
    list: false,
    replay: true,
    quiet: false,
    verbose: false,
    backing: false,
    color: 'auto',
    content: false,
    manifests: [],
    extra: false,
    manifestRoot: '/',
    manifestTimes: false,
    packages: false,
    policies: [],
    reports: [],
    version: false,
  });
});

test('every option, with its value joined or apart, before and after images', () => {
  const apart = ['--format', 'json', '--fail-on', 'error', '--max-findings', '5', '--offset', '1M', '--color', 'never'];
  const joined = ['--format=json', '--fail-on=error', '--max-findings=5', '--offset=1M', '--color=never'];
  const wanted = { format: 'json', failOn: 'error', maxFindings: 5, offset: 1 << 20, color: 'never', images: ['x'] };
  for (const options of [apart, joined]) {
    expect(request(...options, 'x')).toMatchObject(wanted);
    expect(request('x', ...options)).toMatchObject(wanted);
  }
});

test('the programs that will read the image are one value', () => {
  expect(request('--kernel', '5.14', '--boot-loader=grub', 'x').readBy).toEqual({ kernel: '5.14', bootLoader: 'grub' });
  expect(request('x').readBy).toBeUndefined();
});

test('required paths keep their order across both options', () => {
  expect(request('--require', '/a', '--require-from', 'list', '--require=b', 'x').require).toEqual([
    { path: '/a' },
    { from: 'list' },
    { path: '/b' },
  ]);
});

test('short options, alone and bundled', () => {
  expect(request('-q', 'x')).toMatchObject({ quiet: true });
  expect(request('--no-replay', 'x')).toMatchObject({ replay: false });
  expect(request('x', '-v')).toMatchObject({ verbose: true });
  expect(() => parseArguments(['-qh'])).toThrow(HelpRequest);
  expect(parseArguments(['-V'])).toEqual({ kind: 'version' });
});

test('-- ends the options', () => {
  expect(request('--', '--format', '-q').images).toEqual(['--format', '-q']);
});

test('help and version win over what follows', () => {
  expect(() => parseArguments(['--help', '--bogus'])).toThrow(HelpRequest);
  expect(parseArguments(['x', '--version', '--format', 'x'])).toEqual({ kind: 'version' });
});

test('explain needs no image', () => {
  expect(parseArguments(['--explain', 'list'])).toEqual({ kind: 'explain', id: 'list' });
});

test.each<[string[], string]>([
  [[], 'No image given.'],
  [['-q'], 'No image given.'],
  [[''], 'An image name is empty.'],
  [['--fromat', 'json', 'x'], 'Unknown option --fromat. Did you mean --format?'],
  [['--requires=/a', 'x'], 'Unknown option --requires. Did you mean --require?'],
  [['--zzz', 'x'], 'Unknown option --zzz.'],
  [['-z', 'x'], 'Unknown option -z.'],
  [['-format', 'x'], 'Unknown option -f. Did you mean --format?'],
  [['-qz', 'x'], 'Unknown option -z.'],
  [['---', 'x'], 'Unknown option ---.'],
  [['--constructor', 'x'], 'Unknown option --constructor.'],
  [['x', '--format'], '--format needs a value.'],
  [['x', '--format='], '--format needs a value.'],
  [['--quiet=yes', 'x'], '--quiet does not accept a value.'],
  [['--format', 'xml', 'x'], "--format must be one of text, json, ndjson, not 'xml'."],
  [
    ['--fail-on', 'warn', 'x'],
    "--fail-on must be one of info, warning, error, fatal, not 'warn'. Did you mean warning?",
  ],
  [['--color', 'x\u001b', 'x'], "--color must be one of auto, always, never, not 'x\\x1b'."],
  [['--max-findings', '0', 'x'], "--max-findings must be a whole number, 1 or greater, not '0'."],
  [['--max-findings', '1e3', 'x'], "--max-findings must be a whole number, 1 or greater, not '1e3'."],
  [['--quiet', '--verbose', 'x'], '--quiet and --verbose cannot be used together.'],
])('%j is refused: %s', (argv, message) => {
  expect(() => parseArguments(argv)).toThrow(new UsageError(message));
});

test.each([
  ['0', 0],
  ['512', 512],
  ['1b', 1],
  ['2048s', 1 << 20],
  ['1k', 1024],
  ['3M', 3 << 20],
  ['2GiB', 2 ** 31],
  ['1T', 2 ** 40],
])('offset %s is %i bytes', (text, bytes) => {
  expect(parseOffset(text)).toBe(bytes);
});

test.each([
  '',
  '-1',
  '1.5M',
  'M',
  '0x100',
  '1 M',
  '1x',
  '9007199254740993',
  '99999999T',
  '1e3',
])('%j is not an offset', (text) => {
  expect(() => parseOffset(text)).toThrow(UsageError);
});

test('any arguments give a command, help or a usage error, nothing else', () => {
  const word = fc.oneof(
    fc.constantFrom(...optionNames.map((name) => `--${name}`), '--help', '-q', '--', 'x', 'json', '5'),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), (argv) => {
      try {
        expect(parseArguments(argv).kind).toMatch(/^(check|explain|version)$/);
      } catch (error) {
        if (!(error instanceof HelpRequest)) expect(error).toBeInstanceOf(UsageError);
      }
    }),
    { numRuns: 500 },
  );
});
