/** The published types hold: consumers compile by several compilers, in every way of resolving modules, with nothing skipped. */
import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { installedPackage, type Project, root, run, writeFiles } from './packed';
import { entryNames } from './public-names';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 600_000 });

let project: Project;
beforeAll(async () => {
  project = await installedPackage();
});

/** Compilers by the folder of node_modules that has them. The first is the oldest that is supported. */
const compilers = ['typescript-5.4', 'typescript', 'typescript-newest'];
const versionOf = (compiler: string): string =>
  JSON.parse(readFileSync(join(root, 'node_modules', compiler, 'package.json'), 'utf8')).version;

interface Case {
  files: string[];
  options: Record<string, unknown>;
}

const node = { types: ['node'], lib: ['ES2022'] };
const browser = { types: [], lib: ['ES2022', 'DOM', 'DOM.Iterable'] };
const resolved = (module: 'node16' | 'nodenext' | 'bundler') =>
  module === 'bundler' ? { module: 'ESNext', moduleResolution: module } : { module, moduleResolution: module };

/** Every case by name: a way of resolving modules, the types around, and whether optional properties are exact. */
function cases(compiler: string): Record<string, Case> {
  const exact = { exactOptionalPropertyTypes: true };
  // the condition that bundlers for browsers set
  const browserOptions = { ...browser, customConditions: ['browser'] };
  const browserFiles = ['browser.mts', 'every-browser.mts'];
  const files = ['node.mts', 'every.mts', 'commonjs.cts'];
  // a bundler's modules are ES modules
  const bundled = ['node.mts', 'every.mts'];
  const all: Record<string, Case> = {
    'node16 exact': { files, options: { ...resolved('node16'), ...node, ...exact } },
    'node16 without node types': { files, options: { ...resolved('node16'), ...browser } },
    'node16 browser': { files: browserFiles, options: { ...resolved('node16'), ...browserOptions } },
    'nodenext exact without node types': { files, options: { ...resolved('nodenext'), ...browser, ...exact } },
    nodenext: { files, options: { ...resolved('nodenext'), ...node } },
    'bundler exact': { files: bundled, options: { ...resolved('bundler'), ...node, ...exact } },
    'bundler without node types': { files: bundled, options: { ...resolved('bundler'), ...browser } },
    'bundler browser exact': { files: browserFiles, options: { ...resolved('bundler'), ...browserOptions, ...exact } },
  };
  // the compiler between the oldest and the newest: one case of each way
  if (compiler === 'typescript')
    for (const name of Object.keys(all)) if (!/^(nodenext|bundler) .*exact/.test(name)) delete all[name];
  // older compilers refuse to require() a package of ES modules
  if (compiler !== 'typescript-5.4')
    all['nodenext require'] = { files: ['require.cts'], options: { ...resolved('nodenext'), ...node } };
  return all;
}

/** A module that hands on every name of every entry, so that none of them can be missing from the declarations. */
const everyName = (condition: 'default' | 'browser'): string =>
  Object.entries(entryNames(condition))
    .flatMap(([specifier, { values, types }], n) => [
      `import * as values${n} from '${specifier}';`,
      `export const all${n} = [${values.map((name) => `values${n}.${name}`).join(', ')}];`,
      ...types.map((name) => `export type { ${name} as ${name}${n} } from '${specifier}';`),
    ])
    .join('\n');

describe.each(compilers.map((name) => [versionOf(name), name]))('TypeScript %s', (_version, compiler) => {
  /** Writes a project for each case and compiles all of them in one process. */
  function compile(all: Record<string, Case>): { status: number | null; out: string } {
    const folder = join(project.folder, compiler);
    writeFiles(folder, { 'every.mts': everyName('default'), 'every-browser.mts': everyName('browser') });
    const consumers = join(root, 'test/package/consumers');
    for (const name of readdirSync(consumers)) copyFileSync(join(consumers, name), join(folder, name));
    for (const [name, { files, options }] of Object.entries(all)) {
      const compilerOptions = {
        target: 'ES2022',
        strict: true,
        skipLibCheck: false,
        // the compiler's own declarations of the language and the browser take most of the time
        skipDefaultLibCheck: true,
        typeRoots: [join(root, 'node_modules/@types')],
        outDir: `out/${name}`,
        ...options,
      };
      writeFiles(folder, { [`${name}.json`]: JSON.stringify({ compilerOptions, files }) });
    }
    const tsc = join(root, 'node_modules', compiler, 'bin/tsc');
    const args = [tsc, '-b', '--pretty', 'false', ...Object.keys(all).map((name) => `${name}.json`)];
    const { status, out, err } = run(process.execPath, args, folder);
    return { status, out: out + err };
  }

  test('compiles every consumer', () => {
    expect(compile(cases(compiler))).toEqual({ status: 0, out: '' });
  });

  test('refuses a name that is not published', () => {
    const options = { ...resolved('nodenext'), ...node };
    writeFiles(join(project.folder, compiler), {
      'wrong.mts': "import { allocate } from 'extcheck';\nimport 'extcheck/dist/core.js';\nallocate();\n",
    });
    const { status, out } = compile({ wrong: { files: ['wrong.mts'], options } });
    expect(status).not.toBe(0);
    expect(out).toMatch(/has no exported member '?allocate/);
  });
});
