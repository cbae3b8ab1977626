import { expect, test } from 'vitest';
import { type Severity, severities } from '../../src/problem/finding';
import type { RequiredResult } from '../../src/problem/report';
import { exitStatus } from '../../src/report/exit-status';
import { failedReport } from '../../src/report/failure';
import { reportOf } from '../support/reports';

const found = (severity: Severity) => ({ id: 'some-problem', severity });

test('every severity against every threshold', () => {
  const table = severities.map((severity) =>
    severities.map((threshold) => exitStatus(reportOf([found(severity)]), threshold)),
  );
  expect(table).toEqual([
    [4, 0, 0, 0],
    [4, 4, 0, 0],
    [4, 4, 4, 0],
    [4, 4, 4, 4],
  ]);
  expect(severities.map((threshold) => exitStatus(reportOf(), threshold))).toEqual([0, 0, 0, 0]);
});

test('fails from warnings by default', () => {
  expect(exitStatus(reportOf([found('info')]))).toBe(0);
  expect(exitStatus(reportOf([found('warning')]))).toBe(4);
});

test('what was not checked is 8, but never hides a problem', () => {
  const notChecked = [{ what: 'quota', why: 'not understood yet' }];
  expect(exitStatus(reportOf([], { notChecked, verdict: 'incomplete' }))).toBe(8);
  expect(exitStatus(reportOf([found('info')], { notChecked, verdict: 'incomplete' }))).toBe(8);
  expect(exitStatus(reportOf([found('warning')], { notChecked, verdict: 'incomplete' }))).toBe(4);
  expect(exitStatus(reportOf([found('warning')], { notChecked, verdict: 'incomplete' }), 'error')).toBe(8);
  expect(exitStatus(reportOf([], { verdict: 'incomplete' }))).toBe(8);
});

test('no file system at all is 8, never a pass and never "problems"', () => {
  expect(exitStatus(failedReport('x', 'gone'))).toBe(8);
  expect(exitStatus(reportOf([found('fatal')], { filesystem: null }))).toBe(8);
});

test('a required path that is not ok is 4 at any threshold', () => {
  const states: RequiredResult['state'][] = ['missing', 'unreadable', 'empty', 'all-nul', 'not-a-file'];
  for (const state of states)
    expect(exitStatus(reportOf([], { required: [{ path: '/init', state }] }), 'fatal')).toBe(4);
  expect(exitStatus(reportOf([], { required: [{ path: '/init', state: 'ok' }] }))).toBe(0);
});

test('a count beyond the kept findings counts', () => {
  const severityCounts = { info: 0, warning: 0, error: 2, fatal: 0 };
  expect(exitStatus(reportOf([], { severityCounts, counts: { x: 2 }, verdict: 'error' }))).toBe(4);
});
