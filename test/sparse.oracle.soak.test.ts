/** File systems of more than 2^32 blocks in sparse files: checked in bounded memory, and as e2fsck does; more in the full soak. */
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, ftruncateSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { checkImage } from '../src/check';
import { fileSource } from '../src/source/file';
import { hasE2fsprogs } from './support/e2fsprogs';
import { isFullSoak } from './support/project';

vi.setConfig({ testTimeout: 60_000 });

const TiB = 2 ** 40;

/** A folder on a file system that supports files of `size` bytes with holes; null where there is none. */
function roomyFolder(size: number): string | null {
  for (const parent of [tmpdir(), '/dev/shm']) {
    if (!existsSync(parent)) continue;
    const folder = mkdtempSync(join(parent, 'extcheck-sparse-'));
    try {
      const file = openSync(join(folder, 'probe'), 'w');
      ftruncateSync(file, size);
      closeSync(file);
      rmSync(join(folder, 'probe'));
      return folder;
    } catch {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return null;
}

const largest = 40 * TiB;
const folder = hasE2fsprogs ? roomyFolder(largest) : null;
afterAll(() => folder && rmSync(folder, { recursive: true, force: true }));

function make(name: string, size: number, options: string): string {
  const path = join(folder!, name);
  const file = openSync(path, 'w');
  ftruncateSync(file, size);
  closeSync(file);
  const { status, stderr } = spawnSync('mke2fs', ['-q', '-F', '-t', 'ext4', ...options.split(' '), path], {
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  return path;
}

async function check(path: string) {
  const source = await fileSource(path);
  try {
    const { verdict, findings, filesystem } = await checkImage(source);
    return { verdict, found: findings.map(({ id, block, data }) => ({ id, block, data })), filesystem };
  } finally {
    await source.close?.();
  }
}

describe.skipIf(folder === null)('sparse images, where a file may have 40 TiB', () => {
  const base = '^has_journal,^resize_inode,64bit';
  const clusters = `-O ${base},bigalloc,^metadata_csum,^uninit_bg -C 65536 -N 100000`;
  // 140,000 groups take some seconds
  const slow = isFullSoak;
  const kinds: [string, number, string][] = [['40 TiB in clusters of 64 KiB', largest, clusters]];
  if (slow) kinds.push(['17 TiB in groups of groups', 17 * TiB, `-O ${base},meta_bg -N 100000`]);
  test.each(kinds)('%s are clean for both', async (_, size, options) => {
    const path = make('clean', size, options);
    expect(spawnSync('e2fsck', ['-fn', path]).status).toBe(0);
    const { verdict, found, filesystem } = await check(path);
    expect({ verdict, found }).toEqual({ verdict: 'clean', found: [] });
    expect(filesystem!.blocks).toBeGreaterThan(2 ** 32);
    rmSync(path);
  });

  test('a lost bit beyond block 2^32 is found where it is', async () => {
    const path = make('damaged', largest, clusters);
    // the last group: its block bitmap is the one that the last descriptor names
    const dump = spawnSync('dumpe2fs', [path], { encoding: 'utf8', maxBuffer: 2 ** 28 }).stdout;
    const [, first, bitmap] = [
      ...dump.matchAll(/^Group \d+: \(Blocks (\d+)-\d+\)[^\n]*\n(?:[^G][^\n]*\n)*? +Block bitmap at (\d+)/gm),
    ].at(-1)!;
    expect(Number(first)).toBeGreaterThan(2 ** 32);
    const file = openSync(path, 'r+');
    const byte = new Uint8Array(1);
    const at = Number(bitmap) * 4096 + 3000;
    readSync(file, byte, 0, 1, at);
    writeSync(file, Uint8Array.of(byte[0]! | 4), 0, 1, at);
    closeSync(file);
    const block = Number(first) + (3000 * 8 + 2) * 16;
    const { verdict, found } = await check(path);
    expect(verdict).toBe('info');
    expect(found.filter(({ id }) => id === 'block-marked-unused')).toEqual([
      { id: 'block-marked-unused', block, data: { last: block + 15, blocks: 1 } },
    ]);
    expect(spawnSync('e2fsck', ['-fn', path], { encoding: 'utf8' }).stdout).toMatch(new RegExp(`-\\(?${block}\\b`));
  });
});
