/** Required paths that fail are findings, and decide the verdict; the file system itself may be sound. */
import { describe, expect, test } from 'vitest';
import { allProblems } from '../../src/all-problems';
import type { CheckReport } from '../../src/problem/report';
import { baselineOf, withBaseline } from '../../src/report/baseline';
import { exitStatus } from '../../src/report/exit-status';
import { renderJunit } from '../../src/report/junit';
import { renderMarkdown } from '../../src/report/markdown';
import { formatFinding } from '../../src/report/message';
import { renderText } from '../../src/report/text';
import { checkWhole } from '../support/check-damages';
import { TestDirectory } from '../support/directory';
import { TestImage } from '../support/image';
import { tree } from '../support/tree';

const load = () => TestImage.load('ext2-1k');
const catalogue = allProblems;
const sentences = ({ findings }: CheckReport) => findings.map((finding) => formatFinding(finding, catalogue));

describe('a sound image', () => {
  test('whose required paths are intact is clean', async () => {
    const report = await checkWhole(load(), { require: ['/etc/passwd', '/sbin/init', '/boot/vmlinuz'] });
    expect(report).toMatchObject({ verdict: 'clean', findings: [], counts: {} });
    expect(exitStatus(report)).toBe(0);
  });

  test('without a required path has an error for each, after all other findings', async () => {
    const require = ['/etc/passwd', '/usr/none/at/all', '/none', '/var/lib/empty', '/var/lib/hole-only', '/dev/null'];
    const report = await checkWhole(load().setSuper({ s_free_inodes_count: 3 }), { require });
    expect(report.verdict).toBe('error');
    expect(report.counts).toEqual({
      'superblock-free-inodes-wrong': 1,
      'required-path-missing': 2,
      'required-path-unusable': 3,
    });
    expect(report.severityCounts).toEqual({ info: 1, warning: 0, error: 5, fatal: 0 });
    expect(report.findings.map(({ path }) => path)).toEqual([undefined, ...require.slice(1)]);
    expect(sentences(report).slice(1)).toEqual([
      'Required path is missing: there is no such path; lookup stopped at /usr/none [/usr/none/at/all]',
      'Required path is missing: there is no such path [/none]',
      'Required path is not a complete, non-empty file: its size is 0 [/var/lib/empty]',
      'Required path is not a complete, non-empty file: it has a size, but contains only NUL bytes [/var/lib/hole-only]',
      'Required path is not a complete, non-empty file: it exists, but is not a regular file [/dev/null]',
    ]);
    expect(report.required.map(({ state }) => state)).toEqual([
      'ok',
      'missing',
      'missing',
      'empty',
      'all-nul',
      'not-a-file',
    ]);
  });

  test('is not called damaged in any report', async () => {
    const report = await checkWhole(load(), { require: ['/none'], image: 'active.img' });
    expect(report.causes.map(({ id, kind }) => [id, kind])).toEqual([['required-path-fails', 'sound']]);
    for (const threshold of ['info', 'error', 'fatal'] as const) expect(exitStatus(report, threshold)).toBe(4);
    expect(renderText(report, { catalogue, quiet: true })).toBe(
      'active.img FAILS: /none is missing; the file system itself is sound\n',
    );
    const text = renderText(report, { catalogue });
    expect(text).toContain('Required paths: 1 of 1 failed\n  missing      /none\n');
    expect(text).not.toMatch(/\d errors?\b/);
    expect(text).toContain('The structure of the file system is sound:');
    const markdown = renderMarkdown([report], { catalogue });
    expect(markdown).toContain('- `/none` missing');
    expect(markdown).not.toContain('required-path');
    const xml = renderJunit([report], { catalogue });
    expect(xml.match(/<failure/g)).toHaveLength(1);
    expect(xml).toContain('<testcase name="required: /none" classname="extcheck.required" time="0">\n      <failure');
  });
});

test('the errors of a damaged image and of its required paths are counted separately in the text', async () => {
  const image = load();
  TestDirectory.at(image, '/etc').set('fstab', { inode: 100 });
  const report = await checkWhole(image, { require: ['/etc/fstab', '/none'], image: 'active.img' });
  expect(report.counts).toMatchObject({ 'required-path-missing': 1, 'required-path-unusable': 1 });
  expect(sentences(report)).toContain(
    'Required path is not a complete, non-empty file: it, or a directory of its path, is damaged [/etc/fstab]',
  );
  const text = renderText(report, { catalogue });
  expect(text).toMatch(/^DO NOT BOOT FROM active.img: 2 of 2 required paths failed; 1 path is lost/);
  expect(text).toContain(`\n${report.severityCounts.error - 2} error`);
});

test('each is counted, and as many are kept as of other problems', async () => {
  const require = Array.from({ length: 7 }, (_, i) => `/none-${i}`);
  const heard: (string | undefined)[] = [];
  const report = await checkWhole(load(), { require, maxFindings: 3, onFinding: ({ path }) => heard.push(path) });
  expect(report.counts).toEqual({ 'required-path-missing': 7 });
  expect(heard).toEqual(require.slice(0, 3));
  expect(report.verdict).toBe('error');
});

test('a file that cannot be read is one', async () => {
  const image = load().setInode(tree.fstab, { i_mode: 0o644 });
  const report = await checkWhole(image, { require: ['/etc/fstab'] });
  expect(report.required).toEqual([{ path: '/etc/fstab', state: 'unreadable', stoppedAt: '/etc/fstab' }]);
  expect(report.counts['required-path-unusable']).toBe(1);
});

test('where no file system was found, no path was looked up, and none is a finding', async () => {
  const report = await checkWhole(load().fill(0, 4 * 1024 * 1024), { require: ['/etc/passwd'] });
  expect(report.required).toHaveLength(1);
  expect(Object.keys(report.counts).filter((id) => id.startsWith('required-'))).toEqual([]);
  expect([report.verdict, exitStatus(report)]).toEqual(['fatal', 8]);
});

test('no baseline accepts one', async () => {
  const report = await checkWhole(load(), { require: ['/none'] });
  const baseline = baselineOf(report);
  expect(baseline.accepted).toEqual({});
  const listed = { ...baseline, accepted: { 'required-path-missing:/none': 1 } };
  for (const one of [baseline, listed]) {
    const judged = withBaseline(report, one);
    expect([judged.verdict, exitStatus(judged), judged.baseline?.accepted]).toEqual(['error', 4, 0]);
  }
});
