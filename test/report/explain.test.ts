import { expect, test } from 'vitest';
import { explainProblem } from '../../src/report/explain';
import { editDistance, nearest } from '../../src/report/nearest';
import { stubCatalogue } from '../support/reports';

const explain = (wanted: string) => explainProblem(wanted, stubCatalogue);

test('an id: title, severity and what it means, explanation, codes', () => {
  const { found, text } = explain('dirent-inode-unused');
  expect(found).toBe(true);
  expect(text).toBe(`dirent-inode-unused
Directory entry names an inode that is not in use

error: files or directories are unreadable, missing, wrong, or share their
  blocks.

The name is still there, the file behind it is not. Writes to the inode table
were lost.

e2fsck codes: 0x020002, 0x020003
`);
});

test.each(['0x020003', '0x20003', '0X020003', ' 0x20003 '])('a code of e2fsck: %s', (code) => {
  expect(explain(code).text).toMatch(/^dirent-inode-unused\n/);
});

test('a code that no problem stands for', () => {
  const { found, text } = explain('0x10010');
  expect(found).toBe(true);
  expect(text).toBe(`0x010010
In e2fsck: heading before the illegal blocks of an inode

not a finding: A heading, a sum or the end of a list; the items of the list are
  reported.
`);
});

test('a problem that e2fsck does not know', () => {
  expect(explain('inode-zeroed').text).toContain('e2fsck does not check this.');
});

test('an unknown code and an unknown id are not found', () => {
  expect(explain('0x0fffff')).toMatchObject({ found: false, text: expect.stringContaining('0x0fffff') });
  const { found, text } = explain('dirent-inod-unused');
  expect(found).toBe(false);
  expect(text).toContain('Did you mean:\n  dirent-inode-unused\n');
  expect(explain('constructor').found).toBe(false);
  expect(explain('').found).toBe(false);
});

test('list names every problem once, worst first', () => {
  const { found, text } = explain('list');
  expect(found).toBe(true);
  for (const id of Object.keys(stubCatalogue))
    expect(text.match(new RegExp(`^  ${id}$|^  ${id} `, 'gm'))).toHaveLength(1);
  expect(text.indexOf('superblock-missing')).toBeLessThan(text.indexOf('free-blocks-wrong'));
  expect(text).toContain('\n6 problems\n');
});

test('no line is wider than 80 columns', () => {
  for (const wanted of ['list', 'nonsense', '0x0', ...Object.keys(stubCatalogue)])
    for (const line of explain(wanted).text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test.each([
  ['', '', 0],
  ['abc', 'abc', 0],
  ['abc', 'acb', 1],
  ['abc', 'ab', 1],
  ['', 'abc', 3],
  ['kitten', 'sitting', 3],
])('from %j to %j are %i steps', (one, other, steps) => {
  expect(editDistance(one, other)).toBe(steps);
  expect(editDistance(other, one)).toBe(steps);
});

test('suggests what resembles, and nothing else', () => {
  expect(nearest('fromat', ['format', 'fail-on', 'require'], 1)).toEqual(['format']);
  expect(nearest('bitmap', Object.keys(stubCatalogue))).toEqual(['bitmap-block-differs']);
  expect(nearest('xyzzy', Object.keys(stubCatalogue))).toEqual([]);
  expect(nearest('block-bitmap-differs', Object.keys(stubCatalogue), 1)).toEqual(['bitmap-block-differs']);
});
