/** Repairs of a file system inside a disk, and what is refused because the disk is not raw. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { builtCli, cli } from '../support/cli';
import { gptDisk, mebibyte } from '../support/disk';
import { hasE2fsprogs } from '../support/e2fsprogs';
import { damagedImage, freshFolder, soundImage } from '../support/repair';
import { isInstalled } from '../support/tools';

vi.setConfig({ testTimeout: 120_000 });

const start = 8 * mebibyte;

/** A disk with a sound file system in partition 1 and a damaged one in partition 2, and bytes that are not zeros around them. */
function makeDisk(folder: string): { path: string; bytes: Buffer; end: number } {
  const sound = readFileSync(soundImage(join(folder, 'sound.img')));
  const damaged = readFileSync(damagedImage(join(folder, 'damaged.img')));
  const over = Buffer.alloc(24 * mebibyte, 0x5a);
  const bytes = gptDisk(
    over.length,
    [
      { start: 2048, count: sound.length / 512, holds: sound, label: 'boot' },
      { start: start / 512, count: damaged.length / 512, holds: damaged, label: 'root' },
    ],
    { over },
  );
  const path = join(folder, 'disk.img');
  writeFileSync(path, bytes);
  return { path, bytes, end: start + damaged.length };
}

describe.skipIf(!hasE2fsprogs)('a partition (needs e2fsprogs)', () => {
  test('must be named where there are several', () => {
    const { path, bytes } = makeDisk(freshFolder());
    const { status, stdout } = cli(['repair', '--yes', path]);
    expect(status).toBe(8);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('it has 2 file systems; choose one with --partition');
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  test.each([
    ['by its name', (path: string) => ['--partition', 'root', path]],
    ['by an image name', (path: string) => [`${path}?partition=2`]],
  ])('is repaired and nothing else is changed: %s', (_, args) => {
    const { path, bytes, end } = makeDisk(freshFolder());
    expect(cli(['-q', path]).status).toBe(4);
    const { status, stdout } = cli(['repair', '--yes', '--no-backup', ...args(path)]);
    expect({ status, said: stdout.split('\n')[0] }).toEqual({
      status: 1,
      said: expect.stringContaining('REPAIRED and checked again'),
    });
    const after = readFileSync(path);
    expect(after.subarray(0, start).equals(bytes.subarray(0, start))).toBe(true);
    expect(after.subarray(end).equals(bytes.subarray(end))).toBe(true);
    expect(after.equals(bytes)).toBe(false);
    expect(cli(['-q', path]).status).toBe(0);
  });
});

describe.skipIf(!hasE2fsprogs || !isInstalled('qemu-img', '--version'))('a virtual disk (needs qemu-img)', () => {
  test('is refused, and the commands that are given instead end well', () => {
    const folder = freshFolder();
    const { path } = makeDisk(folder);
    const image = join(folder, 'a disk.qcow2');
    expect(spawnSync('qemu-img', ['convert', '-O', 'qcow2', path, image]).status).toBe(0);
    const before = readFileSync(image);
    const args = ['repair', '--yes', '--no-backup', '--partition', 'root'];
    const { status, stdout } = cli([...args, image]);
    expect(status).toBe(8);
    expect(stdout).toContain('inside qcow2 and GPT');
    expect(readFileSync(image).equals(before)).toBe(true);
    const command = stdout.split('\n').find((line) => line.includes('qemu-img convert'));
    const program = `"${process.execPath}" "${builtCli()}"`;
    const run = (command ?? '').replace('extcheck repair', `${program} repair --yes --no-backup`);
    expect(spawnSync('sh', ['-c', run], { cwd: folder }).status).toBe(0);
    expect(cli(['-q', '--partition', 'root', `${image}.repaired`]).status).toBe(0);
  });
});

describe.skipIf(!hasE2fsprogs || !isInstalled('veritysetup', '--version'))('a signed image (needs veritysetup)', () => {
  test('is repaired with a warning', () => {
    const folder = freshFolder();
    const path = damagedImage(join(folder, 'signed.img'));
    const { size } = { size: readFileSync(path).length };
    writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.alloc(mebibyte)]));
    const made = spawnSync('veritysetup', [
      'format',
      `--hash-offset=${size}`,
      `--data-blocks=${size / 4096}`,
      path,
      path,
    ]);
    expect(made.status).toBe(0);
    const { status, stderr } = cli(['repair', '--dry-run', path]);
    expect(status).toBe(4);
    expect(stderr).toContain('warning: the file system is followed by a hash tree of dm-verity');
  });
});
