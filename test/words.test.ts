/** Pages use standard terms: the words below were coined here, and readers do not know them. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** A refused word and its replacement. */
const refused: readonly (readonly [RegExp, string])[] = [
  [/\bshort way\b/i, 'fast path'],
  [/\b(full|long) way\b/i, 'general path'],
  [/\bplain inodes?\b/i, 'ordinary inode'],
  [/\bscout(s|ing)?\b/i, 'helper thread'],
  [/\blookalikes?\b/i, 'identify'],
  [/\bway of a boot\b/i, 'boot path'],
  [/\bwrong use\b/i, 'usage error'],
  [/\bbut for\b/i, 'except for'],
  [/\bsave for\b/i, 'except for'],
  [/\bwholly\b/i, 'contains only …'],
  [/\bcut off\b/i, 'truncated'],
  [/\bset right\b/i, 'fixed'],
  [/\btaken away\b/i, 'removed'],
  [/\bheld against\b/i, 'compared with'],
  [/\bat hand\b/i, 'available'],
  [/\bempty of sense\b/i, 'meaningless'],
  [/\b(stands|lies) (at|in|on|behind|beside|before|there)\b/i, 'is at'],
  [/\bone an? (line|file)\b/i, 'one per line'],
  [/\badded up\b/i, 'combined bitwise'],
  [/\bexclude each other\b/i, 'cannot be used together'],
  [/\bsmoke of\b/i, 'often a sign of'],
  [/\b(some|any|no)body\b/i, 'name who acts'],
];

/** One is made from the catalogue, the other describes sources that still have such names. */
const excepted = ['docs/problems.md', 'docs/architecture.md'];

const root = new URL('../', import.meta.url);
const inFolder = (folder: string) =>
  readdirSync(new URL(folder, root)).flatMap((name) => (name.endsWith('.md') ? [`${folder}${name}`] : []));
const pages = ['CONTRIBUTING.md', 'SECURITY.md', ...['docs/', 'bench/', 'fixtures/'].flatMap(inFolder)].filter(
  (page) => !excepted.includes(page),
);

/** The prose of a page, without commands and output. */
const prose = (text: string) =>
  text.replaceAll(/^```[\s\S]*?^```$/gm, (block) => block.replaceAll(/[^\n]/g, '')).replaceAll(/`[^`\n]*`/g, '…');

function found(text: string): string[] {
  return prose(text)
    .split('\n')
    .flatMap((line, i) =>
      refused.flatMap(([word, instead]) => (word.test(line) ? [`${i + 1}: ${word.exec(line)![0]} → ${instead}`] : [])),
    );
}

test.each(pages)('%s uses standard terms', (page) => {
  expect(found(readFileSync(new URL(page, root), 'utf8'))).toEqual([]);
});

test('a refused word is found with its line, but not in code', () => {
  expect(found('One.\nAll but for `cut off` ones.\n```sh\ncut off\n```\nIt lies at 5.')).toEqual([
    '2: but for → except for',
    '6: lies at → is at',
  ]);
});
