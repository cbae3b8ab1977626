/** The program is built as three scripts: together they print what the sources would, and each holds what it should. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { rare } from '../../build/rare-modules';
import { allProblems as catalogue } from '../../src/all-problems';
import { readText } from '../../src/cli/input';
import { run } from '../../src/cli/run';
import { builtCli, cli, fixture } from '../support/cli';
import { hasE2fsprogs, makeImage } from '../support/e2fsprogs';
import { fixtureNames, fixturePath } from '../support/fixtures';
import { sourceTree } from '../support/source-tree';

vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'extcheck-scripts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the sources print and leave with, without being built. */
async function fromSources(argv: string[]): Promise<{ status: number; stdout: string }> {
  let stdout = '';
  const { signal } = new AbortController();
  const status = await run(argv, {
    out: async (text) => {
      stdout += text;
    },
    err: () => {},
    outIsTty: false,
    errIsTty: false,
    columns: undefined,
    env: {},
    signal,
    readText: (path) => readText(path, signal),
  });
  return { status, stdout };
}

async function expectSame(argv: string[]): Promise<void> {
  const built = cli(argv);
  expect({ status: built.status, stdout: built.stdout }).toEqual(await fromSources(argv));
}

const images = [
  ...fixtureNames.map(fixturePath),
  fixture('recovery/fast-commits.img.gz'),
  fixture('recovery/ext4-1k-fast-commit-area.img.gz'),
  join(folder, 'not-there.img'),
];

/** Images with the features whose parts of the check are left out of `cli.js`, and with all that is left in it. */
const recipes: Readonly<Record<string, string>> = {
  quota: '-t ext4 -O quota,project -I 256',
  verity: '-t ext4 -O verity',
  'ea-inode': '-t ext4 -O ea_inode',
  'inline-casefold': '-t ext4 -O inline_data,casefold,encrypt -E encoding=utf8',
  bigalloc: '-t ext4 -O bigalloc,metadata_csum,orphan_file',
  mmp: '-t ext4 -O mmp,metadata_csum',
  'journal-device': '-b 1024 -O journal_dev',
};

describe('the built program prints what its sources would', () => {
  test.each([
    [[]],
    [['--format', 'json']],
    [['--format', 'ndjson', '--no-replay']],
    [['--verbose', '--max-findings', '2']],
    [['--quiet', '--fail-on', 'info']],
    [['--require', '/etc/passwd', '--format', 'ndjson']],
    [['--color', 'always', '--fail-on', 'fatal']],
  ])('of all fixtures with %j', (options) => expectSame([...options, ...images]));

  test.skipIf(!hasE2fsprogs)('of images with every feature', async () => {
    const paths = Object.entries(recipes).map(([name, options]) => {
      const path = join(folder, `${name}.img`);
      writeFileSync(path, makeImage({ size: '8M', options }).bytes);
      return path;
    });
    await expectSame(['--verbose', ...paths]);
    await expectSame(['--format', 'json', ...paths]);
  });

  test.each([
    [['--help']],
    [['help', 'explain']],
    [['--version']],
    [['explain', 'list']],
    [['explain', '0x010005']],
    [['--explain', 'inode-dtime-set']],
    [['--explain', 'nothing']],
    [[]],
  ])('for %j', expectSame);
});

describe('cli.js', () => {
  const text = (name: string) => readFileSync(join(dirname(builtCli()), name), 'utf8');

  test('has no explanation and no sentence of a problem; texts.js has all of them', () => {
    // without quotes, which may be written in several ways
    const start = (words: string) => words.split(/['"`\\]/).sort((a, b) => b.length - a.length)[0]!;
    const entries = Object.values(catalogue);
    expect(entries.filter(({ explain }) => text('cli.js').includes(start(explain))).map(({ id }) => id)).toEqual([]);
    const built = createRequire(builtCli())('./texts.js').catalogue as typeof catalogue;
    const texts = (from: typeof catalogue) => Object.values(from).map(({ id, title, explain }) => [id, title, explain]);
    expect(texts(built)).toEqual(texts(catalogue));
    expect(/\bsay:\(?\w*\)?=>/.test(text('cli.js'))).toBe(false);
  });

  test('leaves out what few images need, by patterns that all stand for something', () => {
    for (const pattern of rare)
      expect(
        sourceTree.some(({ path }) => pattern.test(path)),
        String(pattern),
      ).toBe(true);
    // the round constants of SHA-256, which files with verity need
    const hasIt = (name: string) => text(name).toLowerCase().includes('428a2f98');
    expect(['cli.js', 'later.js'].map(hasIt)).toEqual([false, true]);
  });
});
