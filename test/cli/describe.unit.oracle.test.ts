/** Parser, help, completions, manual and reference agree with the option tables of all commands. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { renderManual } from '../../scripts/commands-manual';
import { bootLoaderNames } from '../../src/boot/features/gate';
import { profileNames } from '../../src/boot/profiles';
import { describeCommands } from '../../src/cli/commands';
import { completionScripts } from '../../src/cli/describe/completion';
import { renderHelp } from '../../src/cli/describe/help';
import { type Option, readOptions, UsageError } from '../../src/cli/options';
import { profile, readerOptions } from '../../src/cli/shared-options';
import { exitStatuses } from '../../src/report/exit-status';
import { oracleTest, unitDescribe, unitTest } from '../support/project-tests';
import { sourceTexts } from '../support/source-texts';
import { works } from '../support/tools';

const commands = await describeCommands();
const allOptions = commands.flatMap(({ name: command, options }) =>
  Object.entries(options).map(([name, option]) => ({ command, options, name, option })),
);

const folder = mkdtempSync(join(tmpdir(), 'extcheck-describe-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A value that the option accepts, and that is not its default. */
function valueFor({ choices, placeholder, initial }: Option): string {
  if (placeholder === 'KIND=FILE') return 'sarif=out.sarif';
  if (placeholder === 'HEX') return 'ab'.repeat(32);
  return choices?.find((one) => one !== initial) ?? '7';
}

/** The arguments for an option, and for the option that it needs. */
function argumentsFor(options: Readonly<Record<string, Option>>, name: string): string[] {
  const option = options[name]!;
  const needed = option.needs === undefined ? [] : argumentsFor(options, option.needs);
  return [...needed, `--${name}`, ...(option.placeholder === undefined ? [] : [valueFor(option)])];
}

const unexpected = (word: string) => expect.unreachable(`${word} is read as an operand`);

