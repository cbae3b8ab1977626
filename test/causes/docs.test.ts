/** Keeps docs/causes.md the same as the entries. UPDATE_DOCS=1 writes it instead of comparing. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { renderCausesDoc } from '../../scripts/causes-doc';
import { allCauses } from '../../src/causes/all';
import type { CheckReport } from '../../src/problem/report';
import { reportOf as handmade } from '../support/reports';
import { examples, reportOf } from './examples';

const page = new URL('../../docs/causes.md', import.meta.url);

/** Reports of causes whose images need native tools. */
const reports: Readonly<Record<string, CheckReport>> = {
  'metadata-only': handmade([{ id: 'superblock-backup-damaged', severity: 'warning' }], {
    evidence: { zeroBlocks: 0, zeroTableGroups: [], omittedFiles: 3 },
  }),
  'orphan-file-invalid': handmade([{ id: 'orphan-file-refused', severity: 'fatal' }]),
  'refused-before-replay': handmade([{ id: 'refused-before-replay', severity: 'fatal' }]),
  'misread-by-e2fsck': handmade([{ id: 'symlink-misread-by-e2fsck', severity: 'info' }]),
  'errors-recorded': handmade([{ id: 'superblock-errors-recorded', severity: 'warning' }]),
  'resized-with-journal': handmade([{ id: 'group-descriptors-implausible', severity: 'fatal' }], {
    evidence: { zeroBlocks: 0, zeroTableGroups: [], omittedFiles: 0, blocksBeforeReplay: 1_000_000 },
  }),
  'packages-differ': handmade([{ id: 'package-file-missing', severity: 'error', path: '/usr/bin/ssh' }]),
  incomplete: handmade([], { verdict: 'incomplete', notChecked: [{ what: 'quota', why: 'the file is damaged' }] }),
};

test('docs/causes.md says what the entries say', async () => {
  const pairs: [string, CheckReport][] = [];
  for (const { id } of allCauses) {
    const [example] = examples[id] ?? [];
    const report = example === undefined ? reports[id]! : await reportOf(example);
    expect(report.causes.map((cause) => cause.id)).toContain(id);
    pairs.push([id, report]);
  }
  const rendered = renderCausesDoc(pairs);
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(page, rendered);
  expect(readFileSync(page, 'utf8')).toBe(rendered);
});
