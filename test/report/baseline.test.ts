import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/problem/finding';
import { BaselineError, baselineOf, parseBaseline, withBaseline } from '../../src/report/baseline';
import { exitStatus } from '../../src/report/exit-status';
import { fingerprintOf } from '../../src/report/fingerprint';
import { withAddition } from '../../src/report/merge';
import { renderText } from '../../src/report/text';
import { printedReport } from '../support/printed';
import { lostWritesCheck, reportOf, stubCatalogue, unusedInode, wrongBitmap, wrongCount } from '../support/reports';

test('a fingerprint is the problem and its path, or else inode, directory and group, and never a block', () => {
  const prints: [Finding, string][] = [
    [unusedInode('x', 12), 'dirent-inode-unused:/x'],
    [wrongBitmap, 'bitmap-block-differs:group=3'],
    [wrongCount, 'free-blocks-wrong:'],
    [
      { id: 'a-b', severity: 'error', inode: 5, directory: 2, block: 77, bytes: { at: 1, length: 2 } },
      'a-b:inode=5,directory=2',
    ],
  ];
  for (const [finding, print] of prints) expect(fingerprintOf(finding)).toBe(print);
});

describe('a baseline', () => {
  const damaged = () => lostWritesCheck();

  test('of a report accepts all of it, and survives being written', () => {
    const baseline = parseBaseline(JSON.stringify(baselineOf(damaged())));
    const after = withBaseline({ ...damaged(), required: [] }, baseline);
    expect(after).toMatchObject({
      verdict: 'clean',
      affected: [],
      affectedCount: 0,
      findings: [],
      counts: {},
      severityCounts: { info: 0, warning: 0, error: 0, fatal: 0 },
      baseline: { accepted: 26, unused: 0 },
    });
    expect(after.baseline?.findings.length).toBe(26);
    expect(exitStatus(after, 'info')).toBe(0);
    expect(renderText(after, { quiet: true })).toBe(
      'active.img passes: nothing new, 26 known findings accepted by the baseline\n',
    );
    expect(printedReport(after, stubCatalogue).baseline?.findings[0]).toMatchObject({ message: expect.any(String) });
  });

  test('accepts as many of a kind as it had, and fails on one more', () => {
    const baseline = baselineOf(reportOf([wrongBitmap, wrongBitmap]));
    expect(baseline.accepted).toEqual({ 'bitmap-block-differs:group=3': 2 });
    const same = withBaseline(reportOf([wrongBitmap]), baseline);
    expect([same.verdict, same.baseline?.accepted, same.baseline?.unused]).toEqual(['clean', 1, 1]);
    const more = withBaseline(reportOf([wrongBitmap, wrongBitmap, wrongBitmap, wrongCount]), baseline);
    expect(more.counts).toEqual({ 'bitmap-block-differs': 1, 'free-blocks-wrong': 1 });
    expect([more.verdict, exitStatus(more)]).toEqual(['warning', 4]);
  });

  test('never accepts what is fatal, required paths and gaps', () => {
    const fatal: Finding = { id: 'superblock-missing', severity: 'fatal' };
    expect(baselineOf(reportOf([fatal])).accepted).toEqual({});
    const listed = { version: 1, accepted: { 'superblock-missing:': 1 }, affected: [] } as const;
    expect(withBaseline(reportOf([fatal]), { ...listed, affected: [] }).verdict).toBe('fatal');
    const failed = reportOf([wrongCount], { required: [{ path: '/x', state: 'missing', stoppedAt: '/x' }] });
    expect(exitStatus(withBaseline(failed, baselineOf(failed)))).toBe(4);
    const gap = reportOf([wrongCount], { notChecked: [{ what: 'names', why: 'encrypted' }] });
    expect(withBaseline(gap, baselineOf(gap)).verdict).toBe('incomplete');
  });

  test('counts what it never accepts, and the text report mentions it', () => {
    const fatal: Finding = { id: 'superblock-missing', severity: 'fatal' };
    const gone: Finding = { id: 'required-path-missing', severity: 'error', path: '/x' };
    const affected = [{ path: '/x', how: 'missing' as const }];
    const report = reportOf([fatal, fatal, gone, wrongCount], { affected });
    const listed = { version: 1 as const, accepted: { 'superblock-missing:': 2, 'required-path-missing:/x': 1 } };
    for (const baseline of [baselineOf(report), { ...listed, affected: ['/x'] }]) {
      const judged = withBaseline(report, baseline);
      expect(judged.verdict).toBe('fatal');
      expect(judged.severityCounts).toMatchObject({ error: 1, fatal: 2 });
      // the paths of fatal problems stay as well
      expect(judged.affected).toEqual(affected);
      expect(judged.baseline).toMatchObject({ refused: 3, unused: 0 });
      const text = renderText(judged).replace(/\s+/g, ' ');
      expect(text).toContain('3 findings cannot be accepted: a baseline accepts neither fatal problems nor');
      expect(text).toMatch(/^DO NOT BOOT/);
    }
    const accepted = withBaseline(reportOf([wrongCount]), baselineOf(reportOf([wrongCount, wrongBitmap])));
    expect(accepted.baseline).toMatchObject({ accepted: 1, unused: 1, refused: 0 });
    expect(renderText(accepted)).toContain(
      '\nBaseline\n  1 known finding is accepted.\n  1 finding in it no longer exists: a new baseline would be smaller.\n',
    );
    expect(renderText(reportOf([wrongCount]))).not.toContain('Baseline');
  });

  test('accepts no error where the damage has grown', () => {
    const before = reportOf([unusedInode('x', 1), wrongBitmap], { affected: [{ path: '/x', how: 'missing' }] });
    const baseline = baselineOf(before);
    const after = {
      ...before,
      affected: [...before.affected, { path: '/y', how: 'missing' as const }],
      affectedCount: 2,
    };
    const judged = withBaseline(after, baseline);
    expect(judged.findings.map(({ id }) => id)).toEqual(['dirent-inode-unused']);
    expect([judged.verdict, judged.affectedCount, judged.baseline?.accepted]).toEqual(['error', 2, 1]);
  });

  test('is not made of a report that does not hold all of its findings', () => {
    const report = reportOf([wrongBitmap]);
    report.counts['bitmap-block-differs'] = 5;
    expect(() => baselineOf(report)).toThrow(BaselineError);
    expect(() => baselineOf(report)).toThrow(
      'the report has only part of the findings (there are 5 of bitmap-block-differs)',
    );
    expect(() => baselineOf(reportOf([], { affectedCount: 3 }))).toThrow('the report has only part of the findings;');
  });

  test.each([
    ['{', 'it is not JSON: '],
    ['null', "it lacks 'version': 1"],
    ['{"version":1}', "'accepted' must be an object"],
    ['{"version":1,"accepted":{"a":0},"affected":[]}', "'accepted' must have a count of 1 or greater for a"],
    ['{"version":1,"accepted":{},"affected":[1]}', "'affected' must be a list of paths"],
  ])('%s is none', (text, message) => {
    expect(() => parseBaseline(text)).toThrow(BaselineError);
    expect(() => parseBaseline(text)).toThrow(message);
  });
});

test('an addition counts like what the check found', () => {
  const extra = reportOf([unusedInode('x', 1)]);
  const report = withAddition(reportOf([wrongCount]), { ...extra, checked: 'bmap', notChecked: [] });
  expect(report.verdict).toBe('error');
  expect(report.checked.at(-1)).toBe('bmap');
  expect(report.counts).toEqual({ 'free-blocks-wrong': 1, 'dirent-inode-unused': 1 });
  expect(report.severityCounts).toEqual({ info: 1, warning: 0, error: 1, fatal: 0 });
  const gap = { what: 'a', why: 'b' };
  expect(withAddition(reportOf(), { ...reportOf(), checked: 'x', notChecked: [gap] }).verdict).toBe('incomplete');
});
