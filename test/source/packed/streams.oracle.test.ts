/** Images from standard input and from FIFOs, plain and compressed. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openInput } from '../../../src/source/packed/open';
import { SourceError } from '../../../src/source/source';
import { root } from '../../support/cli';
import { isInstalled } from '../../support/tools';
import { canListOpenFiles, fileOf, holds, openFilesIn, sampleBytes, scratchFolder } from '../support';
import { childrenOfThis } from './children';

const folder = scratchFolder();
const tempDir = scratchFolder();
const bytes = sampleBytes(700_001);
const packed = gzipSync(bytes);
const image = fileOf(folder, 'image', bytes);
const script = join(folder, 'open.mjs');
const hasXz = isInstalled('xz', '--version');

/** Opens `-` and prints what it is, in a process of its own. */
const program = `
import { createHash } from 'node:crypto';
import { openInput } from ${JSON.stringify(pathToFileURL(join(folder, 'built/open.js')).href)};
const controller = new AbortController();
process.on('SIGINT', () => controller.abort(new Error('interrupted')));
try {
  const { source, packed } = await openInput('-', { tempDir: ${JSON.stringify(tempDir)}, memoryLimit: 100_000, signal: controller.signal });
  const all = Buffer.alloc(source.size);
  await source.read(0, all);
  console.log(JSON.stringify({ size: source.size, sum: createHash('md5').update(all).digest('hex'), packed, fd: source.file?.fd }));
  await source.close?.();
} catch (error) {
  console.log(JSON.stringify({ name: error.name, message: error.message }));
}
`;

beforeAll(() => {
  const entryPoints = [join(root, 'src/source/packed/open.ts')];
  const outdir = join(folder, 'built');
  buildSync({ entryPoints, outdir, bundle: true, splitting: true, format: 'esm', platform: 'node', logLevel: 'error' });
  writeFileSync(script, program);
});

const sumOf = (content: Uint8Array): string =>
  execFileSync(
    process.execPath,
    [
      '-e',
      "process.stdout.write(require('crypto').createHash('md5').update(require('fs').readFileSync(0)).digest('hex'))",
    ],
    {
      input: content,
    },
  ).toString();
const sum = sumOf(bytes);

describe('standard input', () => {
  /** What the program prints, with a file, a pipe or something else as its input. */
  function opened(stdin: number | Uint8Array): Record<string, unknown> {
    const given = typeof stdin === 'number' ? { stdio: [stdin, 'pipe', 'inherit'] as const } : { input: stdin };
    const { stdout } = spawnSync(process.execPath, [script], { ...(given as object), encoding: 'utf8' });
    return JSON.parse(stdout) as Record<string, unknown>;
  }
  function withFile(path: string): Record<string, unknown> {
    const fd = openSync(path, 'r');
    try {
      return opened(fd);
    } finally {
      closeSync(fd);
    }
  }

  test('a file is read in place', () => {
    expect(withFile(image)).toEqual({ size: bytes.length, sum, fd: 0 });
  });

  test('a compressed file', () => {
    const facts = { format: 'gzip', packedSize: packed.length };
    expect(withFile(fileOf(folder, 'image.gz', packed))).toMatchObject({ size: bytes.length, sum, packed: facts });
  });

  test('a pipe', () => {
    expect(opened(bytes)).toMatchObject({ size: bytes.length, sum });
    expect(opened(new Uint8Array(0))).toMatchObject({ size: 0 });
    expect(opened(bytes.subarray(0, 5))).toMatchObject({ size: 5 });
  });

  test('a pipe with compressed data', () => {
    const facts = { format: 'gzip', packedSize: packed.length };
    expect(opened(packed)).toMatchObject({ size: bytes.length, sum, packed: facts });
    expect(opened(Buffer.concat([packed, Buffer.alloc(300_000)]))).toMatchObject({ size: bytes.length, sum });
    expect(opened(packed.subarray(0, -9))).toMatchObject({
      packed: { damage: expect.stringMatching(/^its gzip data is truncated: [\d,]+ bytes came out$/) },
    });
    expect(opened(packed.subarray(0, 30))).toMatchObject({
      name: 'SourceError',
      message: expect.stringMatching(/^standard input: its gzip data is truncated: /),
    });
  });

  test.skipIf(!hasXz)('a pipe with data that a tool unpacks', () => {
    const content = execFileSync('xz', ['-c'], { input: bytes });
    expect(opened(content)).toMatchObject({
      size: bytes.length,
      sum,
      packed: { format: 'xz', packedSize: content.length },
    });
  });

  test('what cannot be an image', () => {
    const fd = openSync('/dev/null', 'r');
    expect(opened(fd)).toMatchObject({
      name: 'SourceError',
      message: expect.stringContaining('standard input: it is a character device'),
    });
    closeSync(fd);
    expect(withFile(folder)).toMatchObject({ message: expect.stringContaining('it is a directory') });
  });

  test('an interruption while nothing comes', async () => {
    const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.write(packed.subarray(0, 5000));
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
    setTimeout(() => child.kill('SIGINT'), 700);
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect(JSON.parse(text)).toEqual({ name: 'Error', message: 'interrupted' });
    expect(status).toBe(0);
  });
});

