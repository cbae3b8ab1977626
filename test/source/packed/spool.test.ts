/** Where collected bytes go, and what happens before a file system is full. */
import * as real from 'node:fs';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { fs } from '../../../src/source/fs';
import { canListOpenFiles, holds, openFilesIn, sampleBytes, scratchFolder } from '../support';

const statfsSync = vi.spyOn(fs, 'statfsSync');
// modules take functions of fs when they are loaded
vi.resetModules();
const { Spool } = await import('../../../src/source/packed/spool');
const { SourceError } = await import('../../../src/source/source');
afterAll(() => {
  statfsSync.mockRestore();
  vi.resetModules();
});

const tempDir = scratchFolder();
const MiB = 2 ** 20;
const bytes = sampleBytes(300_000);

/** Lets the folder have this space. */
const space = (free: number | null, total = 2 ** 40) =>
  statfsSync.mockImplementation((() => {
    if (free === null) throw new Error('not here');
    return { bsize: 4096, bavail: Math.floor(free / 4096), blocks: total / 4096 };
  }) as unknown as typeof real.statfsSync);

afterEach(() => {
  statfsSync.mockImplementation(real.statfsSync);
  if (canListOpenFiles) expect(openFilesIn(tempDir)).toEqual([]);
});

const spoolOf = (options: { memoryLimit?: number; maxSize?: number; least?: number; isUnpacked?: boolean } = {}) => {
  const { memoryLimit = 0, maxSize = 2 ** 40, least = 0, isUnpacked = true } = options;
  return new Spool('x.gz', { memoryLimit, maxSize, tempDir }, isUnpacked, least);
};

test('in memory, in a file, and from one to the other', async () => {
  for (const memoryLimit of [0, 100_000, 300_000]) {
    const spool = spoolOf({ memoryLimit });
    for (let at = 0; at < bytes.length; at += 7001) spool.add(bytes.subarray(at, at + 7001));
    const source = spool.finish();
    expect(source.file === undefined).toBe(memoryLimit >= bytes.length);
    expect(await holds(source, bytes)).toBe(true);
    expect(await source.locate?.(0)).toBeUndefined();
    await source.close?.();
  }
});

test('bytes that are not unpacked are where they were', async () => {
  for (const memoryLimit of [0, 2 ** 20]) {
    const spool = spoolOf({ memoryLimit, isUnpacked: false });
    spool.add(bytes);
    const source = spool.finish();
    expect(source.locate).toBeUndefined();
    await source.close?.();
  }
  expect(() => spoolOf({ maxSize: 10, isUnpacked: false }).add(bytes)).toThrow(
    'x.gz: has more than the 10 bytes allowed',
  );
});

describe('space', () => {
  test('less than the compressed size is refused at once', () => {
    space(500 * MiB);
    const spool = spoolOf({ least: 600 * MiB });
    const text =
      `x.gz: to unpack it takes 600 MiB at least in ${tempDir}, which has 500 MiB free; ` +
      'choose another folder with TMPDIR=FOLDER, or tempDir in the library';
    expect(() => spool.expect(5)).toThrow(new SourceError(text, 0, 0));
    expect(() => spoolOf({ least: 600 * MiB, isUnpacked: false }).expect(5)).toThrow('to store it takes 600 MiB');
    space(20 * 1024 * MiB);
    expect(() => spoolOf({ least: 30 * 1024 * MiB }).expect(5)).toThrow('takes 30 GiB at least');
  });

  test('a large image is not: most of it may be zeros', async () => {
    space(500 * MiB);
    const spool = spoolOf({ least: 400 * MiB });
    spool.expect(2 ** 40);
    const zeros = new Uint8Array(MiB);
    for (let i = 0; i < 1000; i++) spool.add(zeros);
    const source = spool.finish();
    expect(source.size).toBe(1000 * MiB);
    await source.close?.();
  });

  test('it stops before the file system is full', () => {
    const noise = new Uint8Array(MiB).fill(7);
    for (const [free, total, stops] of [
      [100 * MiB, 2 ** 40, true],
      [200 * MiB, 2 ** 40, false],
      // a sixteenth of a small one
      [100 * MiB, 1024 * MiB, false],
      [50 * MiB, 1024 * MiB, true],
      [null, 0, false],
    ] as const) {
      space(free, total);
      const spool = spoolOf();
      const fill = () => {
        for (let i = 0; i < 70; i++) spool.add(noise);
      };
      if (!stops) fill();
      else
        expect(fill).toThrow(
          `x.gz: cannot unpack it: only ${free! / MiB} MiB are free in ${tempDir} after 64 MiB of its data, and more follow; choose`,
        );
      spool.discard();
    }
  });

  test('the memory is not counted', () => {
    space(0);
    const spool = spoolOf({ memoryLimit: 80 * MiB, least: 5 * MiB });
    const noise = new Uint8Array(MiB).fill(7);
    for (let i = 0; i < 70; i++) spool.add(noise);
    expect(spool.size).toBe(70 * MiB);
  });
});

test('what another process writes to the file', async () => {
  const spool = spoolOf({ maxSize: 300_000 });
  expect(spool.descriptor).toBeUndefined();
  spool.expect(1);
  const fd = spool.descriptor!;
  real.writeSync(fd, bytes, 0, 200_000);
  spool.adopt();
  expect(spool.size).toBe(200_000);
  expect(await holds(spool.finish(), bytes.subarray(0, 200_000))).toBe(true);
  real.writeSync(fd, new Uint8Array(200_000));
  expect(() => spool.adopt()).toThrow('more than the 300000 bytes allowed');
  spool.discard();
});