unitDescribe('the parser', () => {
  test.each(allOptions)('$command accepts --$name', ({ options, name, option: { short } }) => {
    const initial = readOptions([], options, unexpected);
    const argv = argumentsFor(options, name);
    const spellings = [
      argv,
      ...(short === undefined ? [] : [argv.map((one) => (one === `--${name}` ? `-${short}` : one))]),
    ];
    for (const one of spellings) expect(readOptions(one, options, unexpected)).not.toEqual(initial);
  });

  test('accepts options in any number and order, with joined values, around operands', () => {
    const pick = fc
      .constantFrom(...commands.filter(({ options }) => Object.keys(options).length > 0).map(({ name }) => name))
      .chain((name) => {
        const { options } = commands.find((command) => command.name === name)!;
        return fc.tuple(fc.constant(name), fc.shuffledSubarray(Object.keys(options)), fc.boolean());
      });
    fc.assert(
      fc.property(pick, ([command, names, joined]) => {
        const { options } = commands.find(({ name }) => name === command)!;
        const usable = names.filter((name) => {
          const { conflicts, needs, stops } = options[name]!;
          return !stops && !names.includes(conflicts ?? '') && (needs === undefined || names.includes(needs));
        });
        const argv = usable.flatMap((name) => {
          const option = options[name]!;
          if (option.placeholder === undefined) return ['operand', `--${name}`];
          return joined ? [`--${name}=${valueFor(option)}`] : [`--${name}`, valueFor(option)];
        });
        const operands: string[] = [];
        const values = readOptions(argv, options, (word) => operands.push(word));
        expect(operands.length).toBe(argv.filter((one) => one === 'operand').length);
        expect(new Set(operands)).toEqual(new Set(operands.length > 0 ? ['operand'] : []));
        for (const name of usable) {
          const option = options[name]!;
          const key = option.key ?? name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
          expect(values).toHaveProperty(key);
          expect(Object.entries(values)).not.toContainEqual([key, option.initial]);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('refuses every mistyped option, and suggests the right one', () => {
    fc.assert(
      fc.property(fc.nat(allOptions.length - 1), fc.nat(), (which, at) => {
        const { options, name } = allOptions[which]!;
        const index = at % name.length;
        const typed = `${name.slice(0, index)}${name[index]}${name.slice(index)}`;
        expect(() => readOptions([`--${typed}`], options, unexpected)).toThrow(
          new UsageError(`Unknown option --${typed}. Did you mean --${name}?`),
        );
      }),
      { numRuns: 300 },
    );
  });

  test('refuses options that cannot be used together, or that need another one', () => {
    const conflicting = allOptions.filter(({ option }) => option.conflicts !== undefined);
    expect(conflicting.length).toBeGreaterThan(4);
    for (const { options, name, option } of conflicting)
      for (const order of [
        [option.conflicts!, name],
        [name, option.conflicts!],
      ])
        expect(() =>
          readOptions(
            order.flatMap((one) => argumentsFor(options, one)),
            options,
            unexpected,
          ),
        ).toThrow(new UsageError(`--${option.conflicts} and --${name} cannot be used together.`));
    const needing = allOptions.filter(({ option }) => option.needs !== undefined);
    expect(needing.length).toBeGreaterThan(2);
    for (const { options, name, option } of needing)
      expect(() => readOptions(argumentsFor(options, name).slice(2), options, unexpected)).toThrow(
        `--${name} needs --${option.needs} ${options[option.needs!]!.placeholder}.`,
      );
  });
});

unitDescribe.each(commands.map((command) => [command.name, command] as const))('%s', (name, command) => {
  const help = renderHelp(command);

  test('its help fits 80 columns, and has each option once, in order', () => {
    for (const line of help.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    const rows = [...help.matchAll(/^ {2}(?:-., )?--([a-z0-9-]+)/gm)].map((row) => row[1]);
    expect(rows).toEqual([...Object.keys(command.options), 'help']);
    expect(help.startsWith('Usage: extcheck ')).toBe(true);
    expect(help.endsWith('\n')).toBe(true);
  });

  test('its texts mention only options that exist', () => {
    const known = commands.flatMap(({ options }) => Object.keys(options)).concat('help');
    const here = [...Object.keys(command.options), 'help'];
    // an example can call another program after a pipe, a description another command
    const examples = command.examples
      .filter((one) => one.startsWith('extcheck'))
      .map((one) => one.replace(/ \| .*/, ''));
    for (const text of [...command.usage, ...examples])
      for (const [, option] of text.matchAll(/(?<![\w-])--([a-z][a-z0-9-]*)/g)) expect(here).toContain(option);
    for (const [, option] of help.matchAll(/(?<![\w-])--([a-z][a-z0-9-]*)/g)) expect(known).toContain(option);
  });

  test('its examples can be parsed', () => {
    for (const example of command.examples.filter((one) => one.startsWith('extcheck'))) {
      const words = example
        .replace(/ [|>] .*/, '')
        .split(' ')
        .slice(1);
      const argv = words[0] === name ? words.slice(1) : words;
      expect(() => readOptions(argv, command.options, () => {})).not.toThrow();
    }
  });

  test('its exit statuses are known', () => {
    const known = [...Object.values(exitStatuses), 1].map(String);
    for (const status of Object.keys(command.statuses)) expect(known).toContain(status);
    expect(command.statuses).toHaveProperty('16');
  });
});

unitTest('short letters and result keys of a command do not collide', () => {
  for (const { options } of commands) {
    const letters = Object.values(options).flatMap(({ short }) => (short === undefined ? [] : [short]));
    expect(new Set([...letters, 'h']).size).toBe(letters.length + 1);
    for (const { conflicts, needs } of Object.values(options))
      for (const other of [conflicts, needs]) if (other !== undefined) expect(options).toHaveProperty(other);
  }
});

unitTest('the suggested profiles and boot loaders are the built-in ones', () => {
  expect([...profile.choices].sort()).toEqual([...profileNames].sort());
  expect(readerOptions['boot-loader'].choices).toEqual(bootLoaderNames);
});

/** Where a shell is missing, the test is skipped and reported as such. */
const has = (program: string): boolean => works(program, '--version');

describe.each(Object.entries(completionScripts))('completion for %s', (shell, render) => {
  const script = join(folder, `extcheck.${shell}`);
  writeFileSync(script, render(commands));
  // zsh needs the initialization of completions, which bash and fish do on their own
  const check = shell === 'zsh' ? ['-f', '-n', script] : ['-n', script];

  oracleTest.skipIf(!has(shell))(`passes ${shell} -n`, () => {
    const { status, stderr } = spawnSync(shell, check, { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });

  unitTest('names every command and every option', () => {
    for (const { name, options } of commands) {
      expect(render(commands)).toContain(name);
      for (const option of Object.keys(options))
        expect(render(commands)).toContain(shell === 'fish' ? `-l ${option} ` : `--${option}`);
    }
  });
});

const replies: [string[], string[]][] = [
  [['up'], ['upgrade-state']],
  [['--form'], ['--format']],
  [['--format', 'nd'], ['ndjson']],
  [['--format', '=', 'nd'], ['ndjson']],
  [
    ['--format', '='],
    ['text', 'json', 'ndjson'],
  ],
  [['x.img', '--fail-on', 'f'], ['fatal']],
  [['boot', '--profile', 'har'], ['harvester']],
  [['boot', '--boot-loader', 'b'], ['barebox']],
  [['--boot-loader', 'u'], ['u-boot']],
  [['boot', '--format', 'nd'], []],
  [['repair', '--no'], ['--no-backup']],
  [['--jobs', ''], []],
  [['--bmap', 'extcheck.b'], ['extcheck.bash']],
  [['extcheck.z'], ['extcheck.zsh']],
  [['completion', 'f'], ['fish']],
  [['explain', ''], ['list']],
];

oracleTest.skipIf(!has('bash')).each(replies)('bash completes %j to %j', (words, expected) => {
  const body = `source extcheck.bash
COMP_WORDS=(extcheck "$@"); COMP_CWORD=$#
_extcheck
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', body, 'bash', ...words], { cwd: folder, encoding: 'utf8' });
  expect([stdout.split('\n').filter((line) => line !== ''), stderr]).toEqual([expected, '']);
});

oracleTest.skipIf(!has('fish')).each(replies.filter(([words]) => !words.includes('=')))(
  'fish completes %j to %j',
  (words, expected) => {
    const body = 'source extcheck.fish; complete -C "$argv"';
    const { stdout, stderr } = spawnSync('fish', ['--no-config', '-c', body, '--', `extcheck ${words.join(' ')}`], {
      cwd: folder,
      encoding: 'utf8',
    });
    const found = stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('\t')[0]);
    expect([found, stderr]).toEqual([expected, '']);
  },
);

oracleTest.skipIf(!has('man'))('man renders the manual without a warning', () => {
  const page = join(folder, 'extcheck.1');
  writeFileSync(page, renderManual(commands));
  const { status, stdout, stderr } = spawnSync('man', ['--warnings', '--local-file', page], {
    encoding: 'utf8',
    env: { ...process.env, MANWIDTH: '80', LC_ALL: 'C' },
  });
  expect([status, stderr]).toEqual([0, '']);
  for (const { name } of allOptions) expect(stdout).toContain(`--${name}`);
});

unitTest('a usual start imports neither help, nor completions, nor the manual', () => {
  const started = new Set<string>();
  const visit = (path: string): void => {
    if (started.has(path)) return;
    started.add(path);
    const { text } = sourceTexts.find((file) => file.path === path)!;
    for (const [, from] of text.matchAll(/^(?:import|\}) (?!type\b).*from '(\..+)';$/gm))
      if (!from!.endsWith('.json')) visit(`${posix.join(dirname(path), from!)}.ts`);
  };
  visit('cli/main.ts');
  expect(started).toContain('cli/args.ts');
  expect([...started].filter((path) => path.startsWith('cli/describe/'))).toEqual(['cli/describe/command.ts']);
  expect(started).not.toContain('cli/commands/completion.ts');
});
