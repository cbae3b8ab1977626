/**
 * Every example of README.md and docs holds: programs compile against the installed package and run, and commands run.
 * A block is a module of its own, or continues the one before it, where `<!-- continues -->` is on the line above.
 */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { hasE2fsprogs } from '../support/e2fsprogs';
import { blocks, type Command, commandsOf, pages, programs, writeInputs } from './doc-blocks';
import { installedPackage, mustRun, type Project, root, run, writeFiles } from './packed';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 600_000 });

let project: Project;
beforeAll(async () => {
  project = await installedPackage();
  writeInputs(project.folder);
  const manifest = ['manifest', '--digest', 'sha256', 'active.img', '-o', 'root.mtree'];
  mustRun(process.execPath, [join(project.installed, 'dist/cli.js'), ...manifest], project.folder);
});

test('blocks are marked with a known language', () => {
  expect(pages).toContain('README.md');
  expect(blocks.length).toBeGreaterThan(60);
  const known = /^(ts|js|sh|text|json|yaml|dockerfile|)$/;
  expect(blocks.filter(({ language }) => !known.test(language)).map(({ at }) => at)).toEqual([]);
});

test('JSON blocks are JSON', () => {
  const json = blocks.filter(({ language }) => language === 'json');
  expect(json.length).toBeGreaterThan(0);
  for (const { at, code } of json) expect(() => JSON.parse(code), at).not.toThrow();
});

describe('programs', () => {
  test('compile', () => {
    expect(programs.length).toBeGreaterThan(10);
    const files = programs.map(({ name }) => `${name}.mts`);
    const compilerOptions = {
      target: 'ES2022',
      module: 'nodenext',
      strict: true,
      skipLibCheck: false,
      skipDefaultLibCheck: true,
      noEmit: true,
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
    };
    writeFiles(project.folder, {
      'tsconfig.json': JSON.stringify({ compilerOptions, files }),
      // `export {}` keeps the names of a block to itself
      ...Object.fromEntries(programs.map(({ name, code }) => [`${name}.mts`, `${code}\nexport {};\n`])),
    });
    const tsc = join(root, 'node_modules/typescript-newest/bin/tsc');
    const { status, out, err } = run(process.execPath, [tsc, '--pretty', 'false', '-p', '.'], project.folder);
    expect([status, out + err]).toEqual([0, '']);
  });

  /** Programs that need a tool which is not everywhere. */
  const needs = (code: string) => (/\brepairImage\b/.test(code) ? hasE2fsprogs : true);

  for (const { at, name, code } of programs)
    test.skipIf(!needs(code))(`${at} runs`, () => {
      const paths = code.replaceAll("'/host'", `'${project.folder}/host'`);
      const script = transformSync(paths, { loader: 'ts', format: 'esm', target: 'node20' }).code;
      writeFiles(project.folder, { [`${name}.mjs`]: script });
      const args = /from 'node:test'/.test(code) ? ['--test', `${name}.mjs`] : [`${name}.mjs`];
      const { status, out, err } = run(process.execPath, args, project.folder);
      // a program that sets its exit status gives a verdict on the image
      expect(/process\.exitCode/.test(code) ? [0, 4, 8] : [0], err).toContain(status);
      expect(err).not.toMatch(/Error|^\s+at /m);
      // the image is sound, and the files beside it fit
      if (/checkImage\(.*console\.log\(report\.verdict/s.test(code)) expect(out).toMatch(/^clean\b/);
    });
});

/** Commands that are not run, and why. */
const notRun: readonly (readonly [RegExp, string])[] = [
  [
    /^npm (install --global|pack)\b/,
    'changes the machine; the set-up of these tests packs the package and installs it',
  ],
  [/^npm ci\b/, 'installs everything anew; .ci/run does that'],
  [/^npm run (bench|fuzz)\b/, 'takes minutes; the tests of both run them for a moment'],
  [/^losetup\b/, 'docs/repair.md as a whole is run by test/repair/repair-doc'],
  [/\bhttps?:\/\//, 'asks a server; test/source/packed/http serves images on this machine'],
  [/^#!\/bin\/sh/, 'the scripts of docs/recipes.md are run by test/recipes'],
];
const reasonNotRun = (code: string): string | undefined => notRun.find(([pattern]) => pattern.test(code))?.[1];

/** Commands on devices and places of a machine: their options are read, and the image is not found. */
const elsewhere = /(?<=\s)\/(run|mnt|dev\/sd)/g;
/** The same for what changes an image. */
const changes = /\bextcheck repair\b/;

describe('commands', () => {
  const shell = blocks.filter(({ language }) => language === 'sh');
  const commands = shell.flatMap(commandsOf);
  let env: Record<string, string>;
  beforeAll(() => {
    const bin = join(project.folder, 'bin');
    mkdirSync(bin);
    // npx as it would run the installed package, without asking the registry
    const programs = { extcheck: '', npx: 'if [ "$1" = --yes ]; then shift; fi\nshift\n' };
    for (const [name, shift] of Object.entries(programs)) {
      const script = `#!/bin/sh\n${shift}exec '${process.execPath}' '${project.installed}/dist/cli.js' "$@"\n`;
      writeFileSync(join(bin, name), script);
      chmodSync(join(bin, name), 0o755);
    }
    env = { PATH: `${bin}:${process.env['PATH']}`, HOME: join(project.folder, 'home') };
  });
  const bash = (script: string) => run('bash', ['-c', script], project.folder, env);
  const isInstalled = (tool: string) => run('sh', ['-c', `command -v ${tool}`], '.').status === 0;

  test('are shell', () => {
    expect(shell.length).toBeGreaterThan(20);
    for (const { at, code } of shell)
      expect(run('bash', ['-n', '-c', code], '.'), at).toMatchObject({ status: 0, err: '' });
  });

  test('each reason not to run a command is used', () => {
    for (const [pattern] of notRun)
      expect(
        commands.some(({ code }) => pattern.test(code)),
        String(pattern),
      ).toBe(true);
  });

  /** What a command is run as, and which statuses it may have. */
  function prepared({ code, status }: Command): { script: string; allowed: number[] } {
    if (code.search(elsewhere) !== -1 || changes.test(code)) {
      const missing = join(project.folder, 'missing');
      const script = code.replaceAll(elsewhere, `${missing}/$1`).replaceAll(/\S+\.img\b/g, `${missing}/x.img`);
      return { script: script.replaceAll(/ > \S+/g, ' > /dev/null'), allowed: [8] };
    }
    const script = code.replaceAll(/(?<=\s)\/host\b/g, join(project.folder, 'host'));
    if (status !== undefined) return { script, allowed: [status] };
    // 8, and 12 together with 4: the image has no database of packages, or the machine that runs the tests keeps no two systems
    return { script, allowed: /upgrade-state|--packages|\*\.img/.test(code) ? [0, 4, 8, 12] : [0, 4] };
  }

  for (const command of commands) {
    const { at, code } = command;
    const tool = /\b(jq|bsdtar|xz)\b/.exec(code)?.[1];
    if (reasonNotRun(code) !== undefined) continue;
    test.skipIf(tool !== undefined && !isInstalled(tool))(`${at} ${code.split('\n')[0]}`, () => {
      const { script, allowed } = prepared(command);
      const result = bash(`set -o pipefail\n${script}`);
      expect(allowed, result.err).toContain(result.status);
      if (allowed.length > 1) expect(result.err).not.toMatch(/no such file/i);
      expect(result.err).not.toMatch(/unknown (option|command)|usage|internal|^\s+at /im);
    });
  }
});
