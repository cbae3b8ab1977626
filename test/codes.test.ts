/**
 * Every code that e2fsck can log is accounted for: it belongs to problems of the catalogue, each of which a test
 * provokes with that code, or it is listed with the reason why not. test/e2fsck-codes.tsv has a line for each code: its
 * impact for someone who boots from the image, whether `e2fsck -fn` can come to it on any image, and the version that
 * introduced it (1.47.0 for all older ones).
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { allProblems as catalogue } from '../src/all-problems';
import { formatCode } from '../src/problem/collector';
import { uncoveredCodes } from '../src/report/explain';
import { root } from './support/cli';
import { codesTable } from './support/codes-table';
import { codesLogged, shortForms } from './support/compare-codes';

const entries = Object.values(catalogue);
/** Ids by code. */
const covered = new Map<string, string[]>();
for (const { id, e2fsck } of entries)
  for (const code of e2fsck.map(formatCode)) covered.set(code, [...(covered.get(code) ?? []), id]);
/** Reasons by code, repeated codes with all of theirs. */
const uncovered = new Map<string, string[]>();
for (const { state, codes } of uncoveredCodes)
  for (const code of Object.keys(codes)) uncovered.set(code, [...(uncovered.get(code) ?? []), state]);
/** The versions of e2fsck that differ in what they log. */
const versions = ['1.47.0', '1.47.1', '1.47.2', '1.47.3', '1.47.4'];

const listed = (codes: Iterable<string>): string[] => [...codes].sort();

describe('the table of codes', () => {
  test('every code has an entry or a reason', () => {
    expect(codesTable.size).toBeGreaterThan(400);
    expect(listed([...codesTable.keys()].filter((code) => !covered.has(code) && !uncovered.has(code)))).toEqual([]);
  });

  test('no code has both, or two reasons: what is covered now must go from src/report/uncovered-codes.json', () => {
    expect(listed([...uncovered.keys()].filter((code) => covered.has(code)))).toEqual([]);
    expect(listed([...uncovered.keys()].filter((code) => uncovered.get(code)!.length > 1))).toEqual([]);
  });

  test('no finding has a code that the version of e2fsck does not know', () => {
    const early = [...codesTable].filter(([code, { since }]) =>
      entries.some((entry) =>
        versions.some((version) => version < since && codesLogged(entry, version).includes(code)),
      ),
    );
    expect(early).toEqual([]);
    expect(
      entries.filter((entry) => codesLogged(entry, versions.at(-1)).length > codesLogged(entry).length),
    ).not.toEqual([]);
  });

  test('no code is unknown', () => {
    expect(listed([...covered.keys(), ...uncovered.keys()].filter((code) => !codesTable.has(code)))).toEqual([]);
  });

  test('entries stand for findings that a read-only run can come to', () => {
    const wrong = [...covered.keys()].filter((code) => {
      const known = codesTable.get(code);
      return known !== undefined && (known.impact === 'note' || !known.reached);
    });
    expect(listed(wrong)).toEqual([]);
  });

  test('the reasons match: only unreachable codes are called unreachable, and headings and questions are not findings', () => {
    for (const [code, [state]] of uncovered) {
      const { impact, reached } = codesTable.get(code)!;
      expect(reached, `${code} is ${state}`).toBe(state !== 'not reachable');
      if (state === 'not a finding') expect(impact, code).toBe('note');
    }
  });

  test('the reasons are in order and in words', () => {
    for (const { why, codes } of uncoveredCodes) {
      expect(why).toMatch(/^([A-Z]|e2fsck ).*[^.]\.$/);
      expect(Object.keys(codes)).toEqual(Object.keys(codes).sort());
      for (const meaning of Object.values(codes)) expect(meaning).toMatch(/^([a-z`0-9]|Hurd ).{9,110}[^.]$/);
    }
  });
});

// ---- provoked

/** The tests of checks: expected findings are written as `'id 0x010005'`. */
const expected = new Set(
  readdirSync(join(root, 'test/checks'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .flatMap((path) => [
      ...readFileSync(join(root, 'test/checks', path), 'utf8')
        // comments prove nothing
        .replace(/^\s*(\/\/|\/?\*).*$/gm, '')
        .matchAll(/(['"`])([a-z0-9-]+(?: 0x[0-9a-f]{6})?)\1/g),
    ])
    .map((found) => found[2]!),
);

test('every entry is provoked with each of its codes', () => {
  const wanted = entries
    .filter(({ e2fsck }) => e2fsck.length > 0)
    .flatMap((entry) => versions.flatMap((version) => shortForms(entry, version)));
  expect(wanted.length).toBeGreaterThan(200);
  expect(wanted.filter((pair) => !expected.has(pair))).toEqual([]);
});

test('no test expects a code that its entry does not have', () => {
  const declared = new Set(entries.flatMap(({ id, e2fsck }) => e2fsck.map((code) => `${id} ${formatCode(code)}`)));
  expect(listed([...expected].filter((pair) => pair.includes(' ') && !declared.has(pair)))).toEqual([]);
});

// ---- against the notes on e2fsck that the table was made from

const notes = join(root, '../shared/e2fsck-problems.tsv');

/** Codes that the notes call reachable and no image leads to, each with the reason. */
const unreachable: Readonly<Record<string, string>> = {
  '0x00000c': 'the size of a readable file is always known',
  '0x000012': 'needs a second device',
  '0x000013': 'needs a second device',
  '0x000033': 'needs a second device',
  '0x00004a': 'needs a second device',
  '0x010050':
    'what is left counts 16 bytes for each entry and the values, so an entry that fits beside them is never longer',
  '0x010056': 'the header that opening the tree looks at has passed the same test just before',
  '0x020045': 'the number of blocks is taken from the blocks that were queued',
  '0x050019': 'inodes of such a group are not read, so none is in use',
};

describe.skipIf(!existsSync(notes))('compared with the notes on e2fsck', () => {
  const rows = existsSync(notes)
    ? readFileSync(notes, 'utf8')
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split('\t'))
    : [];

  test('the same codes with the same impact', () => {
    const theirs = rows.map(([code, , , , , impact]) => `${code!.toLowerCase()} ${impact}`);
    expect([...codesTable].map(([code, { impact }]) => `${code} ${impact}`)).toEqual(theirs.sort());
  });

  test('the same reach, with the listed exceptions', () => {
    const differing = rows
      .filter(([code, , , , withN]) => codesTable.get(code!.toLowerCase())?.reached === withN!.startsWith('never'))
      .map(([code]) => code!.toLowerCase());
    expect(listed(differing)).toEqual(listed(Object.keys(unreachable)));
  });
});
