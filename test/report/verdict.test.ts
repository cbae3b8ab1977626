import { expect, test } from 'vitest';
import type { Severity } from '../../src/problem/finding';
import type { CheckReport } from '../../src/problem/report';
import { failedReport } from '../../src/report/failure';
import { verdictLine } from '../../src/report/verdict';
import { lostWritesCheck, reportOf, unusedInode, wrongBitmap, wrongCount } from '../support/reports';

const ok = (path: string) => ({ path, state: 'ok' as const });
const gone = (path: string) => ({ path, how: 'missing' as const });
const torn = (path: string) => ({ path, how: 'damaged' as const });
const error = unusedInode('x', 9);
const fatal = { id: 'superblock-missing', severity: 'fatal' as const };
const quota = [{ what: 'quota', why: 'not understood yet' }];
const incomplete = { verdict: 'incomplete' as const, notChecked: quota };

const table: [string, CheckReport, Severity | undefined, string][] = [
  ['good', reportOf(), undefined, 'active.img is clean'],
  [
    'good',
    reportOf([], { required: [ok('/a'), ok('/b')] }),
    undefined,
    'active.img is clean, and all 2 required paths are intact',
  ],
  ['good', reportOf([wrongCount]), undefined, 'active.img passes with 1 note: all files and directories are intact'],
  ['doubtful', reportOf([wrongCount]), 'info', 'active.img FAILS --fail-on info: 1 note, nothing worse'],
  ['doubtful', reportOf([wrongBitmap, wrongCount]), undefined, 'active.img FAILS: 1 warning; every path can be read'],
  ['doubtful', reportOf([wrongBitmap]), 'error', 'active.img passes --fail-on error: 1 warning'],
  ['bad', reportOf([error], { affected: [gone('/x')] }), undefined, 'DO NOT BOOT FROM active.img: 1 path is lost'],
  [
    'bad',
    reportOf([error], { affected: [torn('/x'), torn('/y')] }),
    undefined,
    'DO NOT BOOT FROM active.img: 2 paths are damaged',
  ],
  [
    'bad',
    reportOf([error], { affected: [gone('/x'), torn('/y')] }),
    undefined,
    'DO NOT BOOT FROM active.img: 1 path is lost, 1 is damaged',
  ],
  [
    'bad',
    reportOf([error], { affected: [gone('/x')], affectedCount: 1234 }),
    undefined,
    'DO NOT BOOT FROM active.img: 1,234 paths are lost or damaged',
  ],
  ['bad', reportOf([error]), undefined, 'active.img FAILS: its structure has 1 error; no path is lost'],
  ['bad', reportOf([fatal]), undefined, 'active.img FAILS: its structure has 1 error; no path is lost'],
  [
    'bad',
    reportOf([error], { affected: [gone('/x')] }),
    'fatal',
    'active.img passes --fail-on fatal ALTHOUGH 1 path is lost',
  ],
  [
    'bad',
    reportOf([], { required: [{ path: '/init', state: 'missing' }] }),
    undefined,
    'active.img FAILS: /init is missing; the file system itself is sound',
  ],
  [
    'bad',
    lostWritesCheck(),
    undefined,
    'DO NOT BOOT FROM active.img: 2 of 3 required paths failed; 67 paths are lost, 5 are damaged',
  ],
  [
    'doubtful',
    reportOf([], incomplete),
    undefined,
    'active.img: could not be checked completely (quota); no problem was found in the rest',
  ],
  [
    'doubtful',
    reportOf([wrongBitmap], incomplete),
    'error',
    'active.img: could not be checked completely (quota); the rest has 1 warning',
  ],
  [
    'doubtful',
    reportOf([wrongCount], incomplete),
    undefined,
    'active.img: could not be checked completely (quota); the rest has 1 note',
  ],
  [
    'doubtful',
    reportOf([wrongBitmap], incomplete),
    undefined,
    'active.img FAILS: 1 warning; every path can be read; it could not be checked completely',
  ],
  [
    'bad',
    reportOf([fatal], { filesystem: null }),
    undefined,
    'active.img: could not be checked: it has no ext2, ext3 or ext4 file system',
  ],
  [
    'bad',
    failedReport('a\u001bb', 'no such file or directory'),
    undefined,
    'a\\x1bb: could not be checked: no such file or directory',
  ],
];

test.each(table)('%s: %#', (tone, report, threshold, text) => {
  expect(verdictLine(report, threshold)).toEqual({ text, tone });
});

test('an image without a name is this image', () => {
  const { image: _, ...rest } = reportOf();
  expect(verdictLine(rest).text).toBe('this image is clean');
});
