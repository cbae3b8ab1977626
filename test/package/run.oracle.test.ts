/**
 * The installed package runs: on this Node and others, by import and by require, on Deno and Bun, and in a browser.
 *
 * EXTCHECK_NODES names other Node programs to run the consumers on, separated by colons. EXTCHECK_RUNTIMES=1 installs Deno
 * and Bun from the registry, some 150 MB, and runs a consumer there as well.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { allProblems } from '../../src/all-problems';
import { checkImage } from '../../src/check';
import { formatFinding } from '../../src/report/message';
import { memorySource } from '../../src/source/memory';
import { qcow2Of, serverDisk } from '../support/doc-disks';
import { fixtureBytes, fixtureNow } from '../support/fixtures';
import { blocksOf } from './doc-blocks';
import { asked, installedPackage, mustRun, type Project, run, writeFiles } from './packed';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 600_000 });

const name = 'damaged/harvester-lost-writes';
/** What every consumer prints: the verdict of this image, and the findings. */
let expected: { verdict: string; findings: number; lost: number; boot: string };

const consumer = `
const { checkImage, fileSource, formatFinding, openImageFile } = extcheck;
const source = await fileSource('active.img');
const report = await checkImage(source, { extensions: [content.lostWritesCheck()], now: new Date(${fixtureNow.getTime()}) });
const sentences = report.findings.map((finding) => formatFinding(finding));
if (new Set(sentences).size < 2 || !renderer.renderText(report).includes('DO NOT BOOT')) throw new Error('no sentences');
if (typeof repair.repairImage !== 'function') throw new Error('no repair');
if ((await disk.openDisk(source)).fileSystems.length !== 1) throw new Error('no disk');
const { verdict } = await boot.checkBoot(source);
await source.close();
// unpacked in memory, and to a temporary file
for (const memoryLimit of [undefined, 0]) {
  const unpacked = await openImageFile('active.img.gz', { memoryLimit });
  const again = await checkImage(unpacked, { now: new Date(${fixtureNow.getTime()}) });
  await unpacked.close?.();
  if (again.verdict !== report.verdict || again.findings.length === 0) throw new Error('gzip: ' + again.verdict);
}
console.log(JSON.stringify({
  verdict: report.verdict,
  findings: report.findings.length,
  lost: report.affected.length,
  boot: verdict,
}));
`;
const entries = {
  extcheck: '',
  content: '/content',
  boot: '/boot',
  disk: '/disk',
  renderer: '/report',
  repair: '/repair',
};
const lines = (line: (name: string, specifier: string) => string) =>
  Object.entries(entries)
    .map(([name, path]) => line(name, `extcheck${path}`))
    .join('\n');

let project: Project;
beforeAll(async () => {
  project = await installedPackage();
  writeFileSync(join(project.folder, 'active.img'), fixtureBytes(name));
  writeFileSync(join(project.folder, 'active.img.gz'), gzipSync(fixtureBytes(name)));
  writeFiles(project.folder, {
    'esm.mjs': lines((name, specifier) => `import * as ${name} from '${specifier}';`) + consumer,
    'require.cjs': `${lines((name, specifier) => `const ${name} = require('${specifier}');`)}
(async () => {${consumer}})();\n`,
    'dynamic.cjs': `(async () => {${lines((name, specifier) => `const ${name} = await import('${specifier}');`)}${consumer}})();\n`,
  });
  const { lostWritesCheck } = await import('../../src/entries/content');
  const { checkBoot } = await import('../../src/entries/boot');
  const source = memorySource(fixtureBytes(name));
  const report = await checkImage(source, { extensions: [lostWritesCheck()], now: fixtureNow });
  expected = {
    verdict: report.verdict,
    findings: report.findings.length,
    lost: report.affected.length,
    boot: (await checkBoot(source)).verdict,
  };
});

const printed = (command: string, args: readonly string[]) => {
  const { status, out, err } = run(command, args, project.folder);
  return { status, out: status === 0 ? JSON.parse(out) : out, err };
};
const asExpected = () => ({ status: 0, out: expected, err: '' });

