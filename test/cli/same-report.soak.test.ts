/**
 * The built command and the built library are the same checker: they give the same report of every image, sound or
 * damaged. Parts that need ../shared are skipped where that is not at hand.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test, vi } from 'vitest';
import type * as DiskLibrary from '../../src/entries/disk';
import type * as Library from '../../src/entries/index';
import type { FoundFileSystem } from '../../src/open-disk';
import { allBases } from '../fuzz/bases';
import { Fuzzer } from '../fuzz/fuzz';
import { builtCli, root } from '../support/cli';
import { amount } from '../support/project';
import { freshFolder } from '../support/scratch';

vi.setConfig({ testTimeout: 3_600_000 });

const shared = join(root, '..', 'shared');
const hasShared = existsSync(join(shared, 'corpus')) && existsSync(join(shared, 'oracle', 'mutate.mjs'));

type Api = typeof Library & typeof DiskLibrary;

const built = (name: string) => import(/* @vite-ignore */ pathToFileURL(join(dirname(builtCli()), name)).href);
const library = async (): Promise<Api> => ({ ...(await built('index.js')), ...(await built('disk.js')) });

/** Images for one call of the command. */
const batch = 25;

type Report = Awaited<ReturnType<typeof Library.checkImage>>;
type Printed = { findings: { message?: string }[] };

/** The reports that the command prints. */
function fromCommand(paths: readonly string[]): Printed[] {
  const { stdout, stderr } = spawnSync(process.execPath, [builtCli(), '--format', 'ndjson', '--', ...paths], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    timeout: 600_000,
  });
  expect(stderr).not.toContain('internal error');
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** The report on the only file system that the library finds in the file. */
async function fromLibrary({ openImageFile, checkImage, openDisk }: Api, path: string): Promise<Report> {
  const source = await openImageFile(path);
  try {
    const gzip = { format: 'gzip', details: '', size: statSync(path).size, notes: [] };
    const { fileSystems } = await openDisk(source, { around: path.endsWith('.gz') ? [gzip] : [] });
    expect(fileSystems).toHaveLength(1);
    const [{ source: part, partition, extension }] = fileSystems as [FoundFileSystem];
    // the name of a partition is its offset, as e2fsck accepts it
    const at = partition && !path.endsWith('.gz') ? `?offset=${await part.locate?.(0)}` : '';
    const extensions = extension ? [extension] : [];
    return await checkImage(part, { image: path + at, ...(partition && { partition }), extensions });
  } finally {
    await source.close?.();
  }
}

/** What differs between two reports of one image: the first difference in words, or null. */
function difference(printed: Printed, report: Report, { formatFinding }: typeof Library): string | null {
  const plain = JSON.parse(JSON.stringify(report)) as Report & Printed;
  for (const [i, finding] of report.findings.entries()) plain.findings[i]!.message = formatFinding(finding);
  const [command, api] = [printed, plain].map((one) => one as unknown as Record<string, unknown>);
  const keys = [...new Set([...Object.keys(command!), ...Object.keys(api!)])];
  const text = (value: unknown) => JSON.stringify(sorted(value)) ?? 'nothing';
  const key = keys.find((name) => text(command![name]) !== text(api![name]));
  if (key === undefined) return null;
  return `${key}: the command has ${text(command![key]).slice(0, 300)}, the library ${text(api![key]).slice(0, 300)}`;
}

/** The value with the keys of its objects in alphabetical order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, one]) => [name, sorted(one)]),
  );
}

/** The differences over all these images; each must have a report. */
async function differences(paths: readonly string[]): Promise<string[]> {
  const api = await library();
  const found: string[] = [];
  for (let start = 0; start < paths.length; start += batch) {
    const some = paths.slice(start, start + batch);
    const printed = fromCommand(some);
    expect(printed).toHaveLength(some.length);
    for (const [i, path] of some.entries()) {
      const differs = difference(printed[i]!, await fromLibrary(api, path), api);
      if (differs !== null) found.push(`${path}: ${differs}`);
    }
  }
  return found;
}

