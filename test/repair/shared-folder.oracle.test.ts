/** What others put where a repair works is passed over; what is surely of an earlier repair is removed with all in it. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { findProgram } from '../../src/repair/fsck-tool';
import { repairImage } from '../../src/repair/repair';
import { undoRepair } from '../../src/repair/undo';
import { leavesMemory, temporaryFolders } from '../../src/repair/work-parent';
import { workFolder } from '../../src/repair/workplace';
import { builtCli, cli } from '../support/cli';
import { hasE2fsprogs } from '../support/e2fsprogs';
import { damagedImage, freshFolder, isRoot, sha256, strays } from '../support/repair';

vi.setConfig({ testTimeout: 120_000 });

const sha256FromBytes = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

let folder: string;
let image: string;
let hash: string;
/** A folder to which everyone can write, as /tmp. */
let shared: string;
/** A folder with files that no repair may touch, named as those of a repair. */
let victim: string;
const names = ['copy.img', 'e2fsck.conf', 'problems.xml', 'state.json', 'core'];

const stateOf = (one: string, more: object = {}) =>
  JSON.stringify({ schemaVersion: 1, image: one, pid: 1, started: 'never', boot: 'x', phase: 'working', ...more });

/** A work folder as a killed repair leaves it. */
function leaveWork(path: string, more: object = {}): void {
  mkdirSync(path, { mode: 0o700 });
  writeFileSync(join(path, 'state.json'), stateOf(image, more));
}

beforeEach(() => {
  folder = freshFolder();
  image = damagedImage(join(folder, 'active.img'));
  hash = sha256(image);
  shared = freshFolder();
  chmodSync(shared, 0o1777);
  victim = freshFolder();
  for (const name of names) writeFileSync(join(victim, name), name === 'state.json' ? stateOf(image) : name);
});

const untouched = () => expect(readdirSync(victim).sort()).toEqual([...names].sort());

describe.skipIf(!hasE2fsprogs)('what others put in a folder for work (needs e2fsprogs)', () => {
  test.each([
    ['as the name of the work folder', ''],
    ['as a name that a repair gives first', '.999999999'],
    ['as a name of the newer form', '.999999999-0123456789abcdef'],
    ['as a second work folder', '-2'],
  ])('is passed over: a link %s', async (_, suffix) => {
    for (const work of [shared, folder]) {
      const link = `${workFolder(image, work)}${suffix}`;
      symlinkSync(victim, link);
      const report = await repairImage(image, { dryRun: true, work });
      expect(report).toMatchObject({ outcome: 'planned', leftovers: [] });
      untouched();
      expect([lstatSync(link).isSymbolicLink(), strays(work)]).toEqual([true, [link.slice(work.length + 1)]]);
      rmSync(link);
    }
  });

  test('is passed over: files, and folders without a state of a repair of this image', async () => {
    const name = workFolder(image, shared);
    writeFileSync(name, 'a file');
    mkdirSync(`${name}-2`, { mode: 0o700 });
    writeFileSync(join(`${name}-2`, 'precious'), '');
    leaveWork(`${name}-3`, { image: '/another.img' });
    const before = readdirSync(shared).sort();
    expect(await repairImage(image, { yes: true, work: shared })).toMatchObject({ outcome: 'repaired', leftovers: [] });
    expect(readdirSync(shared).sort()).toEqual(before);
    expect(existsSync(join(`${name}-2`, 'precious'))).toBe(true);
    untouched();
  });

  test.skipIf(!isRoot)(
    'is passed over: folders of another user, or to which others can write (needs root)',
    async () => {
      const name = workFolder(image, shared);
      leaveWork(name);
      chownSync(name, 65534, 65534);
      leaveWork(`${name}-2`);
      chmodSync(`${name}-2`, 0o777);
      expect(await repairImage(image, { yes: true, work: shared })).toMatchObject({
        outcome: 'repaired',
        leftovers: [],
      });
      expect([existsSync(join(name, 'state.json')), existsSync(join(`${name}-2`, 'state.json'))]).toEqual([true, true]);
    },
  );

  test('cannot redirect a repair that has started', async () => {
    const work = workFolder(image, shared);
    const report = await repairImage(image, {
      yes: true,
      work: shared,
      onEvent: ({ step }) => {
        if (step !== 'fsck') return;
        renameSync(work, `${work}.moved`);
        symlinkSync(victim, work);
      },
    });
    untouched();
    expect(report.outcome).toBe('repaired');
    expect(sha256(report.backup!.path)).toBe(hash);
  });

  test('does not stop a repair, however many names are taken', async () => {
    const name = workFolder(image, shared);
    symlinkSync(victim, name);
    for (let n = 2; n < 200; n++) symlinkSync(victim, `${name}-${n}`);
    expect(await repairImage(image, { yes: true, work: shared })).toMatchObject({ outcome: 'repaired', leftovers: [] });
    expect(readdirSync(shared)).toHaveLength(199);
    untouched();
  });

  test('does not stop undo', async () => {
    await repairImage(image, { yes: true });
    symlinkSync(victim, workFolder(image));
    expect(await undoRepair(image)).toMatchObject({ outcome: 'undone' });
    untouched();
  });
});

