/** What is published: no dependencies, lean, typed, and a browser entry that needs nothing of Node's. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import type { Options } from 'tsup';
import { describe, expect, inject, test, vi } from 'vitest';
import { checkImage } from '../src/check';
import { memorySource } from '../src/source/memory';
import builds from '../tsup.config';
import { root } from './support/cli';
import { fixtureBytes, fixtureNow } from './support/fixtures';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

interface Manifest {
  name: string;
  version: string;
  license: string;
  sideEffects: boolean;
  engines: { node: string };
  bin: Record<string, string>;
  exports: Record<string, unknown>;
  types: string;
  files: string[];
  scripts: Record<string, string>;
  devDependencies: Record<string, string>;
}

const json = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8'));
const manifest: Manifest = json('package.json');

describe('package.json', () => {
  test('asks for nothing at run time, and for exact versions to develop with', () => {
    for (const key of ['dependencies', 'peerDependencies', 'optionalDependencies', 'bundledDependencies'])
      expect(manifest).not.toHaveProperty(key);
    for (const [name, version] of Object.entries(manifest.devDependencies))
      expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
    for (const hook of ['preinstall', 'install', 'postinstall']) expect(manifest.scripts).not.toHaveProperty(hook);
  });

  test('is a library of ES modules with types first in every condition', () => {
    expect(manifest).toMatchObject({ name: 'extcheck', license: 'MIT', sideEffects: false });
    expect(manifest.engines.node).toMatch(/^>=20/);
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
    expect(Object.keys(manifest.exports)).toEqual(['.', './browser', './package.json']);
    expect(Object.keys(manifest.exports['.'] as object)).toEqual(['browser', 'node', 'default']);
    expect(manifest.exports['./package.json']).toBe('./package.json');
  });

  test('publishes what was built and what is to be read', () => {
    expect(manifest.files).toEqual(['dist', 'docs', 'CHANGELOG.md']);
    expect(manifest.bin).toEqual({ extcheck: 'dist/cli.js' });
  });

  test('has the commands that everything else relies on', () => {
    for (const script of ['build', 'typecheck', 'lint', 'format']) expect(manifest.scripts).toHaveProperty(script);
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

describe('the build', () => {
  const folder = inject('packageFolder');
  const text = (name: string) => readFileSync(join(folder, name), 'utf8');

  const library = (builds as Options[]).find(({ format }) => format?.includes('esm'))!;

  /** A built file and all that it imports, by name. */
  function withImports(name: string, seen = new Set<string>()): Set<string> {
    if (seen.has(name)) return seen;
    seen.add(name);
    for (const [, specifier] of text(`dist/${name}`).matchAll(/(?:from|import)\s*\(?\s*["'](\.\/[^"']+)["']/g))
      withImports(specifier!.slice(2), seen);
    return seen;
  }

  test('has every script that the exports and the bin name, the library as ES modules, the command as CommonJS', () => {
    const named = JSON.stringify([manifest.exports, manifest.bin]).match(/dist\/[^"]+\.m?js/g)!;
    expect(new Set(named)).toEqual(new Set(['dist/index.mjs', 'dist/node.mjs', 'dist/cli.js']));
    for (const name of ['dist/index.mjs', 'dist/node.mjs'])
      expect(text(name)).not.toMatch(/\brequire\(|module\.exports/);
    expect(manifest).not.toHaveProperty('type');
    for (const name of ['cli.js', 'later.js', 'texts.js'])
      expect(text(`dist/${name}`)).not.toMatch(/^import\b|^export\b/m);
    expect(text('dist/cli.js').match(/\brequire\("\.[^"]*"\)/g)).toContain('require("./later.js")');
  });

  test('is set to make every type declaration that the exports name', () => {
    const named = JSON.stringify([manifest.exports, manifest.types]).match(/dist\/[^"]+\.d\.mts/g)!;
    const entries = new Set(named.map((name) => name.replace(/^dist\/(.*)\.d\.mts$/, '$1')));
    expect(entries).toEqual(new Set(['index', 'node']));
    for (const entry of entries) expect(Object.keys(library.entry!)).toContain(entry);
    expect(library.dts).toBe(true);
  });

  test('its command begins with a shebang, can be run, and says its version', () => {
    const path = join(folder, 'dist/cli.js');
    expect(text('dist/cli.js').split('\n')[0]).toBe('#!/usr/bin/env node');
    expect(statSync(path).mode & 0o111).not.toBe(0);
    // npm calls it through a link of another name
    const link = join(folder, 'extcheck');
    symlinkSync(path, link);
    expect(execFileSync(process.execPath, [link, '--version'], { encoding: 'utf8' })).toContain(manifest.version);
  });

  test('its browser entry and all that it imports know nothing of Node', () => {
    const files = [...withImports('index.mjs')];
    expect(files.length).toBeGreaterThan(0);
    for (const name of files) {
      const code = text(`dist/${name}`);
      expect(code, name).not.toMatch(
        /["']node:|(?:from|import)\s*\(?\s*["'][^.]|\bprocess\.|\bBuffer\.|\brequire\(|__dirname|\bglobal\./,
      );
    }
    // and the check above can see such an import
    const forNode = [...withImports('node.mjs')].map((name) => text(`dist/${name}`)).join('\n');
    expect(forNode).toMatch(/["'](node:)?fs["']/);
  });

  test('its browser entry checks a Blob where there are only the globals of a browser', async () => {
    const tsup = join(root, 'node_modules/tsup/dist/cli-default.js');
    const args = [tsup, '--no-config', '--silent', '--entry.page', join(folder, 'dist/index.mjs')];
    const out = join(folder, 'page');
    const options = ['--format', 'iife', '--global-name', 'extcheck', '--platform', 'browser', '--out-dir', out];
    const run = spawnSync(process.execPath, [...args, ...options], { cwd: folder, encoding: 'utf8' });
    expect(run.status, run.stderr).toBe(0);
    const script = readFileSync(join(out, readdirSync(out).find((name) => name.endsWith('.js'))!), 'utf8');
    const globals = { Blob, TextDecoder, TextEncoder, AbortController, AbortSignal, DOMException };
    const page = createContext({ ...globals });
    const names = runInContext(`${script}; Object.keys(extcheck).join()`, page) as string;
    for (const name of [
      'checkImage',
      'openImage',
      'blobSource',
      'memorySource',
      'sliceSource',
      'formatFinding',
      'catalogue',
    ])
      expect(names.split(',')).toContain(name);
    expect(names).not.toContain('fileSource');
    const bytes = fixtureBytes('damaged/harvester-lost-writes');
    Object.assign(page, { image: new Blob([Uint8Array.from(bytes)]) });
    const code = `extcheck.checkImage(extcheck.blobSource(image), { now: new Date(${fixtureNow.getTime()}) })
      .then((report) => JSON.stringify(report))`;
    const report = JSON.parse(await (runInContext(code, page) as Promise<string>));
    expect(report.verdict).toBe('error');
    expect(report).toEqual(await checkImage(memorySource(bytes), { now: fixtureNow }));
  });

  test('its Node entry reads files as well', async () => {
    const entry = await import(/* @vite-ignore */ pathToFileURL(join(folder, 'dist/node.mjs')).href);
    const browser = await import(/* @vite-ignore */ pathToFileURL(join(folder, 'dist/index.mjs')).href);
    expect(Object.keys(entry)).toEqual(
      expect.arrayContaining([...Object.keys(browser), 'fileSource', 'openImageFile']),
    );
  });

  test('packs into a small package without sources, tests and images', () => {
    const stdout = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', root], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      shell: process.platform === 'win32',
    });
    const [{ files }] = JSON.parse(stdout) as [{ files: { path: string; size: number }[] }];
    const allowed =
      /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|docs\/[^/]+\.(md|json|1)|dist\/((cli|later|scout|texts)\.js|(index|node)\.(mjs|d\.mts)))$/;
    expect(files.map(({ path }) => path).filter((path) => !allowed.test(path))).toEqual([]);
    const paths = files.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['package.json', 'LICENSE', 'docs/report.schema.json']));
    for (const name of readdirSync(join(folder, 'dist')))
      expect(statSync(join(folder, 'dist', name)).size, name).toBeLessThan(960_000);
    const others = files.filter(({ path }) => !path.startsWith('dist/'));
    expect(others.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(400_000);
  });
});
