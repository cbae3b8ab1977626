/** Every public function refuses wrong arguments with a sentence, before it reads anything. */
import { describe, expect, test } from 'vitest';
import type { UpgradeReport } from '../../src/boot/upgrade/upgrade-report';
import * as boot from '../../src/entries/boot';
import * as bootBrowser from '../../src/entries/boot.browser';
import * as browser from '../../src/entries/browser';
import * as content from '../../src/entries/content';
import * as contentBrowser from '../../src/entries/content.browser';
import * as core from '../../src/entries/index';
import * as repair from '../../src/entries/repair';
import * as report from '../../src/entries/report';
import { ArgumentError } from '../../src/error';
import type { StateReader } from '../../src/platform/state-reader';
import { emptyReport } from '../../src/repair/report';
import type { ByteSource } from '../../src/source/source';
import { bootReportOf, reportOf } from '../support/reports';

/** A source that must not be read. */
const source: ByteSource = {
  size: 1 << 20,
  read() {
    throw new Error('it was read');
  },
};
const reader: StateReader = {
  stat: async () => null,
  read: async () => null,
  list: async () => [],
  open: async () => null,
  free: async () => null,
};
const bootReport = bootReportOf();
const upgradeReport = { verdict: 'normal', warnings: [], facts: { images: [] }, notChecked: [] };
const manifest = content.parseManifest(new TextEncoder().encode('#mtree\n./a type=file\n'));
const image = { readdir: () => [], readFile: () => [] };
const repairReport = emptyReport('a', 'a');

/** The options of one call, of any type. */
type Options = never;

/** Each function with options: what is called with them, other arguments being right. */
const withOptions: [name: string, call: (options: Options) => unknown, known: string][] = [
  ['checkImage', (options) => core.checkImage(source, options), 'maxFindings'],
  ['checkImage', (options) => browser.checkImage(source, options), 'maxFindings'],
  ['openImage', (options) => core.openImage(source, options), 'replay'],
  ['openImageFile', (options) => core.openImageFile('/nowhere', options), 'maxSize'],
  ['checkBoot', (options) => boot.checkBoot(source, options), 'profile'],
  ['checkBoot', (options) => bootBrowser.checkBoot(source, options), 'profile'],
  ['bootCheck', (options) => boot.bootCheck(options), 'bootLoader'],
  ['bootCheck', (options) => bootBrowser.bootCheck(options), 'bootLoader'],
  ['readersCheck', (options) => boot.readersCheck(options), 'kernel'],
  ['upgradeState', (options) => boot.upgradeState(reader, options), 'images'],
  ['upgradeState', (options) => bootBrowser.upgradeState(reader, options), 'images'],
  ['stateOfImage', (options) => boot.stateOfImage(source, options), 'signal'],
  ['renderBoot', (options) => boot.renderBoot(bootReport, options), 'width'],
  ['renderUpgrade', (options) => boot.renderUpgrade(upgradeReport as unknown as UpgradeReport, options), 'color'],
  ['manifestCheck', (options) => content.manifestCheck(manifest, options), 'extra'],
  ['bmapCheck', (options) => content.bmapCheck('<bmap/>', options), 'whole'],
  ['bmapCheck', (options) => contentBrowser.bmapCheck('<bmap/>', options), 'whole'],
  ['layoutMap', (options) => content.layoutMap(options), 'maxRuns'],
  ['verifyBmap', (options) => content.verifyBmap(source, '<bmap/>', options), 'digest'],
  ['writeManifest', (options) => content.writeManifest(image as never, options), 'digests'],
  ['writeManifest', (options) => contentBrowser.writeManifest(image as never, options), 'digests'],
  ['repairImage', (options) => repair.repairImage('/nowhere', options), 'dryRun'],
  ['undoRepair', (options) => repair.undoRepair('/nowhere', options), 'backup'],
  ['renderRepair', (options) => repair.renderRepair(repairReport, options), 'verbose'],
  ['renderText', (options) => report.renderText(reportOf(), options), 'threshold'],
  ['renderJson', (options) => report.renderJson(reportOf(), options), 'indent'],
  ['renderSarif', (options) => report.renderSarif([reportOf()], options), 'version'],
  ['renderJunit', (options) => report.renderJunit([], options), 'threshold'],
  ['renderGithub', (options) => report.renderGithub([], options), 'threshold'],
  ['renderHtml', (options) => report.renderHtml([], options), 'threshold'],
  ['renderMarkdown', (options) => report.renderMarkdown([reportOf()], options), 'most'],
  ['renderPrometheus', (options) => report.renderPrometheus([], options), 'duration'],
  ['explainProblem', (options) => report.explainProblem('list', options), 'width'],
];

/** What a call throws, at once or as a promise. */
async function thrown(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  return undefined;
}

const message = async (call: () => unknown): Promise<string> => {
  const error = await thrown(call);
  expect(error).toBeInstanceOf(ArgumentError);
  expect((error as ArgumentError).code).toBe('invalid-argument');
  return (error as ArgumentError).message;
};

