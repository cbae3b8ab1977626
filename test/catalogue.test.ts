/** Every problem is explained, provoked by a test, permanent, and as severe as the condition of e2fsck. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allProblems as catalogue } from '../src/all-problems';
import { formatCode } from '../src/problem/collector';
import type { Data, Severity } from '../src/problem/finding';
import { severities } from '../src/problem/finding';
import { formatFinding } from '../src/report/message';
import { root } from './support/cli';
import { codesTable, type Impact } from './support/codes-table';
import { dataFiles, sourceTexts } from './support/source-texts';

const entries = Object.entries(catalogue);

// ---- permanence

const publishedPath = join(root, 'test/published-ids.txt');

test('ids are permanent: none goes, new ones are appended to published-ids.txt (UPDATE_IDS=1)', () => {
  const read = () => (existsSync(publishedPath) ? readFileSync(publishedPath, 'utf8').split('\n').filter(Boolean) : []);
  const missing = Object.keys(catalogue).filter((id) => !read().includes(id));
  // ids are only ever appended, so a removed id stays in the list and fails below
  if (process.env['UPDATE_IDS'] === '1' && missing.length > 0)
    writeFileSync(publishedPath, `${[...read(), ...missing].join('\n')}\n`);
  const published = read();
  expect(
    published.filter((id) => !Object.hasOwn(catalogue, id)),
    'ids that are gone',
  ).toEqual([]);
  expect(
    Object.keys(catalogue).filter((id) => !published.includes(id)),
    'ids that are not in the list',
  ).toEqual([]);
  expect(new Set(published).size).toBe(published.length);
});

// ---- shape

/** Payloads that another version or a hostile report could have, with every name that any entry uses. */
const value: fc.Arbitrary<unknown> = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  fc.array(fc.oneof(fc.integer(), fc.string(), fc.constant(null)), { maxLength: 3 }),
);
const payload = fc.dictionary(fc.string({ maxLength: 10 }), value, { maxKeys: 4 });

/** As many as have found anything; the same ones for all entries. */
const payloads = fc.sample(payload, { numRuns: 10, seed: 7 }) as Data[];
const answers = [0, 1, -1, 2 ** 53, Number.NaN, '', 'ä\u0000\n', true, null, [], [1], ['x']];

/** The same payload for whatever name is asked for. */
const always = (answer: unknown): Data => new Proxy({}, { get: () => answer, has: () => true }) as Data;

