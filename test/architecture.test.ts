/** The rules that docs/architecture.md states: who may import whom, and how a file looks. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compat, incompat, roCompat } from '../src/layout/features';
import { journalIncompat } from '../src/layout/journal';
import { root } from './support/cli';
import { layoutTables } from './support/layout-tables';
import { type SourceFile, sourceTree } from './support/source-tree';

/** A module imports only modules of lower rank, and itself. Type-only imports obey the same order. */
const ranks: Record<string, number> = {
  'error.ts': 0,
  bytes: 1,
  source: 1,
  layout: 2,
  problem: 2,
  platform: 2,
  volume: 3,
  report: 3,
  causes: 4,
  facts: 4,
  journal: 4,
  view: 4,
  'extension.ts': 5,
  checks: 6,
  content: 6,
  container: 6,
  verdict: 7,
  parallel: 7,
  boot: 7,
  'run-extensions.ts': 8,
  'catalogue.ts': 8,
  'check.ts': 9,
  'open-image.ts': 9,
  'all-problems.ts': 9,
  // joins the check and the readers of the upgrade state
  'upgrade-state.ts': 10,
  'open-disk.ts': 10,
  'check-on-node.ts': 10,
  repair: 10,
  entries: 11,
  cli: 11,
};

/** Modules that may import less than their rank allows. */
const onlyFrom: Record<string, readonly string[]> = {
  layout: ['bytes'],
  problem: [],
  report: ['error.ts', 'problem'],
  causes: ['problem', 'report'],
  'catalogue.ts': ['checks', 'problem'],
};

/** Modules that know nothing of extensions: contents, boot and features are added to a check from outside. */
const withoutExtensions = ['check.ts', 'catalogue.ts', 'run-extensions.ts', 'verdict', 'checks'];

/** The folders of checks do not import each other, with these exceptions. */
const betweenChecks = [
  'inodes -> groups', // the inode pass begins by claiming what groups/layout.ts places
  'links -> inodes', // faults the inode pass keeps silent are judged again where the inode turns out to be named
];

/** Where `node:` may be imported; the rest runs in a browser. */
const nodeOnly =
  /^(source\/(file|fs)\.ts|source\/packed\/.*|platform\/(folder-state|inflate)\.ts|container\/decompress-node\.ts|parallel\/.*|repair\/.*|entries\/content\.ts|cli\/.*)$/;

const moduleOf = (path: string): string => path.split('/')[0]!;
const inside = (file: SourceFile) => file.imports.flatMap((from) => (from.file === undefined ? [] : [from.file]));
const edges = sourceTree.flatMap((file) => inside(file).map((to) => [file.path, to] as const));

/** Files on an import cycle, as `a -> b -> a`; the first one found, or none. */
function findCycle(): string | undefined {
  const graph = new Map(sourceTree.map((file) => [file.path, inside(file)]));
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): string | undefined => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path].join(' -> ');
    if (done.has(path)) return undefined;
    for (const next of graph.get(path) ?? []) {
      const cycle = walk(next, [...trail, path]);
      if (cycle) return cycle;
    }
    done.add(path);
    return undefined;
  };
  for (const path of graph.keys()) {
    const cycle = walk(path, []);
    if (cycle) return cycle;
  }
  return undefined;
}

