/** Links between the pages: each file exists, and so does each heading. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../', import.meta.url);
const inFolder = (folder: string) =>
  readdirSync(new URL(folder, root)).flatMap((name) => (name.endsWith('.md') ? [`${folder}${name}`] : []));
const pages = ['./', 'docs/', 'bench/', 'fixtures/'].flatMap(inFolder);

/** The text without code, in which brackets mean other things. */
const prose = (page: string) =>
  readFileSync(new URL(page, root), 'utf8')
    .replaceAll(/^```[\s\S]*?^```$/gm, '')
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()]/g, ' '));

/** What GitHub makes of a heading. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

const known = new Map<string, ReadonlySet<string>>();

/** The headings of a page, read once: docs/problems.md has hundreds of links to itself. */
function anchors(page: URL): ReadonlySet<string> {
  const headings =
    known.get(page.href) ??
    new Set([...readFileSync(page, 'utf8').matchAll(/^#{1,6} (.+)$/gm)].map((match) => anchor(match[1]!)));
  known.set(page.href, headings);
  return headings;
}

test('there are pages', () => {
  expect(pages).toEqual(expect.arrayContaining(['./CONTRIBUTING.md', './SECURITY.md', 'docs/README.md']));
});

test.each(pages)('every link of %s leads to a file and a heading', (page) => {
  const here = new URL(page, root);
  const links = [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!);
  const broken = links.filter((link) => {
    if (/^https?:/.test(link)) return !URL.canParse(link);
    const target = new URL(link, here);
    const heading = target.hash.slice(1);
    target.hash = '';
    return !existsSync(target) || (heading !== '' && !anchors(target).has(heading));
  });
  expect(broken).toEqual([]);
});

test('docs/README.md lists every page and every schema', () => {
  const index = readFileSync(new URL('docs/README.md', root), 'utf8');
  const names = readdirSync(new URL('docs/', root)).filter((name) => name !== 'README.md' && /\.(md|json)$/.test(name));
  expect(names.filter((name) => !index.includes(`(${name})`))).toEqual([]);
});

test('pages of the package link only to pages of the package', () => {
  const { files } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { files: string[] };
  const packed = inFolder('docs/').filter((page) => !files.includes(`!${page}`));
  const outside = packed.flatMap((page) =>
    [...prose(page).matchAll(/\]\((\.\.\/[^)\s]+)\)/g)].map((match) => `${page}: ${match[1]}`),
  );
  expect(outside).toEqual([]);
});