describe.each([process.execPath, ...asked.nodes])('Node at %s', (node) => {
  const version = mustRun(node, ['--version'], '.').trim();
  const [major, minor] = version.slice(1).split('.').map(Number) as [number, number];

  test(`${version} imports it from an ES module`, () => {
    expect(printed(node, ['esm.mjs'])).toEqual(asExpected());
  });

  test(`${version} imports it from a CommonJS module`, () => {
    expect(printed(node, ['dynamic.cjs'])).toEqual(asExpected());
  });

  // without a flag from 20.19 and 22.12 on
  const requires = major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
  test.skipIf(!requires)(`${version} requires it, without a warning`, () => {
    expect(printed(node, ['require.cjs'])).toEqual(asExpected());
  });

  test(`${version} runs the command`, () => {
    const command = run(node, ['node_modules/.bin/extcheck', '--format', 'json', 'active.img'], project.folder);
    expect(command.status).toBe(4);
    expect(JSON.parse(command.out).verdict).toBe('error');
  });

  test(`${version} refuses what is inside`, () => {
    const inside = run(node, ['--input-type=module', '-e', "import 'extcheck/dist/core.js'"], project.folder);
    expect(inside.status).not.toBe(0);
    expect(inside.err).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });
});

/** What esbuild makes of a module that imports the installed package; what is loaded later is in it. */
async function bundle(program: string | { contents: string; loader: 'ts' }): Promise<string> {
  const stdin = typeof program === 'string' ? { contents: program } : program;
  const { outputFiles, warnings } = await build({
    stdin: { ...stdin, resolveDir: project.folder },
    bundle: true,
    minify: true,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    globalName: 'extcheck',
    write: false,
    logLevel: 'silent',
  });
  expect(warnings).toEqual([]);
  return outputFiles[0]!.text;
}