describe('options', () => {
  test.each(withOptions)('%s refuses one that does not exist', async (name, call, known) => {
    const typed = `${known}s`;
    expect(await message(() => call({ [typed]: true } as Options))).toBe(
      `Unknown option ${typed} of ${name}. Did you mean ${known}?`,
    );
  });

  test.each(
    withOptions,
  )('%s refuses one of a wrong type, a promise, and what is not an object', async (name, call, known) => {
    expect(await message(() => call({ [known]: Symbol('x') } as Options))).toMatch(
      new RegExp(`^Option ${known} of ${name} must be .*, not a value of type symbol\\.$`),
    );
    expect(await message(() => call({ [known]: Promise.resolve() } as Options))).toMatch(
      new RegExp(`^Option ${known} of ${name} must be .*, not a (promise|value of type object)\\.$`),
    );
    expect(await message(() => call('yes' as Options))).toBe(`The options of ${name} must be an object.`);
  });

  test.each<[string, () => unknown]>([
    [
      'Option threshold of renderText must be one of info, warning, error, fatal, not "warn".',
      () => report.renderText(reportOf(), { threshold: 'warn' as never }),
    ],
    [
      'Option threshold of exitStatus must be one of info, warning, error, fatal, not "fail".',
      () => core.exitStatus(reportOf(), 'fail' as never),
    ],
    [
      'Option profile of checkBoot must be one of elemental, harvester, kairos, generic-linux, not "harvest".',
      () => boot.checkBoot(source, { profile: 'harvest' as never }),
    ],
    [
      'bootCheck needs the result of parseProfile as profile, not an object without steps.',
      () => boot.bootCheck({ profile: { name: 'mine' } as never }),
    ],
    [
      'Option accept of repairImage must be one of clean, bootable, improved, not "best".',
      () => repair.repairImage('/nowhere', { accept: 'best' as never }),
    ],
    [
      'Option mode of repairImage must be one of auto, preen, yes, not a value of type boolean.',
      () => repair.repairImage('/nowhere', { mode: true as never }),
    ],
    [
      'Option require of repairImage must list absolute paths, not "etc/passwd".',
      () => repair.repairImage('/nowhere', { require: ['etc/passwd'] }),
    ],
    [
      'Option require of checkImage must list absolute paths, not a value of type number.',
      () => core.checkImage(source, { require: ['/x', 7 as never] }),
    ],
    [
      'Option require of checkBoot must list absolute paths, not "a\\nb".',
      () => boot.checkBoot(source, { require: ['a\nb'] }),
    ],
    [
      'Option now of checkImage must be a valid Date, not a value of type object.',
      () => core.checkImage(source, { now: new Date('x') }),
    ],
    [
      'Option signal of checkBoot must be an AbortSignal, not a value of type object.',
      () => boot.checkBoot(source, { signal: {} as never }),
    ],
    [
      'Option maxFindings of checkImage must be a number, not a value of type number.',
      () => core.checkImage(source, { maxFindings: Number.NaN }),
    ],
    [
      'Option extensions of checkImage must list extensions such as lostWritesCheck().',
      () => core.checkImage(source, { extensions: [content.lostWritesCheck as never] }),
    ],
    [
      'Option digest of writeManifest must be one of md5, sha1, sha224, sha256, sha384, sha512, rmd160, blake2b512, not "sha3".',
      () => content.writeManifest(image as never, { digest: 'sha3' as never }),
    ],
  ])('%s', async (sentence, call) => {
    expect(await message(call)).toBe(sentence);
  });

  test('one that is undefined is as if it were not given', async () => {
    expect(
      report.renderText(reportOf([{ id: 'inode-links-wrong', severity: 'warning' }]), {
        catalogue: undefined as never,
      }),
    ).toContain('Link count is wrong');
    expect(await thrown(() => repair.repairImage('/nowhere/x', { accept: undefined as never }))).toBeUndefined();
  });
});

