/** The names of test files say which projects run them, as docs/testing.md describes, and no test is left out by that. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const folder = fileURLToPath(new URL('.', import.meta.url));
const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.test.ts'));

test.each(paths.sort())('%s', (path) => {
  const words = basename(path).split('.').slice(1, -2);
  // unit alone needs no word
  expect([
    [],
    ['oracle'],
    ['soak'],
    ['unit', 'oracle'],
    ['oracle', 'soak'],
    ['unit', 'soak'],
    ['unit', 'oracle', 'soak'],
  ]).toContainEqual(words);
  const text = readFileSync(join(folder, path), 'utf8');
  if (words.length === 0)
    expect(text, 'a unit file asks for tools').not.toMatch(/import [^;]*\b(hasE2fsprogs|nativeTest|oracleTest)\b/);
  // a block that only unit runs must not have the tests that only oracle runs
  for (const [block] of text.matchAll(/^unitDescribe[\s\S]*?^\}\)/gm))
    expect(block).not.toMatch(/\b(native|oracle)(Test|Describe)\b/);
});
