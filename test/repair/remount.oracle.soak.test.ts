/** A state partition that is mounted read-only: made writable for a repair, and read-only again whatever happens. */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { mountOf, mounts, parseMounts } from '../../src/repair/mounts';
import { repairImage } from '../../src/repair/repair';
import { runCommand } from '../../src/repair/runner';
import { undoRepair } from '../../src/repair/undo';
import { workFolder } from '../../src/repair/workplace';
import { builtCli } from '../support/cli';
import { canMount, damagedImage, freshFolder, isClean, long, sha256, strays } from '../support/repair';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });

test('mounts are read as the kernel writes them', () => {
  const text = [
    '27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard',
    '40 27 7:1 / /run/cos\\040state ro,relatime shared:1 - ext4 /dev/loop1 ro',
    '41 27 7:2 / /mnt rw - ext4 /dev/loop2 ro',
    'nonsense',
  ].join('\n');
  const all = parseMounts(text);
  expect(all.map(({ mountPoint, readOnly, device }) => [mountPoint, readOnly, device])).toEqual([
    ['/', false, '254:0'],
    ['/run/cos state', true, '7:1'],
    ['/mnt', true, '7:2'],
  ]);
  expect(mountOf('/run/cos state/cOS/active.img', all)?.device).toBe('7:1');
  expect(mountOf('/run/cos state2/x', all)?.device).toBe('254:0');
});