describe('first arguments', () => {
  const one: [name: string, what: string, call: (value: never) => unknown][] = [
    ['checkImage', 'a source', (value) => core.checkImage(value)],
    ['openImage', 'a source', (value) => core.openImage(value)],
    ['checkBoot', 'a source', (value) => boot.checkBoot(value)],
    ['checkBoot', 'a source', (value) => bootBrowser.checkBoot(value)],
    ['stateOfImage', 'a source', (value) => boot.stateOfImage(value)],
    ['verifyBmap', 'a source', (value) => content.verifyBmap(value, '')],
    ['openImageFile', 'a path', (value) => core.openImageFile(value)],
    ['exitStatus', 'a report', (value) => core.exitStatus(value)],
    [
      'upgradeState',
      'a reader: pass stateOfFolder(path) or await stateOfImage(source)',
      (value) => boot.upgradeState(value),
    ],
    ['stateOfFolder', 'the path of a folder', (value) => boot.stateOfFolder(value)],
    ['renderBoot', 'the report of checkBoot', (value) => boot.renderBoot(value)],
    ['renderUpgrade', 'the report of upgradeState', (value) => boot.renderUpgrade(value)],
    ['upgradeExitStatus', 'the report of upgradeState', (value) => boot.upgradeExitStatus(value)],
    ['manifestCheck', 'the result of parseManifest', (value) => content.manifestCheck(value)],
    ['policyCheck', 'the result of parsePolicy', (value) => content.policyCheck(value)],
    ['bmapCheck', 'the text of a block map', (value) => content.bmapCheck(value)],
    ['writeManifest', 'the result of openImage', (value) => content.writeManifest(value)],
    ['repairImage', 'the path of an image', (value) => repair.repairImage(value)],
    ['undoRepair', 'the path of an image', (value) => repair.undoRepair(value)],
    ['renderRepair', 'the report of a repair', (value) => repair.renderRepair(value)],
    ['renderText', 'a report', (value) => report.renderText(value)],
    ['renderJson', 'a report', (value) => report.renderJson(value)],
    ['renderSarif', 'a list of reports', (value) => report.renderSarif(value)],
    ['renderJunit', 'a list of reports', (value) => report.renderJunit(value)],
    ['renderGithub', 'a list of reports', (value) => report.renderGithub(value)],
    ['renderMarkdown', 'a list of reports', (value) => report.renderMarkdown(value)],
    ['renderPrometheus', 'a list of reports', (value) => report.renderPrometheus(value, { now: new Date() })],
    ['explainProblem', 'an id, a code or list', (value) => report.explainProblem(value)],
    ['baselineOf', 'a report', (value) => report.baselineOf(value)],
    ['withBaseline', 'a report', (value) => report.withBaseline(value, { version: 1, accepted: {}, affected: [] })],
    ['baselineCheck', 'a baseline', (value) => report.baselineCheck(value)],
  ];

  test.each(one)('%s needs %s: no promise, no number, nothing missing', async (name, what, call) => {
    const promised = `${name} needs ${what}, not a promise of one: await it first.`;
    expect(await message(() => call(Promise.resolve() as never))).toBe(promised);
    for (const value of [undefined, null, 7])
      expect(await message(() => call(value as never))).toMatch(
        new RegExp(`^${name} needs .*, not (a value of type|null)`),
      );
  });

  test.each<[string, () => unknown]>([
    [
      'checkBoot needs a source, not a path: pass await openImageFile(path).',
      () => boot.checkBoot('active.img' as never),
    ],
    [
      'checkBoot needs a source, not bytes: pass memorySource(bytes).',
      () => boot.checkBoot(new Uint8Array(4) as never),
    ],
    ['renderText needs a report, not an array.', () => report.renderText([reportOf()] as never)],
    ['renderText needs a report, not an object without counts.', () => report.renderText(bootLess() as never)],
    ['renderJunit needs a list of reports: pass [report].', () => report.renderJunit(reportOf() as never)],
    [
      'renderSarif needs a report, not a promise of one: await it first.',
      () => report.renderSarif([Promise.resolve() as never]),
    ],
    [
      'renderBoot needs the report of checkBoot, not an object without notes.',
      () => boot.renderBoot(reportOf() as never),
    ],
    [
      'withBaseline needs a baseline, not an object without accepted.',
      () => report.withBaseline(reportOf(), {} as never),
    ],
    [
      'Option whole of bmapCheck must be an object, not a value of type string.',
      () => content.bmapCheck('', { whole: 'x' as never }),
    ],
  ])('%s', async (sentence, call) => {
    expect(await message(call)).toBe(sentence);
  });

  /** A report that lacks a member. */
  const bootLess = () => {
    const { counts: _, ...rest } = reportOf();
    return rest;
  };
});

test('every function of the entries that takes options or a report is in a table above', () => {
  const tested = new Set([
    ...withOptions.map(([name]) => name),
    ...['exitStatus', 'stateOfFolder', 'upgradeExitStatus'],
  ]);
  for (const name of ['policyCheck', 'baselineOf', 'withBaseline', 'baselineCheck']) tested.add(name);
  /** Functions without such arguments, or whose argument is data of any kind. */
  const others = [
    'ArgumentError BaselineError BmapError ExtcheckError ImageError ManifestError PolicyError ProfileError ReaderError SourceError',
    'blobSource contentExtension fileSource findPartition fingerprintOf formatFinding lostWritesCheck memorySource packagesCheck',
    'parseBaseline parseBmap parseManifest parsePolicy parseProfile sliceSource',
  ].flatMap((line) => line.split(' '));
  const functions = [core, boot, content, repair, report].flatMap((entry) =>
    Object.entries(entry).flatMap(([name, value]) => (typeof value === 'function' ? [name] : [])),
  );
  expect(functions.filter((name) => !tested.has(name)).sort()).toEqual(others.sort());
});
