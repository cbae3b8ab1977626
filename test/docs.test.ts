/** Keeps docs/problems.md the same as the catalogue. UPDATE_DOCS=1 writes it instead of comparing. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { renderProblemsDoc } from '../scripts/problems-doc';
import { allProblems as catalogue } from '../src/all-problems';
import { featureNames, supported } from '../src/layout/features';
import { exitStatuses } from '../src/report/exit-status';
import { uncoveredCodes } from '../src/report/explain';

const page = (name: string) => new URL(`../docs/${name}`, import.meta.url);

test('docs/problems.md says what the catalogue says', () => {
  const rendered = renderProblemsDoc(catalogue, uncoveredCodes);
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(page('problems.md'), rendered);
  expect(readFileSync(page('problems.md'), 'utf8')).toBe(rendered);
});

test('docs/exit-statuses.md has a row for every status', () => {
  const text = readFileSync(page('exit-statuses.md'), 'utf8');
  const rows = [...text.matchAll(/^\| (\d+) +\|/gm)].map((row) => Number(row[1]));
  expect(rows).toEqual(Object.values(exitStatuses));
});

describe('docs/architecture.md says where each feature lives', () => {
  const text = readFileSync(page('architecture.md'), 'utf8');
  const chapter = text.slice(text.indexOf('## Where each feature lives'), text.indexOf('## Compared with e2fsck'));
  const rows = [...chapter.matchAll(/^\| ([^|]+) \| ([^|]+) \|$/gm)].slice(2);

  test('every feature that is supported has a row', () => {
    const listed = rows.flatMap((row) => row[1]!.split(', '));
    const known = featureNames(supported.compat, supported.incompat, supported.roCompat);
    expect([...listed].sort()).toEqual([...known].sort());
  });

  test('every file that it names exists', () => {
    const files = rows.flatMap((row) => [...row[2]!.matchAll(/`([^`]+)`/g)].map((found) => found[1]!));
    expect(files.length).toBeGreaterThan(50);
    expect(files.filter((file) => !existsSync(new URL(`../src/${file}`, import.meta.url)))).toEqual([]);
  });
});