describe('imports', () => {
  test('every module has a rank, and every rank a module', () => {
    expect([...new Set(sourceTree.map((file) => moduleOf(file.path)))].sort()).toEqual(Object.keys(ranks).sort());
  });

  test('every import inside src leads to a file', () => {
    const paths = new Set(sourceTree.map((file) => file.path));
    expect(edges.filter(([, to]) => !paths.has(to))).toEqual([]);
    expect(edges.length).toBeGreaterThan(sourceTree.length);
  });

  test('modules import only modules of lower rank', () => {
    const wrong = edges.filter(([from, to]) => {
      const [own, other] = [moduleOf(from), moduleOf(to)];
      return own !== other && !(ranks[other]! < ranks[own]!);
    });
    expect(wrong.map((edge) => edge.join(' -> '))).toEqual([]);
  });

  test('some modules import less than that', () => {
    const wrong = edges.filter(([from, to]) => {
      const allowed = onlyFrom[moduleOf(from)];
      return allowed && moduleOf(from) !== moduleOf(to) && !allowed.includes(moduleOf(to));
    });
    expect(wrong.map((edge) => edge.join(' -> '))).toEqual([]);
  });

  test('the folders of checks do not import each other', () => {
    const folder = (path: string) => /^checks\/([^/]+)\/.+$/.exec(path)?.[1];
    const between = edges.flatMap(([from, to]) => {
      const [a, b] = [folder(from), folder(to)];
      return a === undefined || b === undefined || a === b ? [] : [`${a} -> ${b}`];
    });
    expect([...new Set(between)].sort()).toEqual(betweenChecks);
  });

  test('there are no cycles between files', () => {
    expect(findCycle()).toBeUndefined();
  });

  test('only files that need Node or a terminal import from outside src', () => {
    const outside = sourceTree.flatMap(({ path, imports }) =>
      imports.filter((from) => from.file === undefined).map((from) => ({ path, specifier: from.specifier })),
    );
    const wrong = outside.filter(({ path, specifier }) => {
      if (specifier.startsWith('node:')) return !nodeOnly.test(path);
      // data beside the file, and version and home page, which are in one place
      return (
        !/^\.\/[a-z/-]+\.json$/.test(specifier) &&
        !(/^(cli\/|report\/sarif\.ts$)/.test(path) && /^(\.\.\/)+package\.json$/.test(specifier))
      );
    });
    expect(wrong).toEqual([]);
    expect(outside.some(({ specifier }) => specifier.startsWith('node:'))).toBe(true);
  });

  test('only entries hand on what other files export', () => {
    const barrels = sourceTree.filter((file) => file.imports.some((from) => from.reExport)).map((file) => file.path);
    expect(barrels.filter((path) => moduleOf(path) !== 'entries')).toEqual([]);
    expect(barrels.length).toBeGreaterThan(4);
  });

  test('the check imports no extension', () => {
    const wrong = edges.filter(
      ([from, to]) => withoutExtensions.includes(moduleOf(from)) && ['boot', 'content'].includes(moduleOf(to)),
    );
    expect(wrong).toEqual([]);
  });
});

describe.each(sourceTree.map((file) => [file.path, file] as const))('%s', (_path, file) => {
  test('opens with a sentence that says what it is for, and stays short', () => {
    const text = file.text.replace(/^#!.*\n/, '');
    const opening = /^\/\*\*(.*?)\*\//s.exec(text)?.[1] ?? '';
    // the name of a struct and of a program may begin it
    expect(opening.replaceAll(/\s*\n \*\s*/g, ' ').trim()).toMatch(/^(\p{Lu}|struct |extcheck).{10,}[.?:]$/su);
    expect(file.lines).toBeLessThanOrEqual(300);
  });

  test('has no type any', () => {
    expect(file.anyLines).toEqual([]);
  });
});

test('snake_case means a field on disk, spelled as the kernel spells it', () => {
  const fields = new Set([
    ...Object.values(layoutTables).flatMap((table) => Object.keys(table)),
    ...[compat, incompat, roCompat, journalIncompat].flatMap((table) => Object.keys(table)),
  ]);
  // SCREAMING_CASE names a constant of the kernel or a bit
  const isSnake = (name: string) => /^[A-Za-z0-9$#]+(_[A-Za-z0-9]+)+$/.test(name) && /[a-z]/.test(name);
  const wrong = sourceTree.flatMap(({ path, names }) =>
    [...new Set(names)].filter((name) => isSnake(name) && !fields.has(name)).map((name) => `${path}: ${name}`),
  );
  expect(wrong).toEqual([]);
});

test('docs/architecture.md has a line for every module and every folder of checks', () => {
  const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  const folders = sourceTree.flatMap(({ path }) => /^checks\/([^/]+)\//.exec(path)?.[1] ?? []);
  const unnamed = [...Object.keys(ranks), ...new Set(folders)].filter(
    (name) => !page.includes(name.endsWith('.ts') ? `  ${name} ` : `  ${name}/ `),
  );
  expect(unnamed).toEqual([]);
});

test('docs/scope.md lists every part that a report may name as not checked', () => {
  const page = readFileSync(join(root, 'docs/scope.md'), 'utf8');
  const { text } = sourceTree.find(({ path }) => path === 'verdict/coverage.ts')!;
  const parts = [...text.matchAll(/\badd\(\s*[^'`]*?'([^']+)',/g)].map((match) => match[1]!);
  expect(parts).toContain('journal replay');
  expect(parts.length).toBe([...text.matchAll(/\badd\((?!wanted|true)/g)].length);
  const rows = [...page.matchAll(/^\| ([^|]+) \|/gm)].map((match) => match[1]!).slice(2);
  expect(rows.sort()).toEqual(parts.sort());
});