describe.skipIf(process.platform === 'win32')('a FIFO', () => {
  const fifo = join(folder, 'fifo');
  let writer: ChildProcess | undefined;

  /** Starts a shell whose output is the FIFO. */
  function write(commands: string): void {
    writer = spawn('sh', ['-c', `exec >"$0"; ${commands}`, fifo], { stdio: ['pipe', 'ignore', 'inherit'] });
  }
  const make = () => {
    rmSync(fifo, { force: true });
    execFileSync('mkfifo', [fifo]);
  };
  afterEach(async () => {
    if (writer !== undefined && writer.exitCode === null && writer.signalCode === null) {
      const ended = new Promise((resolve) => writer?.on('close', resolve));
      writer.kill('SIGKILL');
      await ended;
    }
    writer = undefined;
    expect(childrenOfThis()).toEqual([]);
    expect(readdirSync(tempDir)).toEqual([]);
    if (canListOpenFiles) expect([...openFilesIn(tempDir), ...openFilesIn(fifo)]).toEqual([]);
  });

  test('a writer that comes late and is slow', async () => {
    make();
    const half = fileOf(folder, 'half', packed.subarray(0, 1000));
    const rest = fileOf(folder, 'rest', packed.subarray(1000));
    write(`sleep 0.2; head -c 1 '${half}'; sleep 0.1; tail -c +2 '${half}'; sleep 0.1; cat '${rest}'`);
    const steps: { done: number; total: number }[] = [];
    const { source, packed: facts } = await openInput(fifo, {
      tempDir,
      memoryLimit: 0,
      onProgress: (step) => steps.push(step),
    });
    expect(facts).toEqual({ format: 'gzip', packedSize: packed.length });
    expect(await holds(source, bytes)).toBe(true);
    expect(steps.at(-1)).toEqual({ done: packed.length, total: 0 });
    await source.close?.();
  });

  test('a plain image, in memory and not', async () => {
    for (const memoryLimit of [0, 2 ** 26]) {
      make();
      write(`cat '${image}'`);
      const { source, packed: facts } = await openInput(fifo, { tempDir, memoryLimit });
      expect(facts).toBeUndefined();
      // its bytes are where they were
      expect(source.locate).toBeUndefined();
      expect(await holds(source, bytes)).toBe(true);
      await source.close?.();
    }
  });

  test('the size limit', async () => {
    make();
    write(`cat '${image}'; exec sleep 100`);
    await expect(openInput(fifo, { tempDir, maxSize: 1000 })).rejects.toThrow(
      `${fifo}: has more than the 1000 bytes allowed`,
    );
  });

  test.skipIf(!hasXz)('corrupt data, and a writer that goes on', async () => {
    make();
    const bad = execFileSync('xz', ['-c'], { input: bytes });
    bad.fill(0x55, bad.length >> 1, (bad.length >> 1) + 100);
    // more than a buffer of xz
    write(`cat '${fileOf(folder, 'bad', Buffer.concat([bad, bytes]))}'; exec sleep 100`);
    const { source, packed: facts } = await openInput(fifo, { tempDir, memoryLimit: 0 });
    expect(facts?.damage).toMatch(/^its xz data is corrupt \(.*\): [\d,]+ bytes came out$/);
    expect(facts?.packedSize).toBeNull();
    await source.close?.();
  });

  test.each(['no writer', 'a writer that writes nothing', 'a writer that stops'])('an abort with %s', async (which) => {
    make();
    if (which !== 'no writer')
      write(
        `${which.endsWith('stops') ? `cat '${fileOf(folder, 'half', packed.subarray(0, 9000))}'; ` : ''}exec sleep 100`,
      );
    const reason = new Error('not wanted');
    const controller = new AbortController();
    const opening = openInput(fifo, { tempDir, memoryLimit: 0, signal: controller.signal }).catch(
      (error: unknown) => error,
    );
    await new Promise((resolve) => setTimeout(resolve, 150));
    const before = performance.now();
    controller.abort(reason);
    expect(await opening).toBe(reason);
    expect(performance.now() - before).toBeLessThan(500);
  });

  test('a FIFO that may not be read, and a socket', async () => {
    await expect(openInput(join(folder, 'nowhere'))).rejects.toThrow(SourceError);
    const path = join(folder, 'socket');
    const server = createServer().listen(path);
    await new Promise((resolve) => server.on('listening', resolve));
    await expect(openInput(path)).rejects.toThrow(`cannot open ${path}: it is a socket`);
    await new Promise((resolve) => server.close(resolve));
  });
});
