/** Keeps docs/problems.md the same as the catalogue. UPDATE_DOCS=1 writes it instead of comparing. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catalogue } from '../src/catalogue';
import { exitStatuses } from '../src/report/exit-status';
import { renderProblemsDoc } from '../src/report/problems-doc';
import { uncoveredCodes } from '../src/report/uncovered-codes';

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