describe.each(entries)('%s', (id, entry) => {
  test('is well formed', () => {
    expect(entry.id).toBe(id);
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
    expect(severities).toContain(entry.severity);
    expect(entry.title).toMatch(/^[\p{Lu}\d'].{5,79}[^.!?\s]$/u);
    expect(entry.explain).toMatch(/^\S.*[.]$/s);
    expect(entry.explain).not.toMatch(/ {2}|\n/);
    const sentences = entry.explain.split(/(?<=[.!?])\s+(?=\S)/);
    expect(sentences.length).toBeGreaterThanOrEqual(2);
    expect(sentences.length).toBeLessThanOrEqual(6);
    expect(new Set(entry.e2fsck).size).toBe(entry.e2fsck.length);
  });

  test('says something of any plain data, and never throws when printed', () => {
    const print = (data: Data): string => formatFinding({ id, severity: entry.severity, data }, catalogue);
    expect(formatFinding({ id, severity: entry.severity }, catalogue).startsWith(entry.title)).toBe(true);
    expect(payloads.filter((data) => !print(data).startsWith(entry.title))).toEqual([]);
    expect(answers.filter((answer) => !/\S/.test(print(always(answer))))).toEqual([]);
    // JSON values must not even reach the fallback of formatFinding
    for (const answer of [0, 1, 2 ** 53, '', 'text', ['x', 'y']]) entry.say(suited(entry.say, always(answer)));
  });
});

/** A payload of arrays for an entry that lists one, and of single values for all others. */
function suited(say: (data: Data) => string, data: Data): Data {
  try {
    say(data);
    return data;
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    return always(['x', 'y']);
  }
}

// ---- completeness

test('the catalogue holds what the checks declare, all of it and nothing else', async () => {
  const declared: string[] = [];
  for (const { path, text } of sourceTexts) {
    const declares = /\bdefine[(<]/.test(text) && !path.startsWith('problem/');
    if (declares) expect(path).toMatch(/^(checks|content|container|boot)\//);
    if (!declares) continue;
    const module: { problems?: Record<string, unknown> } = await import(/* @vite-ignore */ join(root, 'src', path));
    expect(module.problems, `${path} exports its problems`).toBeDefined();
    declared.push(...Object.keys(module.problems!));
  }
  expect(new Set(declared).size, 'an id is declared twice').toBe(declared.length);
  expect(Object.keys(catalogue).sort()).toEqual(declared.sort());
});

test('explanations.json explains nothing else', () => {
  const explained = dataFiles
    .filter((path) => path.endsWith('/explanations.json'))
    .flatMap((path) => Object.keys(JSON.parse(readFileSync(join(root, 'src', path), 'utf8'))));
  expect(explained.sort()).toEqual(Object.keys(catalogue).sort());
});

// ---- provoked

/** Ids that no test provokes, each with the reason. */
const notProvoked: Readonly<Record<string, string>> = {};

test('every problem is provoked by a test of a check', () => {
  const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    // reports are made by hand there, and ids only listed here
    .filter((path) => path.endsWith('.ts') && !/^(report|support|cli)\/|^catalogue\.test/.test(path));
  const text = files.map((path) => readFileSync(join(root, 'test', path), 'utf8')).join('\n');
  const quoted = new Set([...text.matchAll(/['"`]([a-z0-9]+(?:-[a-z0-9]+)+)(?=['"`\s])/g)].map((match) => match[1]));
  const missing = Object.keys(catalogue).filter((id) => !quoted.has(id));
  expect(missing.sort()).toEqual(Object.keys(notProvoked).sort());
});

// ---- against e2fsck

/** What an impact of e2fsck's condition means here. */
const severityOf: Readonly<Record<Impact, Severity | null>> = {
  fatal: 'fatal',
  damage: 'error',
  latent: 'warning',
  cosmetic: 'info',
  note: null,
};

/** Entries whose severity is not that of their codes' impact, each with the reason. */
const deliberate: Readonly<Record<string, string>> = {
  'xattr-inode-flag-stray': 'kernels since 6.4 refuse to open a named file with this flag',
  'xattr-inode-not-regular': 'kernels since 6.4 refuse to open anything named with this flag',
  'xattr-value-inode-flag-missing': 'the kernel refuses to read the attribute',
  'xattr-value-inode-hash-wrong': 'unlike for a value beside its entry, the kernel refuses to read the attribute',
  'quota-file-damaged':
    'one code stands for wrong usage, which is cosmetic, and for a file that cannot be read; its limits are lost',
  'journal-external-unneeded': 'the file system is complete without it, but e2fsck wants to see it',
  'journal-uuid-unused': 'the kernel does not look at the field',
  'orphan-file-in-use': 'its entries are in order, and the next mount works them off',
  'orphan-inode-unfinished': 'the inode is on the list of orphans, and the next mount deletes it or cuts it off',
  'symlink-misread-by-e2fsck': 'the symlink is sound, and e2fsck 1.47.4 says so',
  'orphan-present-clean-file': 'the flag is set for as long as the file system is mounted, and says nothing else',
};

test('severity says what the impact of the codes says', () => {
  const impactOf = (code: number) => codesTable.get(formatCode(code))?.impact ?? 'note';
  const differing = entries.filter(([, { severity, e2fsck }]) =>
    e2fsck.some((code) => severityOf[impactOf(code)] !== severity),
  );
  const shown = differing.map(([id, { severity, e2fsck }]) => [
    id,
    `${severity}: ${e2fsck.map((code) => `${formatCode(code)} ${impactOf(code)}`).join(', ')}`,
  ]);
  const listed = Object.keys(deliberate);
  expect(Object.fromEntries(shown.filter(([id]) => !listed.includes(id!)))).toEqual({});
  expect(
    listed.filter((id) => !differing.some(([other]) => other === id)),
    'no exception any more',
  ).toEqual([]);
});
