/** Every command over files that are missing, shut, changed while they are read, or no files: a sentence, never a stack. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { builtCli, fixture } from '../support/cli';
import { amount } from '../support/project';
import { freshFolder } from '../support/scratch';

vi.setConfig({ testTimeout: 120_000 });

const folder = freshFolder();
const program = join(folder, 'dist/cli.js');
const clean = join(folder, 'clean.img');
const at = (name: string): string => join(folder, name);

/** Root may read everything, so it runs the commands as another user. */
const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
const options = { ...user, env: { PATH: process.env['PATH'], TMPDIR: folder }, timeout: 60_000 } as const;

beforeAll(() => {
  chmodSync(folder, 0o777);
  cpSync(dirname(builtCli()), dirname(program), { recursive: true });
  // the program reads its version
  copyFileSync(join(dirname(builtCli()), '../package.json'), at('package.json'));
  writeFileSync(clean, gunzipSync(readFileSync(fixture('clean/ext4-4k-csum.img.gz'))));
  for (const name of ['locked.img', 'shut/in.img', 'root/run/initramfs/cos-state/cOS/active.img']) {
    mkdirSync(dirname(at(name)), { recursive: true });
    copyFileSync(clean, at(name));
    chmodSync(at(name), 0);
  }
  chmodSync(at('shut'), 0);
  writeFileSync(at('empty.img'), '');
  writeFileSync(at('short.img'), readFileSync(clean).subarray(0, 3000));
  mkdirSync(at('folder.img'));
  spawnSync('mkfifo', [at('pipe.img')]);
  symlinkSync('nowhere', at('dangling.img'));
  symlinkSync('loop.img', at('loop.img'));
  symlinkSync('/dev/null', at('null.img'));
});

const odd = [
  'missing.img',
  'locked.img',
  'shut/in.img',
  'empty.img',
  'short.img',
  'folder.img',
  'dangling.img',
  'loop.img',
  'null.img',
  '/proc/self/mem',
  '/proc/kmsg',
];

/** Runs the program as a user who may not read everything. */
function run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { ...options, encoding: 'utf8' });
  expectNoBug(stdout + stderr);
  return { status, stdout, stderr };
}

function expectNoBug(said: string): void {
  expect(said).not.toMatch(/internal error|\n {4}at |\(node:|E[A-Z]{4,}: /);
}

describe.each(odd)('%s', (name) => {
  const image = join(folder, name);
  const path = name.startsWith('/') ? name : image;

  test('check and boot, with a sound image after it', () => {
    const checked = run('check', '-q', path, clean);
    expect(checked).toMatchObject({ status: 8, stderr: '' });
    expect(checked.stdout).toMatch(/could not be checked: [\s\S]+clean.img is clean\n$/);
    const traced = run('boot', '--format', 'json', path, clean);
    // the sound image has no kernel
    expect(traced.status).toBe(12);
    expect(JSON.parse(traced.stdout).at(-1)).toMatchObject({ image: clean, verdict: 'fails' });
  });

  test('the other commands', () => {
    expect(run('check', '-q', '--content', '--packages', '--profile', 'elemental', path)).toMatchObject({ status: 8 });
    expect(run('manifest', path, '-o', at('out.mtree'))).toMatchObject({ status: 8, stdout: '' });
    expect(run('repair', '--dry-run', path)).toMatchObject({ status: 8 });
    expect(run('repair', '--undo', path)).toMatchObject({ status: 8 });
    expect(run('upgrade-state', '--state', path)).toMatchObject({ status: 8, stdout: '' });
    expect(run('upgrade-state', '--root', path)).toMatchObject({ status: 8 });
  });
});

test('a repair does not wait for a pipe', () => {
  expect(run('repair', '--dry-run', at('pipe.img'))).toMatchObject({ status: 8 });
  expect(run('repair', '--undo', at('pipe.img'))).toMatchObject({ status: 8 });
});

test('a folder of the state partition with an image that may not be read', () => {
  const { status, stdout } = run('upgrade-state', '--root', at('root'), '--format', 'json');
  expect(status).toBe(8);
  expect(JSON.parse(stdout).notChecked).toEqual([
    {
      what: '/run/initramfs/cos-state/cOS/active.img',
      why: expect.stringMatching(/^it cannot be read: permission denied$/),
    },
  ]);
  chmodSync(at('root/run/initramfs/cos-state'), 0);
  const shut = run('upgrade-state', '--root', at('root'), '--format', 'json');
  expect(JSON.parse(shut.stdout).notChecked).toEqual([
    { what: expect.stringContaining('/run/initramfs/cos-state'), why: expect.stringContaining('run extcheck as root') },
  ]);
});

test('a process that may read nothing but the program and the image checks as any other', () => {
  const flag = Number(process.versions.node.split('.')[0]) < 22 ? '--experimental-permission' : '--permission';
  const allowed = [flag, `--allow-fs-read=${folder}`, `--allow-fs-read=${clean}`, program];
  const checked = (...args: string[]) =>
    spawnSync(process.execPath, [...allowed, ...args, clean], { ...options, encoding: 'utf8' });
  expect(checked('-q').stdout).toBe(`${clean} is clean\n`);
  expect(checked('-q', '--content', '--packages', '--profile', 'elemental').status).toBe(4);
});

/** What another program does to an image while it is read. */
const changes: Record<string, (image: string) => void> = {
  truncated: (image) => truncateSync(image, 100_000),
  emptied: (image) => truncateSync(image, 0),
  extended: (image) => appendFileSync(image, Buffer.alloc(65536)),
  replaced: (image) => {
    copyFileSync(at('short.img'), `${image}.new`);
    renameSync(`${image}.new`, image);
  },
  overwritten: (image) => writeFileSync(image, Buffer.alloc(12 * 2 ** 20, 0x5a)),
  shut: (image) => chmodSync(image, 0),
};

describe.each(Object.entries(changes))('an image that is %s while it is read', (name, change) => {
  test.each([
    ['check', '-q', '--content', '--packages', '--profile', 'elemental'],
    ['boot', '-q'],
    ['manifest'],
    ['repair', '--dry-run'],
  ])('%s', async (...args) => {
    for (let i = 0; i < amount({ unit: 2, ci: 8, full: 60 }); i++) {
      const image = at(`${name}-${args[0]}.img`);
      writeFileSync(image, gunzipSync(readFileSync(fixture('clean/ext4-4k-csum.img.gz'))), { mode: 0o666 });
      chmodSync(image, 0o666);
      const child = spawn(process.execPath, [program, ...args, image], options);
      const said = Promise.all([text(child.stdout), text(child.stderr)]);
      const ended = once(child, 'exit');
      await sleep(40 + 15 * i);
      change(image);
      const [status] = await ended;
      expectNoBug((await said).join(''));
      expect([0, 4, 8, 12]).toContain(status);
    }
  });
});