/** Every nth of a list, so that about `most` remain. */
const thinned = <T>(list: readonly T[], most: number): T[] =>
  list.filter((_, i) => i % Math.max(1, Math.ceil(list.length / most)) === 0);

/** Paths of images under a folder. */
const imagesUnder = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.img(\.gz)?$/.test(name))
    .sort()
    .map((name) => join(folder, name));

test('a difference in any part of a report is seen', async () => {
  const api = await library();
  const path = join(root, 'fixtures/damaged/crosslinked.img.gz');
  const [printed] = fromCommand([path]);
  const report = await fromLibrary(api, path);
  expect(report.findings.length).toBeGreaterThan(1);
  expect(difference(printed!, report, api)).toBe(null);
  expect(difference(printed!, { ...report, verdict: 'clean' }, api)).toMatch(/^verdict: /);
  expect(difference(printed!, { ...report, findings: report.findings.slice(1) }, api)).toMatch(/^findings: /);
  expect(difference(printed!, { ...report, io: { ...report.io, reads: 0 } }, api)).toMatch(/^io: /);
  const said = { ...printed!, findings: printed!.findings.map((one) => ({ ...one, message: 'other words' })) };
  expect(difference(said, report, api)).toMatch(/^findings: .*other words/);
});

test('the images of this repository', async () => {
  const paths = imagesUnder(join(root, 'fixtures'));
  expect(paths.length).toBeGreaterThan(15);
  expect(await differences(paths)).toEqual([]);
});

test('images that the project damages itself, and those it starts from', async () => {
  const bases = allBases();
  const fuzzer = new Fuzzer(bases, 20_261_129, { oracle: false });
  const count = amount({ ci: 50, full: 3000 });
  const found: string[] = [];
  const folder = freshFolder();
  for (let start = 0; start < count + bases.length; start += batch) {
    const paths: string[] = [];
    for (let number = start; number < Math.min(start + batch, count + bases.length); number++) {
      const path = join(folder, `${number}.img`);
      const image = number < bases.length ? bases[number]!.image() : fuzzer.image(fuzzer.make(number));
      writeFileSync(path, image.bytes);
      paths.push(path);
    }
    found.push(...(await differences(paths)));
    for (const path of paths) rmSync(path);
  }
  expect(found).toEqual([]);
});

describe.skipIf(!hasShared)('images of ../shared', () => {
  test('both corpora', async () => {
    const paths = imagesUnder(join(shared, 'corpus'));
    expect(paths.length).toBeGreaterThan(200);
    expect(await differences(thinned(paths, amount({ ci: 25, full: 1e6 })))).toEqual([]);
  });

  test('cases from public reports', async () => {
    const folder = freshFolder();
    const names = readdirSync(join(shared, 'cases')).filter((name) =>
      existsSync(join(shared, 'cases', name, 'image.gz')),
    );
    expect(names.length).toBeGreaterThan(20);
    const paths = names.map((name) => {
      const path = join(folder, `${name}.img`);
      writeFileSync(path, gunzipSync(readFileSync(join(shared, 'cases', name, 'image.gz'))));
      return path;
    });
    expect(await differences(paths)).toEqual([]);
  });

  test('images that ../shared/oracle/mutate.mjs damages, and those it starts from', async () => {
    const work = freshFolder();
    const bases = join(work, 'bases');
    const script = (name: string, ...args: string[]) => {
      const { status, stderr } = spawnSync(process.execPath, [join(shared, 'oracle', name), ...args]);
      expect(status, String(stderr)).toBe(0);
    };
    script('make-bases.mjs', bases);
    expect(await differences(imagesUnder(bases))).toEqual([]);
    const [per, seeds] = [amount({ ci: 25, full: 100 }), amount({ ci: 1, full: 30 })];
    for (let seed = 4000; seed < 4000 + seeds; seed++) {
      const out = join(work, `out-${seed}`);
      mkdirSync(out);
      script('mutate.mjs', '--bases', bases, '--out', out, '--seed', String(seed), '--count', String(per));
      const paths = imagesUnder(out);
      expect(paths).toHaveLength(per);
      expect(await differences(paths)).toEqual([]);
      rmSync(out, { recursive: true });
    }
  });
});
