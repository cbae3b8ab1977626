/** Decompression with the programs of the system: all formats, damage at many places, limits, and that no process is left. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openImageFile, openInput } from '../../../src/source/packed/open';
import type { OpenImageOptions } from '../../../src/source/packed/options';
import { SourceError } from '../../../src/source/source';
import { isInstalled } from '../../support/tools';
import {
  canListOpenFiles,
  fileOf,
  holds,
  openFilesIn,
  readAll,
  sameBytes,
  sampleBytes,
  scratchFolder,
} from '../support';
import { skippable, zstdFrame } from './by-hand';
import { childrenOfThis } from './children';

const folder = scratchFolder();
const tempDir = scratchFolder();
const bytes = sampleBytes(700_001);
const image = fileOf(folder, 'image', bytes);
const path = process.env.PATH;

beforeEach(() => {
  process.env.PATH = path;
});
afterEach(() => {
  process.env.PATH = path;
  expect(childrenOfThis()).toEqual([]);
  expect(readdirSync(tempDir)).toEqual([]);
  if (canListOpenFiles) expect([...openFilesIn(tempDir), ...openFilesIn(folder)]).toEqual([]);
});

const compressors = {
  gzip: ['gzip', '-c'],
  xz: ['xz', '-c'],
  'xz in blocks': ['xz', '-c', '-T2', '--block-size=100KiB'],
  lzma: ['xz', '-c', '--format=lzma'],
  bzip2: ['bzip2', '-1c'],
  lz4: ['lz4', '-qc', '-B4'],
  'lz4, legacy': ['lz4', '-qcl'],
  zstd: ['zstd', '-qc'],
} as const;
type Name = keyof typeof compressors;

const names = (Object.keys(compressors) as Name[]).filter((name) => isInstalled(compressors[name][0], '--version'));
const compress = (name: Name, content: Uint8Array): Buffer => {
  const [program, ...args] = compressors[name];
  return execFileSync(program, args, { input: content, maxBuffer: 2 ** 28 });
};
const formatOf = (name: Name) => name.split(/[ ,]/)[0]!;
const open = (content: Uint8Array, options: OpenImageOptions = {}) =>
  openInput(fileOf(folder, 'packed', content), { tempDir, ...options });

test('the tools are installed', (context) => {
  if (names.length < Object.keys(compressors).length) context.skip('some formats are not tested');
  expect(names.length).toBe(Object.keys(compressors).length);
});

describe.each(names)('%s', (name) => {
  const packed = compress(name, bytes);
  const half = bytes.length >> 1;

  test.each([0, 300_000, 2 ** 26])('all of it, with %d bytes of memory', async (memoryLimit) => {
    const steps: { done: number; total: number }[] = [];
    const opened = await open(packed, { memoryLimit, onProgress: (step) => steps.push(step) });
    expect(opened.packed).toEqual({ format: formatOf(name), packedSize: packed.length });
    expect(await holds(opened.source, bytes)).toBe(true);
    expect(await opened.source.locate?.(5)).toBeUndefined();
    expect(steps.at(-1)).toEqual({ done: packed.length, total: packed.length });
    await opened.source.close?.();
    const source = await openImageFile(join(folder, 'packed'), { tempDir, memoryLimit });
    expect(await holds(source, bytes)).toBe(true);
    await source.close?.();
  });

  test('nothing, and zeros', async () => {
    for (const length of [0, 1, 4096, 3_000_001]) {
      const opened = await open(compress(name, new Uint8Array(length)), { memoryLimit: 0 });
      expect(opened.packed?.damage).toBeUndefined();
      expect(await holds(opened.source, new Uint8Array(length))).toBe(true);
      await opened.source.close?.();
    }
  });

  // xz knows no end of the older format but that of the file
  test.skipIf(name === 'lzma')('several, one after the other', async () => {
    const both = Buffer.concat([compress(name, bytes.subarray(0, half)), compress(name, bytes.subarray(half))]);
    for (const memoryLimit of [0, 2 ** 26]) {
      const opened = await open(both, { memoryLimit });
      expect(opened.packed?.damage).toBeUndefined();
      expect(await holds(opened.source, bytes)).toBe(true);
      await opened.source.close?.();
    }
  });

  test('truncated: what came is what it should be', async () => {
    let most = 0;
    for (const length of [20, 1000, packed.length >> 2, packed.length >> 1, packed.length - 1000, packed.length - 1]) {
      for (const memoryLimit of [0, 2 ** 26]) {
        const opened = await open(packed.subarray(0, length), { memoryLimit }).catch(
          (error: unknown) => error as SourceError,
        );
        if (opened instanceof Error) {
          expect(opened).toBeInstanceOf(SourceError);
          expect(opened.message).toMatch(/: its (xz|lzma|bzip2|lz4|zstd|gzip) data is (truncated|corrupt): ./);
          expect(opened.at).toBe(0);
          continue;
        }
        const { source, packed: facts } = opened;
        // the older lz4 has no mark of its end
        if (facts?.damage === undefined) expect(name).toBe('lz4, legacy');
        else
          expect(facts.damage).toMatch(
            /^its \w+ data is (truncated|corrupt \(.+\)): [\d,]+ bytes( of [\d,]+)? came out$/,
          );
        expect(source.size).toBeLessThanOrEqual(bytes.length);
        expect(sameBytes(await readAll(source), bytes.subarray(0, source.size))).toBe(true);
        most = Math.max(most, source.size);
        await source.close?.();
        if (facts?.damage === undefined) continue;
        const error = await openImageFile(join(folder, 'packed'), { tempDir, memoryLimit }).catch((e: unknown) => e);
        expect(error).toBeInstanceOf(SourceError);
        expect((error as SourceError).at).toBe(source.size);
      }
    }
    // the older lz4 has blocks of 8 MiB
    if (name !== 'lz4, legacy') expect(most).toBeGreaterThan(bytes.length / 3);
  });

  // the older lz4 has no checksum
  test.skipIf(name === 'lz4, legacy')('corrupt', async () => {
    for (const at of [packed.length >> 2, packed.length >> 1, packed.length - 100]) {
      const bad = Buffer.from(packed);
      for (let i = 0; i < 8; i++) bad[at + i]! ^= 0x5a;
      const opened = await open(bad).catch((error: unknown) => error as SourceError);
      const text = opened instanceof Error ? opened.message : opened.packed?.damage;
      expect(text).toMatch(/its \w+ data is (corrupt|truncated)/);
      if (!(opened instanceof Error)) await opened.source.close?.();
    }
  });

  test('followed by other data', async () => {
    const opened = await open(Buffer.concat([packed, Buffer.from('other data, and more of it'.repeat(10))]));
    expect(opened.packed?.damage).toMatch(
      /^its \w+ data is (not all of it|corrupt.*|corrupt or not all of it) \(.+\): 700,001 bytes/,
    );
    expect(await holds(opened.source, bytes)).toBe(true);
    await opened.source.close?.();
  });

  test('the size limit', async () => {
    for (const memoryLimit of [0, 2 ** 26]) {
      await expect(open(packed, { memoryLimit, maxSize: bytes.length - 1 })).rejects.toThrow(
        `${join(folder, 'packed')}: unpacks to more than the 700000 bytes allowed`,
      );
      const opened = await open(packed, { memoryLimit, maxSize: bytes.length });
      await opened.source.close?.();
    }
  });

  // of several streams of the older format only the first is read, so that the end may come before the signal
  test.each(name === 'lzma' ? [0] : [0, 3, 20, 60])('abort after %d ms leaves no process', async (delay) => {
    const many = Buffer.concat(Array.from({ length: 150 }, () => packed));
    const controller = new AbortController();
    const reason = { why: 'not even an Error' };
    const opening = open(many, { memoryLimit: 0, signal: controller.signal }).catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, delay));
    controller.abort(reason);
    const before = performance.now();
    expect(await opening).toBe(reason);
    expect(childrenOfThis()).toEqual([]);
    // 50 ms on a machine that has nothing else to do
    expect(performance.now() - before).toBeLessThan(1000);
  });
});

test.skipIf(!names.includes('zstd'))('frames of zstd to skip, and a window that is too large', async () => {
  const packed = Buffer.concat([skippable(70_000), compress('zstd', bytes), skippable(3)]);
  const opened = await open(packed);
  expect(opened.packed).toEqual({ format: 'zstd', packedSize: packed.length });
  expect(await holds(opened.source, bytes)).toBe(true);
  const wide = Buffer.from(zstdFrame('x'.repeat(70), { stated: null }));
  // 2^31 bytes
  wide[5] = 21 << 3;
  await expect(open(wide)).rejects.toThrow(/: (zstd needs|it takes) more than .* of memory/);
});

test.skipIf(!names.includes('xz'))('zeros take no space in the temporary file', async () => {
  const hollow = Buffer.alloc(30_000_000);
  hollow.write('data', 15_000_000);
  for (const name of ['xz', 'bzip2', 'lz4'] as const) {
    const opened = await open(compress(name, hollow), { memoryLimit: 1000 });
    const { blocks, size } = execStats(opened.source.file!.fd);
    expect(size).toBe(hollow.length);
    expect(blocks * 512).toBeLessThan(300_000);
    await opened.source.close?.();
  }
});

function execStats(fd: number): { size: number; blocks: number } {
  const [size, blocks] = execFileSync('stat', ['-L', '-c', '%s %b', `/proc/${process.pid}/fd/${fd}`])
    .toString()
    .split(' ');
  return { size: Number(size), blocks: Number(blocks) };
}

describe('a tool that is missing or odd', () => {
  const xz = Buffer.concat([Buffer.from('fd377a585a000004', 'hex'), Buffer.alloc(300_000, 1)]);
  const tools = scratchFolder();

  /** Lets a script of sh be the only tool. */
  function pretend(script: string): void {
    const file = join(tools, 'xz');
    writeFileSync(file, `#!/bin/sh\nPATH=${path}\n${script}\n`);
    chmodSync(file, 0o755);
    process.env.PATH = tools;
  }

  test.each([
    ['xz', 'xz-utils', 'xz -dk FILE', xz],
    ['bzip2', 'bzip2', 'bzip2 -dk FILE', Buffer.from('BZh91AY&SY')],
    ['lz4', 'lz4', 'lz4 -dk FILE', Buffer.from('04224d18', 'hex')],
  ])('%s is not installed', async (program, debian, command, content) => {
    for (const empty of ['', '.', ':', 'bin', tempDir]) {
      process.env.PATH = empty;
      await expect(open(content)).rejects.toThrow(
        `${join(folder, 'packed')}: its ${program} data can be unpacked only with the program ${program}, which is not ` +
          `installed; install the package ${debian}, or unpack it where that is: ${command}`,
      );
    }
    delete process.env.PATH;
    await expect(open(content)).rejects.toThrow('not installed');
  });

  test('it cannot be run', async () => {
    pretend('');
    writeFileSync(join(tools, 'xz'), '#!/nowhere/sh\n');
    await expect(open(xz)).rejects.toThrow(/cannot run .*xz: /);
  });

  test('it ends without reading anything', async () => {
    pretend('echo some');
    const opened = await open(xz);
    expect(new TextDecoder().decode(await readAll(opened.source))).toBe('some\n');
    pretend('exit 1');
    await expect(open(xz)).rejects.toThrow('its xz data is corrupt: status 1');
  });

  test('it is ended by a signal', async () => {
    pretend('echo some; kill -9 $$');
    await expect(open(xz)).rejects.toThrow('xz, which unpacked it, was ended by SIGKILL');
  });

  test('it writes without end to either output', async () => {
    pretend('cat >/dev/null & while :; do echo yyyyyyyyyyyyyyyyyyyyyyyyyyyyy; done');
    await expect(open(xz, { maxSize: 100_000 })).rejects.toThrow('more than the 100000 bytes allowed');
    pretend('cat >/dev/null; echo xz: the reason >&2; head -c 5000000 /dev/zero | tr "\\0" x >&2; exit 1');
    await expect(open(xz)).rejects.toThrow(/its xz data is corrupt: the reason$/);
  });

  test('it hears no signal, and is ended by an abort', async () => {
    pretend('trap "" TERM INT HUP; exec sleep 100');
    const opening = open(xz, { signal: AbortSignal.timeout(150) });
    await expect(opening).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test('the options of the user have no effect on it', async () => {
    pretend('cat >/dev/null; echo "$XZ_OPT,$XZ_DEFAULTS,$LC_ALL"');
    process.env.XZ_OPT = '--memlimit=1';
    const opened = await open(xz);
    delete process.env.XZ_OPT;
    expect(new TextDecoder().decode(await readAll(opened.source))).toBe(',-T0 --memlimit-decompress=1GiB,C\n');
  });

  test('an error of the caller while it runs', async () => {
    const error = new Error('in onProgress');
    pretend('exec cat');
    const opening = open(xz, {
      onProgress() {
        throw error;
      },
    });
    await expect(opening).rejects.toBe(error);
  });
});

