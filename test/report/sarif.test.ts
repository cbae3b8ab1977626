import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withBaseline } from '../../src/report/baseline';
import { maxSarifResults, sarifLog } from '../../src/report/sarif';
import { root } from '../support/cli';
import { validate } from '../support/json-schema';
import { lostWritesCheck, reportOf, stubCatalogue, unusedInode, wrongBitmap, wrongCount } from '../support/reports';

/** The schema as OASIS publishes it, where a package that ships it is installed. */
const official = [
  process.env['SARIF_SCHEMA'] ?? '',
  join(root, 'node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'),
].find((path) => path !== '' && existsSync(path));

const text = { type: 'object', required: ['text'], properties: { text: { type: 'string', pattern: '.' } } };
const location = { type: 'object', required: ['uri'], properties: { uri: { type: 'string' } } };

/** The parts of SARIF that are used, as its specification has them. */
const shape = {
  type: 'object',
  required: ['$schema', 'version', 'runs'],
  properties: {
    version: { const: '2.1.0' },
    runs: {
      type: 'array',
      items: {
        type: 'object',
        required: ['tool', 'results'],
        properties: {
          tool: {
            type: 'object',
            required: ['driver'],
            properties: {
              driver: {
                type: 'object',
                required: ['name', 'informationUri', 'rules'],
                properties: {
                  // an absolute URI
                  informationUri: { type: 'string', pattern: '^https://[^ ]+$' },
                  rules: {
                    type: 'array',
                    uniqueItems: true,
                    items: {
                      type: 'object',
                      required: ['id', 'shortDescription', 'fullDescription', 'help', 'defaultConfiguration'],
                      properties: { shortDescription: text, fullDescription: text, help: text },
                    },
                  },
                },
              },
            },
          },
          results: {
            type: 'array',
            items: {
              type: 'object',
              required: ['ruleId', 'ruleIndex', 'level', 'message', 'locations', 'partialFingerprints'],
              properties: {
                ruleIndex: { type: 'integer', minimum: 0 },
                level: { enum: ['none', 'note', 'warning', 'error'] },
                message: text,
                partialFingerprints: { type: 'object', additionalProperties: { type: 'string' } },
                suppressions: {
                  type: 'array',
                  items: { type: 'object', properties: { kind: { enum: ['inSource', 'external'] } } },
                },
                locations: {
                  type: 'array',
                  minItems: 1,
                  items: {
                    type: 'object',
                    properties: {
                      physicalLocation: {
                        type: 'object',
                        required: ['artifactLocation', 'region'],
                        properties: {
                          artifactLocation: location,
                          address: {
                            type: 'object',
                            additionalProperties: false,
                            properties: {
                              absoluteAddress: { type: 'integer', minimum: 0 },
                              length: { type: 'integer' },
                              kind: { type: 'string' },
                            },
                          },
                        },
                      },
                      logicalLocations: {
                        type: 'array',
                        items: {
                          type: 'object',
                          additionalProperties: false,
                          properties: {
                            name: { type: 'string' },
                            fullyQualifiedName: { type: 'string' },
                            kind: { type: 'string' },
                          },
                        },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
};

const accepted = withBaseline(reportOf([wrongBitmap, wrongCount]), {
  version: 1,
  accepted: { 'bitmap-block-differs:group=3': 1 },
  affected: [],
});

const logs: [string, object][] = [
  ['nothing', sarifLog([])],
  ['a clean image', sarifLog([reportOf()], { version: '1.2.3' })],
  ['lost writes', sarifLog([lostWritesCheck()], { catalogue: stubCatalogue })],
  ['a baseline', sarifLog([accepted], { catalogue: stubCatalogue })],
  [
    'gaps, odd names and unknown problems',
    sarifLog([
      reportOf([{ id: 'unknown-thing', severity: 'fatal', path: '/a\u0007\ud800', inode: 3 }], {
        image: '/tmp/ä b\ud800.img?offset=1048576',
        notChecked: [{ what: 'names', why: 'they are encrypted' }],
      }),
      reportOf([wrongCount], { image: 'c:d.img' }),
    ]),
  ],
];

test('the tool has the home page of the package', () => {
  const { homepage } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(runOf(sarifLog([])).tool.driver.informationUri).toBe(homepage);
});

const runOf = (log: object) => JSON.parse(JSON.stringify(log)).runs[0];

describe.each(logs)('%s', (_, log) => {
  test('has the shape of SARIF 2.1.0', () => expect(validate(JSON.parse(JSON.stringify(log)), shape)).toEqual([]));

  test.skipIf(official === undefined)('is valid by the official schema', () => {
    const schema = JSON.parse(readFileSync(official!, 'utf8'));
    expect(validate(JSON.parse(JSON.stringify(log)), schema)).toEqual([]);
  });
});

test('a result says what, where in the image, where in the file, and stays the same in the next image', () => {
  const report = reportOf([unusedInode('x', 12)], { image: 'disk.img?offset=1000' });
  const run = runOf(sarifLog([report], { catalogue: stubCatalogue, version: '1.0.0' }));
  expect(run.results).toEqual([
    {
      ruleId: 'dirent-inode-unused',
      ruleIndex: 0,
      level: 'error',
      message: {
        text: "Directory entry names an inode that is not in use: entry 'x' names inode 12, which is not in use [/x (inode 12, directory inode 2)].",
      },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'disk.img', index: 0 },
            region: { startLine: 1 },
            address: { absoluteAddress: 13345, length: 16, kind: 'data' },
          },
          logicalLocations: [{ fullyQualifiedName: '/x', name: 'x', kind: 'file' }],
        },
      ],
      partialFingerprints: { 'extcheckFinding/v1': 'dirent-inode-unused:/x' },
      properties: { severity: 'error', e2fsck: '0x020002', inode: 12 },
    },
  ]);
  const [rule] = run.tool.driver.rules;
  expect(rule.help.text).toMatch(/^The name is still there.*\n\nerror: /s);
  expect(run.invocations[0]).toMatchObject({ executionSuccessful: true, exitCode: 4 });
});

test('what a baseline accepts is suppressed, and counts no longer', () => {
  const results = runOf(sarifLog([accepted])).results as { ruleId: string; suppressions?: object[] }[];
  expect(results.map(({ ruleId, suppressions }) => [ruleId, suppressions?.length])).toEqual([
    ['free-blocks-wrong', undefined],
    ['bitmap-block-differs', 1],
  ]);
});

test('gaps are notifications, and names become URIs', () => {
  const run = runOf(logs[4][1]);
  expect(run.artifacts.map((one: { location: { uri: string } }) => one.location.uri)).toEqual([
    'file:///tmp/%C3%A4%20b%EF%BF%BD.img',
    'c%3Ad.img',
  ]);
  expect(run.invocations[0]).toMatchObject({
    executionSuccessful: true,
    toolExecutionNotifications: [
      { level: 'warning', message: { text: expect.stringMatching(/not checked: names: they are encrypted\.$/) } },
    ],
  });
});

test('no more results than GitHub takes, the worst first, and it is said', () => {
  const infos = Array.from({ length: maxSarifResults }, () => wrongCount);
  const report = reportOf([...infos, unusedInode('x', 12)]);
  report.counts['free-blocks-wrong'] = maxSarifResults + 5;
  const run = runOf(sarifLog([report], { catalogue: stubCatalogue }));
  expect(run.results.length).toBe(maxSarifResults);
  expect(run.results[0].ruleId).toBe('dirent-inode-unused');
  const notes = run.invocations[0].toolExecutionNotifications.map((one: { message: { text: string } }) =>
    String(one.message.text),
  );
  expect(notes).toEqual([
    '1 result of the lowest severity is omitted: a file can have 25000.',
    '5 more findings were counted, but not kept; see --max-findings.',
  ]);
});
