/** What is published: no dependencies, small, readable, and nothing but the build and the pages. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { installedPackage, type Project, root, run } from './packed';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 600_000 });

interface Manifest {
  name: string;
  version: string;
  type: string;
  license: string;
  sideEffects: boolean;
  engines: { node: string };
  bin: Record<string, string>;
  exports: Record<string, unknown>;
  files: string[];
  scripts: Record<string, string>;
  devDependencies: Record<string, string>;
}

/**
 * Pages that stay in the repository: those for contributors, and the largest one, which has the texts that
 * `extcheck explain` prints.
 */
const notPublished = ['architecture.md', 'fuzzing.md', 'problems.md', 'testing.md'];

const json = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8'));
const manifest: Manifest = json('package.json');

describe('package.json', () => {
  test('asks for nothing at run time, and for exact versions to develop with', () => {
    for (const key of ['dependencies', 'peerDependencies', 'optionalDependencies', 'bundledDependencies'])
      expect(manifest).not.toHaveProperty(key);
    for (const [name, version] of Object.entries(manifest.devDependencies))
      expect(version, name).toMatch(/^(npm:[a-z]+@)?\d+\.\d+\.\d+$/);
    for (const hook of ['preinstall', 'install', 'postinstall']) expect(manifest.scripts).not.toHaveProperty(hook);
  });

  test('is a library of ES modules with types first in every condition', () => {
    expect(manifest).toMatchObject({ name: 'extcheck', license: 'MIT', sideEffects: false, type: 'module' });
    expect(manifest.engines.node).toMatch(/^>=20\./);
    const conditions = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      const keys = Object.keys(value);
      if (keys.includes('types')) expect(keys[0]).toBe('types');
      // a resolver without conditions uses the last one
      if (keys.includes('default')) expect(keys.at(-1)).toBe('default');
      expect(keys).not.toContain('require');
      for (const inner of Object.values(value)) conditions(inner);
    };
    conditions(manifest.exports);
    const entries = ['.', './content', './boot', './disk', './report', './repair', './package.json'];
    expect(Object.keys(manifest.exports)).toEqual(entries);
    // where there is no `browser` condition, an entry is the same everywhere, or is for Node only
    for (const entry of ['.', './content', './boot', './disk'])
      expect(Object.keys(manifest.exports[entry] as object)).toEqual(['browser', 'default']);
    expect(manifest.exports['./package.json']).toBe('./package.json');
  });

  test('publishes what was built and what is to be read', () => {
    const left = notPublished.map((page) => `!docs/${page}`);
    expect(manifest.files).toEqual(['dist', 'docs', ...left, 'CHANGELOG.md']);
    expect(manifest.bin).toEqual({ extcheck: 'dist/cli.js' });
  });

  test('has the commands that everything else relies on', () => {
    for (const script of ['build', 'typecheck', 'lint', 'format', 'lint:package'])
      expect(manifest.scripts).toHaveProperty(script);
  });
});