describe('a bundle for browsers', () => {
  test('needs no module of Node, and is small', async () => {
    const script = await bundle("export { checkImage } from 'extcheck';");
    expect(script).not.toMatch(/["']node:|\brequire\(/);
    // neither the texts of problems nor the extensions
    const textsIn = (code: string) =>
      Object.values(allProblems).filter(({ explain }) => code.includes(explain.slice(0, 60)));
    expect(textsIn(script)).toEqual([]);
    expect(textsIn(await bundle("export { formatFinding } from 'extcheck';")).length).toBeGreaterThan(100);
    expect(script).not.toContain('dpkg');
    const sizes = { minified: script.length, gzip: gzipSync(script, { level: 9 }).length };
    console.log(`checkImage for a browser: ${sizes.minified} bytes, ${sizes.gzip} with gzip`);
    // what is loaded only for some images is in it: journal replay with 25 KB, the causes with 36 KB, and partition tables,
    // signatures and what to do with files of 70 other kinds with 21 KB; what only Linux refuses, and the mounts that work, take 6 KB of the rest
    expect(sizes.minified).toBeLessThanOrEqual(384 * 1024);
    // The aim is 100 KiB. The rest is the check itself: the bundle has no texts of problems, contents, boot or threads.
    expect(sizes.gzip).toBeLessThanOrEqual(138_000);
  });

  test.each(['content', 'boot', 'disk', 'report'])('has extcheck/%s without a module of Node', async (entry) => {
    expect(await bundle(`export * from 'extcheck/${entry}';`)).not.toMatch(/["']node:|\brequire\(/);
  });

  test('checks a Blob where there are only the globals of a browser', async () => {
    const script = await bundle("export * from 'extcheck';");
    const globals = { Blob, TextDecoder, TextEncoder, AbortController, AbortSignal, DOMException, MessageChannel };
    const page = createContext({ ...globals });
    const names = (runInContext(`${script}; Object.keys(extcheck).join()`, page) as string).split(',');
    for (const name of ['checkImage', 'openImage', 'blobSource', 'memorySource', 'sliceSource', 'formatFinding'])
      expect(names).toContain(name);
    for (const name of ['fileSource', 'openImageFile']) expect(names).not.toContain(name);
    const bytes = fixtureBytes(name);
    Object.assign(page, { image: new Blob([Uint8Array.from(bytes)]) });
    const code = `extcheck.checkImage(extcheck.blobSource(image), { now: new Date(${fixtureNow.getTime()}) })
      .then((report) => JSON.stringify(report))`;
    const report = JSON.parse(await (runInContext(code, page) as Promise<string>));
    expect(report.verdict).toBe('error');
    expect(report).toEqual(await checkImage(memorySource(bytes), { now: fixtureNow }));
  });
});

describe('a bundle for browsers that opens disks', () => {
  /** The program of docs/containers.md for a browser, as a bundle. */
  async function docBundle(): Promise<string> {
    const program = blocksOf('docs/containers.md').find(({ code }) => code.includes('disk: Blob'));
    expect(program?.language).toBe('ts');
    return bundle({ contents: program!.code, loader: 'ts' });
  }

  test('needs no module of Node, and adds little to the check', async () => {
    expect(await docBundle()).not.toMatch(/["']node:|\brequire\(/);
    const alone = await bundle("export { checkImage } from 'extcheck';");
    const script = await bundle("export { checkImage } from 'extcheck'; export { openDisk } from 'extcheck/disk';");
    const gzip = (code: string) => gzipSync(code, { level: 9 }).length;
    const added = { minified: script.length - alone.length, gzip: gzip(script) - gzip(alone) };
    console.log(
      `with openDisk: ${script.length} bytes, ${gzip(script)} with gzip (${added.minified}, ${added.gzip} more)`,
    );
    // all formats, the view of files, and the texts of the findings on containers
    expect(added.minified).toBeLessThanOrEqual(96 * 1024);
    expect(added.gzip).toBeLessThanOrEqual(34 * 1024);
  });

  test('checks the file systems of a qcow2 Blob with a partition table', async () => {
    const names = ['Blob', 'TextDecoder', 'TextEncoder', 'AbortController', 'AbortSignal', 'DOMException'] as const;
    const globals = Object.fromEntries(names.map((name) => [name, globalThis[name]]));
    const page = createContext({ ...globals, MessageChannel, DecompressionStream, Response });
    runInContext(await docBundle(), page);
    const linesFor = async (disk: Uint8Array): Promise<string[]> => {
      Object.assign(page, { disk: new Blob([Uint8Array.from(qcow2Of(disk))]) });
      return JSON.parse(await (runInContext('extcheck.checkDisk(disk).then(JSON.stringify)', page) as Promise<string>));
    };
    const disk = serverDisk();
    expect(await linesFor(disk)).toEqual(['qcow2, partition 2 "root": clean', 'qcow2, partition 3 "data": clean']);
    const rootAt = 2 * 2 ** 20;
    // the block bitmap of the first group, as the check of the image itself finds it
    const image = fixtureBytes('clean/ext4-1k-csum-tree');
    const descriptors = new DataView(image.buffer, image.byteOffset + 2048);
    const bitmapAt = descriptors.getUint32(0, true) * 1024;
    disk.fill(0, rootAt + bitmapAt, rootAt + bitmapAt + 1024);
    image.fill(0, bitmapAt, bitmapAt + 1024);
    const { findings } = await checkImage(memorySource(image));
    expect(findings.length).toBeGreaterThan(0);
    const [first, ...lines] = await linesFor(disk);
    expect(first).toMatch(/^qcow2, partition 2 "root": (?:warning|error)$/);
    expect(lines).toEqual([
      ...findings.map((finding) => formatFinding(finding, allProblems)),
      'qcow2, partition 3 "data": clean',
    ]);
  });
});

describe.skipIf(!asked.runtimes)('other runtimes (EXTCHECK_RUNTIMES=1)', () => {
  test.each([
    ['deno', '2.9.6', ['run', '--allow-all']],
    ['bun', '1.4.5', ['run']],
  ])('%s %s imports it', (runtime, version, args) => {
    const folder = join(project.folder, runtime);
    writeFiles(folder, { 'package.json': '{ "private": true }\n' });
    mustRun('npm', ['install', '--no-audit', '--no-fund', `${runtime}@${version}`], folder);
    const program = join(folder, 'node_modules/.bin', runtime);
    expect(existsSync(program)).toBe(true);
    expect(mustRun(program, ['--version'], folder)).toContain(version);
    const { status, out } = printed(program, [...args, 'esm.mjs']);
    expect([status, out]).toEqual([0, expected]);
  });
});
