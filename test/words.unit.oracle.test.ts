/** Pages and sources use standard terms: the words below were coined here or are hard to read, and readers stop at them. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { oracleTest, unitTest } from './support/project-tests';
import { dataFiles, sourceTexts } from './support/source-texts';
import { testTitles } from './support/test-titles';

/** A refused word and its replacement. */
const refused: readonly (readonly [RegExp, string])[] = [
  [/\bshort way\b/i, 'fast path'],
  [/\b(full|long) way\b/i, 'general path'],
  [/\bplain inodes?\b/i, 'ordinary inode'],
  [/\bscout(s|ing)?\b/i, 'helper thread'],
  [/\blookalikes?\b/i, 'identify'],
  [/\bway of a boot\b/i, 'boot path'],
  [/\bwrong use\b/i, 'usage error'],
  [/\b(but|save) for\b/i, 'except for'],
  [/\bwholly\b/i, 'contains only …'],
  [/\bcuts? off\b/i, 'truncated'],
  [/\b(set|puts?) right\b/i, 'fixed'],
  [/\btak(en|es|e) away\b/i, 'removed'],
  [/\bheld against\b/i, 'compared with'],
  [/\bat hand\b/i, 'available'],
  [/\bempty of sense\b/i, 'meaningless'],
  [/\bno sense\b/i, 'is invalid'],
  [/\b(stands|lies|lie) (at|in|on|inside|outside|behind|beside|before|beyond|below|elsewhere|there)\b/i, 'is at'],
  [/\bbehind\b/i, 'after'],
  [/(?<!\bthere )\b(is|are|was) no (?!longer\b|more\b|larger\b)/i, 'is not a …'],
  [/\b(told|tells)\b/i, 'reported, has'],
  [/\b(is|are) gone\b/i, 'is lost, does not exist'],
  [/\banew\b/i, 'again'],
  [/\breads? right\b/i, 'can be read'],
  [/\bfrom \S+ on\b/i, '… or greater, after …'],
  [/\bone an? (line|file)\b/i, 'one per line'],
  [/\badded up\b/i, 'combined bitwise'],
  [/\bexclude each other\b/i, 'cannot be used together'],
  [/\bsmoke of\b/i, 'often a sign of'],
  [/\b(some|any|no)body\b|\bwhoever\b/i, 'name who acts'],
];

/** Ordinary English with one of these words. */
const allowed: readonly RegExp[] = [
  /the clock of this machine is behind\b/gi, // a clock is ahead or behind
];

const root = new URL('../', import.meta.url);
const inFolder = (folder: string) =>
  readdirSync(new URL(folder, root)).flatMap((name) => (/\.(md|json|1)$/.test(name) ? [`${folder}${name}`] : []));
const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...['docs/', 'bench/', 'fixtures/'].flatMap(inFolder)];

/** What a page says itself: commands and output are the program's, whose source is checked. */
const prose = (text: string) =>
  text.replaceAll(/^```[\s\S]*?^```$/gm, (block) => block.replaceAll(/[^\n]/g, '')).replaceAll(/`[^`\n]*`/g, '…');

function found(text: string): string[] {
  const checked = allowed.reduce((rest, phrase) => rest.replaceAll(phrase, '…'), text);
  return checked
    .split('\n')
    .flatMap((line, i) =>
      refused.flatMap(([word, instead]) => (word.test(line) ? [`${i + 1}: ${word.exec(line)![0]} → ${instead}`] : [])),
    );
}

unitTest.each(pages)('%s uses standard terms', (page) => {
  expect(found(prose(readFileSync(new URL(page, root), 'utf8')))).toEqual([]);
});

unitTest('src uses standard terms in names, comments, messages and help', () => {
  // imports have the names of other modules
  const words = sourceTexts.flatMap(({ path, text }) =>
    found(text.replaceAll(/from '[^']*'|import\('[^']*'\)/g, '…')).map((one) => `${path}:${one}`),
  );
  expect(words).toEqual([]);
  expect(sourceTexts.length).toBeGreaterThan(100);
});

unitTest.each(dataFiles)('src/%s uses standard terms', (file) => {
  expect(found(readFileSync(new URL(`src/${file}`, root), 'utf8'))).toEqual([]);
});

// parsing all tests takes a second
oracleTest('titles of tests use standard terms', () => {
  const titles = testTitles();
  const words = titles.flatMap(({ file, line, text }) => found(text).map((one) => `${file}:${line}: ${one}`));
  expect(words).toEqual([]);
  expect(titles.length).toBeGreaterThan(800);
});

unitTest(
  'a refused word is found with its line, but not in code of a page, in a longer word or in an allowed phrase',
  () => {
    expect(found(prose('One.\nAll but for `cut off` ones.\n```sh\ncut off\n```\nIt lies at 5.'))).toEqual([
      '2: but for → except for',
      '6: lies at → is at',
    ]);
    expect(found("// the block behind it\nconst why = 'the file is no program';\nconst retold = 1;")).toEqual([
      '1: behind → after',
      '2: is no  → is not a …',
    ]);
    expect(found('There is no init. The clock of this machine is behind; it no longer runs.')).toEqual([]);
  },
);