describe.skipIf(!hasE2fsprogs)('what an earlier repair left over (needs e2fsprogs)', () => {
  test('is removed with all in it', async () => {
    leaveWork(workFolder(image));
    for (const name of ['core', 'core.1234', 'copy.img', 'vgcore.7']) writeFileSync(join(workFolder(image), name), 'x');
    mkdirSync(join(workFolder(image), 'cores', 'deep'), { recursive: true });
    symlinkSync(victim, join(workFolder(image), 'cores', 'link'));
    const report = await repairImage(image, { yes: true });
    expect(report).toMatchObject({ outcome: 'repaired', leftovers: [expect.stringContaining('the copy was removed')] });
    expect(strays(folder)).toEqual([]);
    untouched();
  });

  /** An e2fsck that leaves a core file beside the copy, and then does as the lines say. */
  function fsckWith(...lines: string[]): string {
    const path = join(folder, 'my-e2fsck');
    const real = findProgram(['e2fsck'])!;
    const text = [
      '#!/bin/sh',
      `[ "$1" = -V ] && exec ${real} -V`,
      'echo core > core',
      ...lines,
      `exec ${real} "$@"`,
      '',
    ];
    writeFileSync(path, text.join('\n'));
    chmodSync(path, 0o755);
    return path;
  }

  test('may be a core file of this run', async () => {
    expect(await repairImage(image, { yes: true, fsck: fsckWith() })).toMatchObject({ outcome: 'repaired', notes: [] });
    expect(strays(folder)).toEqual([]);
    expect(await undoRepair(image)).toMatchObject({ outcome: 'undone' });
  });

  test('may be an e2fsck that still runs, which is ended', async () => {
    const pidFile = join(folder, 'pid');
    const tool = fsckWith(`echo $$ > ${pidFile}.new && mv ${pidFile}.new ${pidFile}`, 'sleep 100 & wait');
    const child = spawn(process.execPath, [builtCli(), 'repair', '--yes', '--fsck', tool, image], { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.on('exit', resolve));
    while (!existsSync(pidFile)) await sleep(5);
    child.kill('SIGKILL');
    await ended;
    const pid = spawnSync('cat', [pidFile], { encoding: 'utf8' }).stdout.trim();
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    const report = await repairImage(image, { yes: true });
    expect(report.outcome).toBe('repaired');
    expect(report.leftovers[0]).toMatch(
      new RegExp(`^e2fsck of an interrupted repair was still running, and was ended: process .*${pid}`),
    );
    expect(existsSync(`/proc/${pid}/exe`)).toBe(false);
    expect(strays(folder)).toEqual([]);
  });

  test('another repair that runs is not taken for it, wherever it works', async () => {
    const started = join(folder, 'started');
    const goOn = join(folder, 'go-on');
    const tool = fsckWith(`: > ${started}`, `while ! [ -e ${goOn} ]; do sleep 0.05; done`);
    for (const args of [[], ['--work', shared]]) {
      for (const file of [started, goOn]) rmSync(file, { force: true });
      const child = spawn(process.execPath, [builtCli(), 'repair', '--dry-run', '--fsck', tool, ...args, image], {
        stdio: 'ignore',
      });
      const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
      while (!existsSync(started)) await sleep(5);
      const second = cli(['repair', '--yes', image]);
      expect(second.status).toBe(8);
      expect(second.stdout.replace(/\s+/g, ' ')).toContain(
        `Another repair of this image is running: process ${child.pid}. Wait until it ends.`,
      );
      expect(sha256(image)).toBe(hash);
      writeFileSync(goOn, '');
      // the first one is not disturbed
      expect(await ended).toBe(4);
      expect([strays(folder), strays(shared)]).toEqual([[], []]);
    }
  });

  test('two repairs of one process: the second is refused', async () => {
    const [first, second] = await Promise.all([
      repairImage(image, { yes: true }),
      repairImage(image, { yes: true, work: shared }),
    ]);
    expect([first.outcome, second.outcome]).toEqual(['repaired', 'failed']);
    expect(second.reason).toContain(`Another repair of this image is running: process ${process.pid}`);
  });
});

describe.skipIf(!hasE2fsprogs)('an image that is replaced during a repair (needs e2fsprogs)', () => {
  test.each(['copy', 'fsck', 'compare', 'backup'] as const)('at step %s is not overwritten', async (at) => {
    const other = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 251));
    let done = false;
    const report = await repairImage(image, {
      yes: true,
      onEvent: ({ step }) => {
        if (step !== at || done) return;
        done = true;
        writeFileSync(`${image}.other`, other);
        renameSync(`${image}.other`, image);
      },
    });
    expect(report.status).toBe(8);
    expect(report.reason).toMatch(/Another program (changed|replaced) /);
    expect(sha256(image)).toBe(sha256FromBytes(other));
    expect(readdirSync(folder)).toEqual(['active.img']);
  });

  test('is not overwritten by undo', async () => {
    await repairImage(image, { yes: true });
    const report = await undoRepair(image, {
      onEvent: ({ text }) => {
        if (!text.startsWith('Verifying')) return;
        writeFileSync(`${image}.other`, 'other');
        renameSync(`${image}.other`, image);
      },
    });
    expect(report).toMatchObject({ status: 8, reason: expect.stringContaining('Another program changed') });
    expect(sha256(image)).toBe(sha256FromBytes(Buffer.from('other')));
  });
});

test('a copy in memory leaves half of what is free', () => {
  const tmpfs = statfsSync('/dev/shm').type;
  expect([leavesMemory(tmpfs, 50, 100), leavesMemory(tmpfs, 51, 100)]).toEqual([true, false]);
  expect(leavesMemory(0xef53, 1000, 100)).toBe(true);
});

test('folders to which only this user can write come before the shared one', () => {
  const [first, ...rest] = temporaryFolders({ TMPDIR: '/mine', XDG_RUNTIME_DIR: '/run/user/7' });
  expect(first).toBe('/mine');
  expect(rest).toEqual([...(isRoot ? ['/run'] : []), '/run/user/7', expect.any(String)]);
  expect(temporaryFolders({ TMPDIR: 'relative' })).not.toContain('relative');
});