describe('a small file system for temporary files', () => {
  const small = scratchFolder();
  const mounts = (act: string, ...args: string[]): boolean => {
    try {
      execFileSync(act, args, { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  };

  test('it is full', async (context) => {
    if (!mounts('mount', '-t', 'tmpfs', '-o', 'size=8m', 'extcheck-test', small)) context.skip('mounting needs root');
    try {
      const noise = sampleBytes(10_000_000);
      for (const [name, content] of [
        ['gzip', gzipSync(noise, { level: 1 })],
        ...names
          .filter((one) => ['xz in blocks', 'lz4'].includes(one))
          .map((one) => [one, compress(one, noise)] as const),
      ] as const) {
        const error = await open(content, { tempDir: small, memoryLimit: 1000 }).catch((e: unknown) => e);
        expect(error, name).toBeInstanceOf(SourceError);
        expect((error as Error).message).toMatch(
          new RegExp(
            `: to unpack it takes \\d+ MiB at least in ${small}, which has \\d+ MiB free; choose another folder with TMPDIR`,
          ),
        );
      }
      // what does not show before: all bytes are the same
      for (const [name, content] of [
        ['gzip', gzipSync(Buffer.alloc(12_000_000, 1))],
        ...names
          .filter((one) => one !== 'gzip')
          .map((one) => [one, compress(one, Buffer.alloc(12_000_000, 1))] as const),
      ] as const) {
        const error = await open(content, { tempDir: small, memoryLimit: 1000 }).catch((e: unknown) => e);
        expect(error, name).toBeInstanceOf(SourceError);
        expect((error as Error).message).toMatch(
          /no space left on device; choose another folder with TMPDIR=FOLDER, or/,
        );
      }
      expect(readdirSync(small)).toEqual([]);
    } finally {
      mounts('umount', small);
    }
  });
});

test('the sample is in its place', () => {
  expect(existsSync(image)).toBe(true);
  expect(sameBytes(readFileSync(image), bytes)).toBe(true);
});