test('package-lock.json names no registry, and is of the same version', () => {
  const text = readFileSync(join(root, 'package-lock.json'), 'utf8');
  expect(text).not.toContain('"resolved"');
  expect(text).not.toMatch(/https?:\/\/[^/"]*(registry|npm|proxy)|localhost/i);
  const lock = json('package-lock.json');
  expect(lock).toMatchObject({ name: manifest.name, version: manifest.version });
  expect(lock.packages[''].devDependencies).toEqual(manifest.devDependencies);
});

test('npx tsc is the compiler of the project, not one of the others that are installed', () => {
  const bin = readFileSync(join(root, 'node_modules/typescript/bin/tsc'));
  expect(readFileSync(join(root, 'node_modules/.bin/tsc')).equals(bin), 'run npm ci').toBe(true);
  const version = execFileSync(process.execPath, [join(root, 'node_modules/.bin/tsc'), '--version'], {
    encoding: 'utf8',
  });
  expect(version).toBe(`Version ${manifest.devDependencies['typescript']}\n`);
});

describe('the packed package', () => {
  let project: Project;
  let dist: string;
  let scripts: string[];
  beforeAll(async () => {
    project = await installedPackage();
    dist = join(project.installed, 'dist');
    scripts = readdirSync(dist).filter((name) => name.endsWith('.js'));
  });
  const text = (name: string) => readFileSync(join(dist, name), 'utf8');

  /** A built file and all that it imports, at once or later, by name. */
  function withImports(name: string, seen = new Set<string>()): Set<string> {
    if (seen.has(name)) return seen;
    seen.add(name);
    for (const [, specifier] of text(name).matchAll(/(?:from|import)\s*\(?\s*["'](\.\/[^"']+)["']/g))
      withImports(specifier!.slice(2), seen);
    return seen;
  }

  test('has every file that package.json names, as ES modules with types', () => {
    const named = JSON.stringify([manifest.exports, manifest.bin]).match(/dist\/[^"]+/g)!;
    expect(named.length).toBeGreaterThan(16);
    const paths = project.packed.files.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(named));
    for (const name of scripts) expect(text(name), name).not.toMatch(/\brequire\(|module\.exports/);
  });

  test('has no script that nothing imports', () => {
    const entries = [...new Set(JSON.stringify([manifest.exports, manifest.bin]).match(/(?<=dist\/)[^"]+\.js/g)!)];
    // threads are started by their file names
    const threads = ['check-thread.js', 'digest-thread.js'];
    const reached = new Set([...entries, ...threads].flatMap((name) => [...withImports(name)]));
    expect(scripts.filter((name) => !reached.has(name))).toEqual([]);
  });

  test('its command begins with a line for the shell, can be run, and says its version', () => {
    expect(text('cli.js').split('\n')[0]).toBe('#!/usr/bin/env node');
    const { mode } = project.packed.files.find(({ path }) => path === 'dist/cli.js')!;
    expect(mode & 0o111).not.toBe(0);
    expect(statSync(join(dist, 'cli.js')).mode & 0o111).not.toBe(0);
    // npm calls it through a link of another name
    const link = join(project.folder, 'check-image');
    symlinkSync(join(dist, 'cli.js'), link);
    for (const path of [link, join(project.folder, 'node_modules/.bin/extcheck')])
      expect(execFileSync(process.execPath, [path, '--version'], { encoding: 'utf8' })).toContain(manifest.version);
  });

  test('its browser entries and all that they import know nothing of Node', () => {
    const forNode =
      /["']node:|(?:from|import)\s*\(?\s*["'][^.]|\bprocess\.|\bBuffer\.|\brequire\(|__dirname|\bglobal\./;
    const files = new Set(
      ['browser.js', 'content.browser.js', 'boot.browser.js', 'disk.browser.js', 'report.js'].flatMap((name) => [
        ...withImports(name),
      ]),
    );
    expect(files.size).toBeGreaterThan(4);
    for (const name of files) expect(text(name), name).not.toMatch(forNode);
    // and the expression finds such an import
    expect([...withImports('index.js')].some((name) => forNode.test(text(name)))).toBe(true);
  });

  test('a stack trace names lines that people can read', () => {
    for (const name of scripts)
      for (const [number, line] of text(name).split('\n').entries()) {
        // packed tables are one long string
        const code = line.replaceAll(/"[^"\\]*"|'[^'\\]*'/g, '""');
        expect(code.length, `${name}:${number + 1}`).toBeLessThanOrEqual(1000);
      }
    // names of functions and variables are those of the sources
    expect(text('core.js')).toMatch(/^(async )?function \w{8,}\(\w{4,}/m);
  });

  test('its types expose nothing of the inside of a check', () => {
    const declarations = readdirSync(dist).filter((name) => name.endsWith('.d.ts'));
    const code = declarations.map((name) => text(name).replaceAll(/\/\*[\s\S]*?\*\//g, '')).join('\n');
    expect(code).toMatch(/\bdeclare function checkImage\b/);
    expect(code.match(/\b(Volume|Geometry|Groups|Opening|Collector|Scan|Subject)\b/g) ?? []).toEqual([]);
    // nor do they need those of Node
    expect(code).not.toMatch(/['"]node:|\bNodeJS\.|\bBuffer\b/);
  });

  test('publint and arethetypeswrong report nothing', () => {
    const { status, out, err } = run(process.execPath, ['scripts/lint-package.mjs', project.tarball], root);
    expect([status, err]).toEqual([0, '']);
    expect(out).toContain('All good!');
    expect(out).toMatch(/bundler: OK/);
  });

  test('holds nothing but the build and the pages', () => {
    const allowed =
      /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|docs\/([^/]+\.(md|json)|extcheck\.1)|dist\/[^/]+\.(js|d\.ts))$/;
    const paths = project.packed.files.map(({ path }) => path);
    expect(paths.filter((path) => !allowed.test(path))).toEqual([]);
    expect(paths).toEqual(expect.arrayContaining(['package.json', 'LICENSE', 'docs/report.schema.json']));
    for (const page of notPublished) expect(paths).not.toContain(`docs/${page}`);
  });

  test('is at most 2.2 MB unpacked, of which the formats of containers take an eighth', () => {
    expect(project.packed.unpackedSize).toBeLessThanOrEqual(2_200_000);
    expect(Math.max(...project.packed.files.map(({ size }) => size))).toBeLessThan(500_000);
  });
});