describe.skipIf(!canMount)('a read-only state partition (needs root and loop devices)', () => {
  let folder: string;
  let at: string;
  let image: string;
  let hash: string;
  let temporary: string;

  const mounted = () => mounts().find(({ mountPoint }) => mountPoint === at);
  const isReadOnly = () => mounted()?.readOnly;
  const run = (command: string, ...args: string[]) => {
    const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${command}: ${stderr}`);
  };

  beforeEach(() => {
    folder = freshFolder();
    at = join(folder, 'cos-state');
    temporary = join(folder, 'tmp');
    mkdirSync(at);
    mkdirSync(temporary);
    builtCli(); // is in the usual folder for temporary files
    vi.stubEnv('TMPDIR', temporary);
    const partition = join(folder, 'partition');
    writeFileSync(partition, '');
    truncateSync(partition, 48 << 20);
    run('mke2fs', '-q', '-F', '-t', 'ext4', '-L', 'COS_STATE', partition);
    run('mount', '-o', 'loop', partition, at);
    mkdirSync(join(at, 'cOS'));
    image = damagedImage(join(at, 'cOS', 'active.img'));
    hash = sha256(image);
    run('mount', '-o', 'remount,ro', at);
  });

  afterEach(() => {
    vi.unstubAllEnvs();
    spawnSync('umount', ['-R', join(at, 'inner')]);
    for (let i = 0; i < 20 && mounted(); i++) if (spawnSync('umount', [at]).status !== 0) spawnSync('sleep', ['0.3']);
    expect(mounted()).toBeUndefined();
  });

  test('is not changed without the option', async () => {
    const report = await repairImage(image, { yes: true });
    expect(report).toMatchObject({ status: 8, reason: expect.stringMatching(/mounted read-only. Use --remount/) });
    expect([isReadOnly(), sha256(image)]).toEqual([true, hash]);
    expect(await repairImage(image, { dryRun: true })).toMatchObject({ outcome: 'planned' });
    expect([isReadOnly(), readdirSync(temporary)]).toEqual([true, []]);
  });

  test('is writable only while the image is replaced', async () => {
    const states: (boolean | undefined)[] = [];
    const onEvent = () => states.push(isReadOnly());
    const report = await repairImage(image, { yes: true, remount: true, onEvent });
    expect(report).toMatchObject({ outcome: 'repaired', status: 1 });
    expect(states.slice(0, 8)).toEqual(Array(8).fill(true));
    expect(states.slice(8).every((state) => state === false)).toBe(true);
    expect(report.commands.filter(([command]) => command!.endsWith('mount')).map(([, ...args]) => args)).toEqual([
      ['-o', 'remount,rw', at],
      ['-o', 'remount,ro', at],
    ]);
    expect([isReadOnly(), isClean(image), sha256(report.backup!.path)]).toEqual([true, true, hash]);
    expect([strays(join(at, 'cOS')), readdirSync(temporary)]).toEqual([[], []]);
    expect(await undoRepair(image)).toMatchObject({ status: 8 });
    expect(await undoRepair(image, { remount: true })).toMatchObject({ outcome: 'undone' });
    expect([isReadOnly(), sha256(image)]).toEqual([true, hash]);
  });

  test('is read-only again as soon as leftovers are removed', async () => {
    run('mount', '-o', 'remount,rw', at);
    mkdirSync(workFolder(image));
    const state = { schemaVersion: 1, image, pid: 1, started: 'never', boot: 'another', phase: 'working' };
    writeFileSync(join(workFolder(image), 'state.json'), JSON.stringify(state));
    run('mount', '-o', 'remount,ro', at);
    const states: [string, boolean | undefined][] = [];
    const onEvent = ({ step }: { step: string }) => states.push([step, isReadOnly()]);
    const report = await repairImage(image, { yes: true, remount: true, onEvent });
    expect(report).toMatchObject({ outcome: 'repaired', status: 1 });
    expect(report.leftovers.join()).toContain('the copy was removed');
    expect(states.filter(([step]) => step === 'leftovers')).toEqual([['leftovers', false]]);
    const fromCheck = states.slice(states.findIndex(([step]) => step === 'check'));
    expect(fromCheck.slice(0, 7).every(([, readOnly]) => readOnly)).toBe(true);
    expect(report.commands.filter(([command]) => command!.endsWith('mount')).map((words) => words[2])).toEqual(
      ['rw', 'ro', 'rw', 'ro'].map((mode) => `remount,${mode}`),
    );
    expect([isReadOnly(), strays(join(at, 'cOS'))]).toEqual([true, []]);
  });

  test('is refused with the image in use, by mount, by loop device and by process', async () => {
    const inner = join(folder, 'inner');
    mkdirSync(inner);
    run('mount', '-o', 'loop,ro', image, inner);
    const { reason } = await repairImage(image, { yes: true, remount: true });
    run('umount', inner);
    expect(reason).toMatch(new RegExp(`is in use: it is mounted on ${inner} from /dev/loop\\d+`));
    const fd = openSync(image, 'r');
    const child = spawn('sleep', ['60'], { stdio: [fd, 'ignore', 'ignore'] });
    const second = await repairImage(image, { yes: true, remount: true });
    child.kill();
    closeSync(fd);
    expect(second.reason).toContain(`open in process ${child.pid} (sleep)`);
    expect([isReadOnly(), sha256(image)]).toEqual([true, hash]);
  });

  test('is read-only again when e2fsck fails, and when it is interrupted', async () => {
    // the copy is on the partition itself, which is writable from the start
    const work = join(at, 'cOS');
    const failing = await repairImage(image, {
      yes: true,
      remount: true,
      run: async (request) =>
        request.args.includes('./copy.img')
          ? { status: 8, signal: null, output: 'it fails', timedOut: false, failure: null }
          : runCommand(request),
    });
    expect([failing.status, isReadOnly(), sha256(image)]).toEqual([4, true, hash]);
    const controller = new AbortController();
    const stopped = await repairImage(image, {
      yes: true,
      remount: true,
      signal: controller.signal,
      onEvent: ({ step }) => {
        if (step === 'backup') controller.abort();
      },
    });
    expect([stopped.status, isReadOnly(), sha256(image), strays(work)]).toEqual([32, true, hash, []]);
  });

  test('warns if it cannot be made read-only again', async () => {
    let ro = 0;
    const report = await repairImage(image, {
      yes: true,
      remount: true,
      run: async (request) => {
        if (!request.args.includes('remount,ro')) return runCommand(request);
        ro++;
        return { status: 32, signal: null, output: 'mount point is busy', timedOut: false, failure: null };
      },
    });
    expect([report.outcome, report.status, ro]).toEqual(['repaired', 9, 40]);
    expect(report.notes.join()).toContain(`${at} is STILL WRITABLE`);
    run('mount', '-o', 'remount,ro', at);
  });

  test(`is read-only again after SIGKILL, ${long ? 12 : 3} times`, async () => {
    let killed = 0;
    for (let i = 0; i < (long ? 12 : 3); i++) {
      const args = [builtCli(), 'repair', '--yes', '--remount', '--no-backup', image];
      const child = spawn(process.execPath, args, { stdio: 'ignore' });
      while (child.exitCode === null && isReadOnly()) await sleep(1);
      await sleep(i * 4);
      killed += Number(child.kill('SIGKILL'));
      for (let n = 0; n < 100 && !isReadOnly(); n++) await sleep(50);
      expect(isReadOnly()).toBe(true);
      const now = sha256(image);
      expect(now === hash || isClean(image)).toBe(true);
      const next = await repairImage(image, { yes: true, remount: true, noBackup: true });
      expect([0, 1]).toContain(next.status);
      expect([isReadOnly(), strays(join(at, 'cOS')), readdirSync(temporary)]).toEqual([true, [], []]);
      run('mount', '-o', 'remount,rw', at);
      damagedImage(image);
      hash = sha256(image);
      run('mount', '-o', 'remount,ro', at);
    }
    expect(killed).toBeGreaterThan(0);
  });
});
