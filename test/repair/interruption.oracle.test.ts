/** A signal, or a lost terminal, at any step ends e2fsck and leaves nothing over; the folder for the original is looked at first. */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { findProgram } from '../../src/repair/fsck-tool';
import { repairImage } from '../../src/repair/repair';
import { builtCli } from '../support/cli';
import { hasE2fsprogs } from '../support/e2fsprogs';
import { damagedImage, freshFolder, isRoot, sha256 } from '../support/repair';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let image: string;
let hash: string;
beforeEach(() => {
  folder = freshFolder();
  image = damagedImage(join(folder, 'active.img'));
  hash = sha256(image);
});

describe.skipIf(!hasE2fsprogs)('an interrupted repair (needs e2fsprogs)', () => {
  test.each(['SIGHUP', 'SIGTERM', 'SIGINT'] as const)('by %s ends e2fsck and its processes', async (signal) => {
    const tools = freshFolder();
    const [tool, pids] = [join(tools, 'e2fsck'), join(tools, 'pids')];
    const real = findProgram(['e2fsck'])!;
    const lines = ['#!/bin/sh', `[ "$1" = -V ] && exec ${real} -V`, `sleep 100 & echo $$ $! > ${pids}`, 'wait'];
    writeFileSync(tool, `${lines.join('\n')}\n`);
    chmodSync(tool, 0o755);
    const child = spawn(process.execPath, [builtCli(), 'repair', '--yes', '--fsck', tool, image], { stdio: 'ignore' });
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
    while (!existsSync(pids) || readFileSync(pids, 'utf8') === '') await sleep(5);
    child.kill(signal);
    expect(await ended).toBe(32);
    for (const pid of readFileSync(pids, 'utf8').trim().split(' ')) expect(existsSync(`/proc/${pid}/exe`)).toBe(false);
    expect([readdirSync(folder), sha256(image)]).toEqual([['active.img'], hash]);
  });

  const hasPython = spawnSync('python3', ['-c', 'import pty']).status === 0;
  test.skipIf(!hasPython)('by the loss of the terminal on which it asks (needs python3)', async () => {
    const script = [
      'import os, pty, sys, time',
      'pid, fd = pty.fork()',
      'if pid == 0: os.execv(sys.argv[1], sys.argv[1:])',
      'seen = b""',
      'while b"Type yes" not in seen: seen += os.read(fd, 4096)',
      'os.close(fd)',
      'print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))',
    ];
    const args = ['-c', script.join('\n'), process.execPath, builtCli(), 'repair', image];
    const { status, stderr } = spawnSync('python3', args, { encoding: 'utf8', timeout: 50_000 });
    // nobody sees the exit status, and some versions of Node crash at the end because of the terminal
    expect([status, stderr, readdirSync(folder), sha256(image)]).toEqual([0, '', ['active.img'], hash]);
  });
});

describe.skipIf(!hasE2fsprogs)(
  'the folder for the original is refused before anything is copied (needs e2fsprogs)',
  () => {
    const refused = async (backup: string, why: RegExp) => {
      const steps: string[] = [];
      const report = await repairImage(image, { yes: true, backup, onEvent: ({ step }) => steps.push(step) });
      expect(report).toMatchObject({ outcome: 'failed', status: 8, reason: expect.stringMatching(why) });
      expect(steps).not.toContain('fsck');
      expect([sha256(image), readdirSync(folder)]).toEqual([hash, ['active.img']]);
    };

    test('where there is none', () =>
      refused(
        join(folder, 'none'),
        /^The original cannot be kept in .*none: no such file.*\. Create this folder, or use another/,
      ));

    test('where it is a file', () => refused(image, /^The original cannot be kept in .*: it is not a folder\./));

    test.skipIf(!isRoot)('where it is read-only, or has no space (needs root)', async () => {
      const disk = freshFolder();
      expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'extcheck-test', disk]).status).toBe(0);
      try {
        mkdirSync(join(disk, 'backup'));
        await refused(join(disk, 'backup'), /^There is not enough space in .*: keeping the damaged original needs/);
        expect(spawnSync('mount', ['-o', 'remount,ro', disk]).status).toBe(0);
        await refused(join(disk, 'backup'), /^The original cannot be kept in .*: read-only file system/);
      } finally {
        spawnSync('umount', [disk]);
      }
    });
  },
);
