/** The public names: few, documented, without internal types, and all on docs/api.md. UPDATE_DOCS=1 writes that page. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { type ApiEntry, commentOf, renderApiPage } from '../../scripts/api-page';
import { root } from './packed';
import { entryFiles, entryNames, exportsOf, isValue, program } from './public-names';

vi.setConfig({ testTimeout: 120_000 });

const checker = program().getTypeChecker();
const files = Object.entries(entryFiles('default'));
const browserNames = entryNames('browser');

/** What the first comment of a file says. */
const about = (file: string): string =>
  /^\/\*\* (.*?) \*\/$/ms.exec(readFileSync(join(root, file), 'utf8'))![1]!.replace(/^The entry `[^`]*`,? ?/, '');

test('docs/api.md says what the doc comments say', () => {
  const entries = files.map(([specifier, file]): ApiEntry => {
    const exports = exportsOf(file);
    const there = new Set(browserNames[specifier]!.values);
    const nodeOnly = new Set(exports.map(({ name }) => name).filter((name) => !there.has(name)));
    return { specifier, about: about(file), exports, nodeOnly };
  });
  const rendered = renderApiPage(entries, checker);
  // a type that its declaration does not name would be printed with the path of its file
  expect(rendered).not.toContain('import("');
  const page = join(root, 'docs/api.md');
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(page, rendered);
  expect(existsSync(page)).toBe(true);
  expect(readFileSync(page, 'utf8')).toBe(rendered);
  expect(Buffer.byteLength(rendered)).toBeLessThan(40_000);
});

test('extcheck exports at most 20 values', () => {
  const names = entryNames('default')['extcheck']!.values;
  expect(names).toContain('checkImage');
  expect(names.length).toBeLessThanOrEqual(20);
});

test('every value of extcheck has a doc comment with units, errors or an example', () => {
  const poor = exportsOf(entryFiles('default')['extcheck']!)
    .filter(({ symbol }) => isValue(symbol))
    .filter(({ symbol }) => !/^Throws: |^```ts$|\bbytes\b|\bcodes?\b/m.test(commentOf(symbol, checker)));
  expect(poor.map(({ name }) => name)).toEqual([]);
});

test.each(files)('every name of %s has a doc comment', (_name, file) => {
  const silent = exportsOf(file).filter(({ symbol }) => commentOf(symbol, checker) === '');
  expect(silent.map(({ name }) => name)).toEqual([]);
});
