/** Pages and sources use standard terms: the words below were coined here or are hard to read, and readers stop at them. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type SourceText, sourceTexts } from './support/source-texts';

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

/** They quote or describe sources that still have such words. */
const exceptedPages = ['docs/architecture.md'];

/** Folders of src whose comments and names still have such words. Their texts of problems are checked already. */
const unfinished = ['checks'];

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

const folderOf = (path: string): string => path.split('/')[0]!;
const isTexts = (path: string): boolean => path.endsWith('.texts.ts');
/** Refused words of a source, except in imports: they have the names of other modules. */
const wordsOf = ({ path, text }: SourceText): string[] =>
  found(text.replaceAll(/from '[^']*'|import\('[^']*'\)/g, '…')).map((one) => `${path}:${one}`);

test.each(pages.filter((page) => !exceptedPages.includes(page)))('%s uses standard terms', (page) => {
  expect(found(prose(readFileSync(new URL(page, root), 'utf8')))).toEqual([]);
});

describe('src', () => {
  const finished = sourceTexts.filter(({ path }) => isTexts(path) || !unfinished.includes(folderOf(path)));

  test('uses standard terms in names, comments, messages and help', () => {
    expect(finished.length).toBeGreaterThan(100);
    expect(finished.flatMap(wordsOf)).toEqual([]);
  });

  test('no folder stays in the list of unfinished ones after its words are plain', () => {
    const plain = (folder: string) =>
      sourceTexts.every((file) => folderOf(file.path) !== folder || isTexts(file.path) || wordsOf(file).length === 0);
    expect(unfinished.filter(plain)).toEqual([]);
  });
});

test('a refused word is found with its line, but not in code of a page, in a longer word or in an allowed phrase', () => {
  expect(found(prose('One.\nAll but for `cut off` ones.\n```sh\ncut off\n```\nIt lies at 5.'))).toEqual([
    '2: but for → except for',
    '6: lies at → is at',
  ]);
  expect(found("// the block behind it\nconst why = 'the file is no program';\nconst retold = 1;")).toEqual([
    '1: behind → after',
    '2: is no  → is not a …',
  ]);
  expect(found('There is no init. The clock of this machine is behind; it no longer runs.')).toEqual([]);
});
