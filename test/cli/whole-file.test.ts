/** Files that get their names only once they are whole, and paths that are not files. */
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeWhole } from '../../src/cli/files';
import { WholeFile } from '../../src/cli/whole-file';

const folder = mkdtempSync(join(tmpdir(), 'extcheck-whole-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);

test('what was there stays until the end, and nothing is left beside it', () => {
  writeFileSync(at('report'), 'old');
  const file = new WholeFile(at('report'));
  file.write('new');
  expect(readFileSync(at('report'), 'utf8')).toBe('old');
  file.finish();
  expect(readFileSync(at('report'), 'utf8')).toBe('new');
  const given = new WholeFile(at('report'));
  given.write('half');
  given.giveUp();
  given.giveUp();
  expect(readFileSync(at('report'), 'utf8')).toBe('new');
  expect(readdirSync(folder)).toEqual(['report']);
});

test('keeps a symlink and writes its target', () => {
  writeFileSync(at('behind'), 'old');
  symlinkSync('behind', at('link'));
  expect(writeWhole(at('link'), ['n', 'ew'])).toBeNull();
  expect(lstatSync(at('link')).isSymbolicLink()).toBe(true);
  expect(readFileSync(at('behind'), 'utf8')).toBe('new');
});

test.skipIf(!existsSync('/dev/null'))('a device is written to and stays a device', () => {
  expect(writeWhole('/dev/null', ['gone'])).toBeNull();
  expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
});

test('a place that cannot be is said so', () => {
  expect(writeWhole(join(at('report'), 'below'), ['x'])).toMatch(/ENOTDIR|not a directory/);
});
