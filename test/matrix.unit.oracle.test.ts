/** The same image through every kind of source must give the same report, and no image may be touched. */
import { createHash } from 'node:crypto';
import { chmodSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { checkImage } from '../src/check';
import type { CheckReport } from '../src/problem/report';
import { blobSource } from '../src/source/blob';
import { fileSource } from '../src/source/file';
import { memorySource } from '../src/source/memory';
import { openImageFile } from '../src/source/packed/open';
import { sliceSource } from '../src/source/slice';
import type { ByteSource } from '../src/source/source';
import { fileOf, openFilesIn, scratchFolder } from './source/support';
import {
  cleanNames,
  damagedNames,
  damagedVerdicts,
  dribbling,
  fixtureBytes,
  fixtureNames,
  fixtureNow,
  fixturePath,
} from './support/fixtures';
import { project } from './support/project';
import { unitTest } from './support/project-tests';

vi.setConfig({ testTimeout: 60_000 });

const folder = scratchFolder();
/** Bytes before and after an image inside a larger file; an odd number of sectors and not a multiple of a block. */
const before = 512 * 2049;
const behind = 12_345;

const check = async (source: ByteSource): Promise<CheckReport> => {
  try {
    return await checkImage(source, { now: fixtureNow });
  } finally {
    await source.close?.();
  }
};

const kinds: Record<string, (name: string, bytes: Uint8Array) => ByteSource | Promise<ByteSource>> = {
  'a Blob': (_name, bytes) => blobSource(new Blob([bytes.slice(0, 70_001), bytes.slice(70_001)])),
  'a file': (name, bytes) => fileSource(fileOf(folder, `${name.replace('/', '-')}.img`, bytes)),
  'a gzip file in memory': (name) => openImageFile(fixturePath(name)),
  'a gzip file in a temporary file': (name) => openImageFile(fixturePath(name), { memoryLimit: 0, tempDir: folder }),
  'a slice of memory': (_name, bytes) =>
    sliceSource(
      memorySource(Buffer.concat([Buffer.alloc(before, 0x53), bytes, Buffer.alloc(behind, 0xef)])),
      before,
      bytes.length,
    ),
  'a slice of a file': async (name, bytes) => {
    const path = fileOf(
      folder,
      `${name.replace('/', '-')}.disk`,
      Buffer.concat([Buffer.alloc(before, 0x53), bytes, Buffer.alloc(behind, 0xef)]),
    );
    return sliceSource(await fileSource(path), before, bytes.length);
  },
  'a dribble of promises': (_name, bytes) => dribbling(bytes),
};

/** Every eighth image in unit, the others in oracle. */
const names = fixtureNames.filter((_, i) => (i % 8 === 0) === (project === 'unit'));

describe.each(names)('%s', (name) => {
  const bytes = fixtureBytes(name);
  const memory = check(memorySource(bytes));

  test('comes to the right verdict', async () => {
    const { verdict, findings, counts, notChecked } = await memory;
    const damage = damagedVerdicts[name.replace('damaged/', '')];
    if (name.startsWith('clean/'))
      expect({ verdict, findings, notChecked }).toEqual({ verdict: 'clean', findings: [], notChecked: [] });
    else {
      expect(verdict).toBe(damage?.verdict);
      expect(Object.keys(counts)).toContain(damage?.id);
    }
  });

  test.each(Object.keys(kinds))('gives the same report through %s', async (kind) => {
    expect(await check(await kinds[kind]!(name, bytes))).toStrictEqual(await memory);
  });

  test('is never called clean when one block is missing at its end', async () => {
    const { filesystem } = await memory;
    // a truncated image, and one without a file system, has no last block to miss
    const wasWhole = filesystem !== null && bytes.length >= filesystem.blocks * filesystem.blockSize;
    const end =
      filesystem === null
        ? bytes.length - 1
        : Math.min(bytes.length, filesystem.blocks * filesystem.blockSize) - filesystem.blockSize;
    const cut = await check(memorySource(bytes.subarray(0, end)));
    expect(cut.verdict).toBe('fatal');
    if (wasWhole) {
      const finding = cut.findings.find(({ id }) => id === 'image-truncated');
      expect(finding?.data).toEqual({
        stored: filesystem.blocks,
        found: filesystem.blocks - 1,
        missing: filesystem.blockSize,
      });
    }
    // a single byte is a block that is not whole
    const short = await check(memorySource(bytes.subarray(0, end + (filesystem?.blockSize ?? 1) - 1)));
    expect(short.verdict).toBe('fatal');
    if (wasWhole) expect(short.counts['image-truncated']).toBe(1);
  });

  test('is the same file afterwards, with the same times', async () => {
    const path = fileOf(folder, `${name.replace('/', '-')}.kept`, bytes);
    chmodSync(path, 0o444);
    const sha256 = () => createHash('sha256').update(readFileSync(path)).digest('hex');
    const state = () => {
      const { mtimeNs, ctimeNs, size, mode, ino } = statSync(path, { bigint: true });
      return { sha256: sha256(), mtimeNs, ctimeNs, size, mode, ino };
    };
    const atFirst = state();
    expect(await check(await openImageFile(path))).toStrictEqual(await memory);
    expect(state()).toEqual(atFirst);
  });
});

unitTest('every damaged image has an expected verdict', () => {
  expect(damagedNames).toEqual(Object.keys(damagedVerdicts).sort());
  expect(cleanNames.length).toBeGreaterThanOrEqual(10);
});

unitTest('a source has nothing to write with, and its file is open for reading only', async () => {
  const path = fileOf(folder, 'read-only.img', fixtureBytes('clean/ext2-rev0'));
  const source = await fileSource(path);
  afterAll(() => source.close?.());
  expect(Object.keys(source).filter((key) => /write|truncate|(?<!a)sync|utimes|chmod/i.test(key))).toEqual([]);
  await checkImage(source);
  if (process.platform !== 'linux') return;
  const open = openFilesIn(folder).filter((file) => file.path === path);
  expect(open).toHaveLength(1);
  // O_WRONLY and O_RDWR are 1 and 2 everywhere
  expect(open[0]!.flags & 3).toBe(0);
  const descriptor = openSync(path, 'r');
  expect(() => writeSync(descriptor, 'x')).toThrow(/EBADF/);
});
