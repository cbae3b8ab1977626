import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { failedReport } from '../../src/report/failure';
import { fixtureBytes } from '../support/fixtures';
import { validate } from '../support/json-schema';
import { reportWithLayout } from '../support/layout';
import { jsonText, printedReport } from '../support/printed';
import { diskStart, lostWritesCheck, reportOf, stubCatalogue } from '../support/reports';

const schema = JSON.parse(readFileSync(new URL('../../docs/report.schema.json', import.meta.url), 'utf8'));
const strict = { strict: true };

test.each([
  ['a damaged image', lostWritesCheck()],
  ['a clean image', reportOf()],
  [
    'a replayed journal',
    reportOf([], {
      journal: {
        state: 'replayed',
        transactions: 2,
        blocks: 19,
        revoked: 1,
        fastCommits: 0,
        fastCommitsSkipped: null,
        lastCommit: '2024-06-11T10:56:09Z',
      },
    }),
  ],
  ['no file system', reportOf([{ id: 'superblock-missing', severity: 'fatal' }], { filesystem: null })],
  ['a disk', reportOf([], { filesystem: null, foundAtStart: diskStart() })],
  [
    'a shifted file system, and zeros',
    reportOf([], {
      foundAtStart: {
        kind: 'shifted',
        name: 'ext4',
        what: 'x',
        claims: true,
        partitions: [],
        startsAt: -512,
        zeros: { at: 0, length: 4096 },
      },
      partition: diskStart().partitions[1]!,
      mounted: [{ mountPoint: '/', readOnly: false }],
    }),
  ],
  ['an image that cannot be opened', failedReport('x', 'no such file')],
  [
    'all kinds of data',
    reportOf([{ id: 'x', severity: 'info', data: { a: 1, b: 'b', c: true, d: null, e: [1, 'x', null] } }]),
  ],
])('%s is printed as the schema says', (_name, report) => {
  expect(validate(JSON.parse(jsonText(report, stubCatalogue)), schema, strict)).toEqual([]);
});

test.each([1_000_000, 12])('a layout of at most %i runs is printed as the schema says', async (maxRuns) => {
  const report = await reportWithLayout(fixtureBytes('damaged/crosslinked'), { maxRuns });
  expect(validate(JSON.parse(jsonText(report, stubCatalogue)), schema, strict)).toEqual([]);
  expect(jsonText(report, stubCatalogue)).toContain('"layout"');
});

/** A place in the report as a list of keys, and what to put there; nothing takes it out. */
const damages: [error: string, at: (string | number)[], value?: unknown][] = [
  ['/: lacks verdict', ['verdict']],
  ['/verdict: "fine" is not in the enum', ['verdict'], 'fine'],
  ['/schemaVersion: is not 2', ['schemaVersion'], 1],
  ['/: has an unknown member more', ['more'], 1],
  ['/findings/0: lacks message', ['findings', 0, 'message']],
  ['/findings/0/e2fsck: does not match ^0x[0-9a-f]{6}$', ['findings', 0, 'e2fsck'], '0x1'],
  ['/findings/0/inode: is not of type integer', ['findings', 0, 'inode'], 1.5],
  ['/findings/0/data/deep: fits 0 of the alternatives, not one', ['findings', 0, 'data', 'deep'], {}],
  ['/affected/0/path: does not match ^/', ['affected', 0, 'path'], 'boot'],
  ['/affectedCount: is less than 0', ['affectedCount'], -1],
  ['/filesystem: fits 0 of the alternatives, not one', ['filesystem', 'label']],
  ['/counts/Bad_Id (name): does not match ^[a-z0-9]+(-[a-z0-9]+)*$', ['counts', 'Bad_Id'], 1],
];

test.each(damages)('the schema refuses: %s', (error, at, value) => {
  const report = JSON.parse(JSON.stringify(printedReport(lostWritesCheck(), stubCatalogue)));
  const key = at[at.length - 1]!;
  const holder = at.slice(0, -1).reduce((inner, step) => inner[step], report);
  if (value === undefined) delete holder[key];
  else holder[key] = value;
  expect(validate(report, schema, strict)).toEqual([error]);
});

test('a later version may add fields', () => {
  expect(validate({ ...JSON.parse(jsonText(reportOf())), more: 1 }, schema)).toEqual([]);
});

test('the validator ignores no keyword', () => {
  expect(() => validate(1, { multipleOf: 2 })).toThrow('multipleOf');
});
