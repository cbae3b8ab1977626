import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allProblems } from '../../src/all-problems';
import type { Finding } from '../../src/problem/finding';
import { formatFinding, placeOf, titleOf } from '../../src/report/message';
import { printable, shellWord } from '../../src/report/printable';
import { anyText } from '../support/any-text';
import { collect } from '../support/image';
import { amount } from '../support/project';
import { stubCatalogue, unusedInode, wrongBitmap } from '../support/reports';

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
const unsafe = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

test('says what is wrong, in which way, and where', () => {
  expect(formatFinding(unusedInode('passwd', 77), stubCatalogue)).toBe(
    "Directory entry names an inode that is not in use: entry 'passwd' names inode 77, which is not in use [/passwd (inode 77, directory inode 2)]",
  );
  expect(formatFinding(wrongBitmap, stubCatalogue)).toBe(
    'Block bitmap is wrong: 0 bits are set, should be 512 [group 3]',
  );
});

test('puts an unknown id into words and lists its data', () => {
  const finding: Finding = {
    id: 'moon-phase-wrong',
    severity: 'error',
    block: 7,
    data: { stored: 1, names: ['a', 'b'] },
  };
  expect(formatFinding(finding, stubCatalogue)).toBe('Moon phase wrong: stored 1, names ["a","b"] [block 7]');
  expect(formatFinding({ id: '', severity: 'info' })).toBe('Unnamed problem');
});

test('falls back to the data when the sentence fails', () => {
  expect(formatFinding({ id: 'throws', severity: 'warning', data: { stored: 3 } }, stubCatalogue)).toBe(
    'Its sentence fails: stored 3',
  );
});

test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('takes %s for no id of the catalogue', (id) => {
  expect(() => formatFinding({ id, severity: 'error' }, stubCatalogue)).not.toThrow();
  expect(titleOf(id, stubCatalogue)).not.toContain('function');
});

test('never throws and never prints control characters, whatever the payload', () => {
  const ids = fc.oneof(fc.constantFrom(...Object.keys(stubCatalogue)), anyText());
  const anything = fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true });
  fc.assert(
    fc.property(ids, anything, anything, anything, anyText(), (id, data, inode, block, path) => {
      const finding = { id, severity: 'error', data, inode, block, path } as unknown as Finding;
      const text = formatFinding(finding, stubCatalogue);
      expect(text).not.toMatch(unsafe);
      expect(text.length).toBeGreaterThan(0);
    }),
    { numRuns: amount({ unit: 100, ci: 500, full: 20_000 }) },
  );
});

test('spells out what a terminal would obey and leaves letters alone', () => {
  expect(printable('a\u001b[31mb\nc')).toBe('a\\x1b[31mb\\x0ac');
  expect(printable('x\u202egnp.exe')).toBe('x\\u{202e}gnp.exe');
  expect(printable('broken \ud800 half')).toBe('broken \\u{d800} half');
  expect(printable('größe 日本語 😀')).toBe('größe 日本語 😀');
});

test('quotes for a shell only where it has to', () => {
  expect(shellWord('/a/b-1.img')).toBe('/a/b-1.img');
  expect(shellWord('disk.img?offset=512')).toBe("'disk.img?offset=512'");
  expect(shellWord("it's $HOME.img")).toBe("'it'\\''s $HOME.img'");
  expect(shellWord('-rf')).toBe('./-rf');
  expect(shellWord('')).toBe("''");
});

test('64 bits that are all set are printed exactly, in data and in a place', () => {
  const { report, findings } = collect();
  const problem = { id: 'group-inode-table-location', severity: 'fatal', e2fsck: [] } as const;
  report(problem, { block: 2 ** 64 }, { stored: 2 ** 64, next: 2 ** 53, list: ['x'] });
  expect(findings[0]?.data).toEqual({ stored: '18446744073709551615', next: 2 ** 53, list: ['x'] });
  expect(placeOf(findings[0]!)).toBe('block 18446744073709551615');
  expect(formatFinding(findings[0]!, allProblems)).toContain('18446744073709551615');
  expect(formatFinding(findings[0]!, allProblems)).not.toContain('18446744073709552');
});

test('a hash of decimal digits is not a number', () => {
  const { report, findings } = collect();
  const hash = '1'.repeat(64);
  report({ id: 'bmap-range-differs', severity: 'error', e2fsck: [] }, {}, { stored: hash, expected: '12e345' });
  expect(findings[0]?.data).toEqual({ stored: hash, expected: '12e345' });
});
