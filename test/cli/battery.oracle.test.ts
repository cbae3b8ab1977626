import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { version } from '../../package.json';
import type { PrintedReport } from '../../src/report/json';
import { builtCli, cli, fixture, startCli } from '../support/cli';
import { validate } from '../support/json-schema';

const schema = JSON.parse(readFileSync(new URL('../../docs/report.schema.json', import.meta.url), 'utf8'));
const clean = fixture('clean/ext2-4k.img.gz');
const bitmap = fixture('damaged/zeroed-bitmap.img.gz');
const counts = fixture('damaged/unclean-counts.img.gz');
const notExt = fixture('damaged/not-ext.img.gz');
const lost = fixture('damaged/harvester-lost-writes.img.gz');

let home: string;
beforeAll(() => {
  builtCli();
  home = mkdtempSync(join(tmpdir(), 'extcheck-battery-'));
}, 60_000);
afterAll(() => rmSync(home, { recursive: true }));

/** The path of a new file with this content. */
function file(name: string, content: string | Uint8Array): string {
  const path = join(home, name);
  writeFileSync(path, content);
  return path;
}

describe('wrong or no use', () => {
  test('help and version', () => {
    expect(cli(['--help'])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^Usage: extcheck /),
      stderr: '',
    });
    expect(cli(['-V'])).toMatchObject({ status: 0, stdout: `extcheck ${version}\n`, stderr: '' });
  });

  test('no image, an unknown option, a bad value', () => {
    expect(cli([])).toMatchObject({ status: 16, stdout: '', stderr: expect.stringContaining('No image given.') });
    expect(cli(['--fromat', 'json', clean])).toMatchObject({
      status: 16,
      stdout: '',
      stderr: expect.stringContaining('--format?'),
    });
    expect(cli(['--offset', '12x', clean])).toMatchObject({ status: 16, stdout: '' });
  });

  test('explain: an id from the list, a code, nonsense', () => {
    const list = cli(['--explain', 'list']);
    expect(list.status).toBe(0);
    const [id] = /^ {2}([a-z0-9]+(-[a-z0-9]+)+)/m.exec(list.stdout)!.slice(1);
    expect(cli(['--explain', id!])).toMatchObject({ status: 0, stdout: expect.stringMatching(new RegExp(`^${id}\n`)) });
    expect(cli(['--explain', 'no-such-thing-at-all'])).toMatchObject({ status: 16, stdout: '' });
  });
});

describe('files that are not images', () => {
  const unchecked = (path: string, why: RegExp) => {
    const { status, stdout, stderr } = cli(['-q', path]);
    expect({ status, stderr }).toEqual({ status: 8, stderr: '' });
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(stdout).toMatch(why);
    const [report] = reports(['--format', 'ndjson', path]);
    expect(report).toMatchObject({ image: path, filesystem: null });
    expect(report!.verdict).toMatch(/^(incomplete|fatal)$/);
  };

  test('missing', () => unchecked(join(home, 'nowhere.img'), /: could not be checked: no such file or directory/));
  test('a directory', () => {
    mkdirSync(join(home, 'folder'));
    unchecked(join(home, 'folder'), /: could not be checked: it is a directory/);
  });
  test('empty', () => unchecked(file('empty.img', ''), /: could not be checked: /));
  test('tiny', () => unchecked(file('tiny.img', 'x'), /: could not be checked: /));
  test('text', () =>
    unchecked(file('text.img', 'not an image\n'.repeat(10_000)), /: could not be checked: it is a text file/));
  test('another file', () => unchecked(notExt, /: could not be checked: it is a text file/));
  test('gzip that is truncated before anything could be unpacked', () =>
    unchecked(file('start.img.gz', readFileSync(clean).subarray(0, 40)), /: could not be checked: its gzip data/));
  test('gzip that is truncated: what could be unpacked is checked', () => {
    const path = file('cut.img.gz', readFileSync(clean).subarray(0, 2000));
    expect(cli(['-q', path]).status).toBe(4);
    const [report] = reports(['--format', 'ndjson', path]);
    const text = expect.stringMatching(/^its gzip data is truncated: [\d,]+ bytes came out$/);
    expect(report?.container).toMatchObject([{ format: 'gzip', notes: [{ kind: 'damaged', text }] }]);
    expect(report?.findings.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['image-truncated', 'container-damaged']),
    );
  });
  test('a name that starts with a dash', () => {
    writeFileSync(join(home, '-q'), 'x');
    expect(cli(['--', '-q'], { cwd: home })).toMatchObject({
      status: 8,
      stdout: expect.stringMatching(/^-q: could not/),
    });
  });
  test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('one that may not be read', () => {
    const path = file('secret.img', 'x');
    spawnSync('chmod', ['0', path]);
    unchecked(path, /permission denied/);
  });
});

/** What is printed with a JSON format, each report valid. */
function reports(args: string[]): PrintedReport[] {
  const { stdout } = cli(args);
  const printed: PrintedReport[] = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  for (const report of printed) expect(validate(report, schema, { strict: true })).toEqual([]);
  return printed;
}

describe('images', () => {
  test('clean', () => {
    expect(cli([clean])).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/ is clean\n/) });
  });

  test('only the counts are off, as after an unclean shutdown', () => {
    expect(cli(['-q', counts])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(': all files and directories are intact'),
    });
    expect(cli(['-q', '--fail-on', 'info', counts]).status).toBe(4);
  });

  test('a bitmap of zeros fails, and passes only when asked to', () => {
    expect(cli(['-q', bitmap])).toMatchObject({ status: 4, stdout: expect.stringContaining('FAILS') });
    expect(cli(['-q', '--fail-on', 'error', bitmap]).status).toBe(0);
  });

  test('lost writes: the whole way', () => {
    const { status, stdout } = cli([lost]);
    expect(status).toBe(4);
    expect(stdout).toMatch(/^DO NOT BOOT FROM\s/);
    expect(stdout).toContain('\nLost or damaged: ');
    expect(stdout).toContain('\nWhat to do\n');
    const [report] = reports(['--format', 'ndjson', lost]);
    expect(report!.affectedCount).toBeGreaterThan(0);
    expect(report!.causes.length).toBeGreaterThan(0);
  });

  test('several: one line each in their order, statuses combined', () => {
    const args = ['--format', 'ndjson', clean, join(home, 'gone'), bitmap, notExt];
    expect(reports(args).map(({ image }) => image)).toEqual(args.slice(2));
    expect(cli(args).status).toBe(12);
    const array = JSON.parse(cli(['--format', 'json', clean, bitmap]).stdout);
    expect(array.map(({ image }: PrintedReport) => image)).toEqual([clean, bitmap]);
  });

  test('inside a disk: at an offset, named in either way', () => {
    const image = gunzipSync(readFileSync(clean));
    const disk = file('disk.img', Buffer.concat([Buffer.alloc(1 << 20), image]));
    expect(cli(['-q', '--offset', '2048s', disk])).toMatchObject({
      status: 0,
      stdout: `${disk}?offset=1048576 is clean\n`,
    });
    expect(cli(['-q', `${disk}?offset=1M`]).status).toBe(0);
    expect(cli(['-q', disk]).status).toBe(8);
    expect(cli(['-q', '--offset', '1G', disk])).toMatchObject({
      status: 8,
      stdout: expect.stringContaining('is past its end'),
    });
  });

  test('the image is not touched', () => {
    const path = file('untouched.img', gunzipSync(readFileSync(bitmap)));
    const look = () => [createHash('sha256').update(readFileSync(path)).digest('hex'), statSync(path).mtimeMs];
    const before = look();
    expect(cli([path]).status).toBe(4);
    expect(look()).toEqual(before);
  });

  test('required paths: from options, a file and standard input', () => {
    expect(cli(['-q', '--require', '/no/such/file', clean])).toMatchObject({
      status: 4,
      stdout: expect.stringContaining('/no/such/file is missing'),
    });
    expect(cli(['-q', '--require-from', file('list', '# paths\n/no/such\n'), clean]).status).toBe(4);
    expect(cli(['-q', '--require-from', '-', clean], { input: '/no/such\n' }).status).toBe(4);
    expect(cli(['-q', '--require-from', '-', clean], { input: '' })).toMatchObject({ status: 16, stdout: '' });
    expect(cli(['-q', '--require-from', join(home, 'nolist'), clean])).toMatchObject({ status: 16, stdout: '' });
  });

  test('colours and progress only where wanted', () => {
    const esc = String.fromCharCode(27);
    expect(cli([bitmap]).stdout).not.toContain(esc);
    expect(cli([bitmap], { env: { FORCE_COLOR: '1' } }).stdout).toContain(esc);
    expect(cli(['--color', 'always', bitmap], { env: { NO_COLOR: '1' } }).stdout).toContain(esc);
    expect(cli(['--color=never', bitmap], { env: { FORCE_COLOR: '1' } }).stdout).not.toContain(esc);
  });
});

describe.skipIf(process.platform === 'win32')('pipes and signals', () => {
  const shell = (script: string) => spawnSync('bash', ['-c', script], { encoding: 'utf8', cwd: home });
  const command = () => `'${process.execPath}' '${builtCli()}'`;

  /** Waits until a program that was just started is surely at work, however busy the machine is. */
  const started = () => {
    const start = performance.now();
    cli(['--version']);
    return sleep(400 + 3 * (performance.now() - start));
  };

  test('a reader that leaves changes no status and prints no complaint', () => {
    const { stdout, stderr } = shell(`${command()} --format json '${bitmap}' | head -c 1; echo " $\{PIPESTATUS[0]}"`);
    expect([stdout, stderr]).toEqual(['{ 4\n', '']);
  });

  test('closed standard output and error change no status', () => {
    expect(shell(`${command()} '${bitmap}' >&- 2>&-`).status).toBe(4);
    expect(shell(`${command()} '${clean}' >&-`).status).toBe(0);
  });

  test('a slow reader gets everything', () => {
    const args = `--format json --verbose '${bitmap}' '${bitmap}' '${bitmap}'`;
    const slow = shell(`${command()} ${args} | (sleep 0.5; cat)`);
    expect(slow.stdout).toBe(cli(['--format', 'json', bitmap, bitmap, bitmap]).stdout);
  });

  test.skipIf(!existsSync('/dev/full'))('reports a full disk and does not pass', () => {
    const { status, stderr } = shell(`${command()} '${clean}' > /dev/full`);
    expect(status).toBe(8);
    expect(stderr).toContain('the output is not complete');
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s ends it with 32', async (signal) => {
    // It waits for the list of required paths on standard input, which never comes.
    const child = startCli(['--require-from', '-', clean]);
    const said = text(child.stderr);
    await started();
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([32, null]);
    child.stdin.destroy();
    expect(await said).toBe('extcheck: interrupted\n');
  });

  test.each([
    ['an error that nobody catches', 'setTimeout(() => { throw new Error("late") }, 700)'],
    ['a promise that nobody awaits', 'setTimeout(() => Promise.reject(new Error("late")), 700)'],
  ])('%s is 8, never 1', async (_what, code) => {
    const late = ['--import', `data:text/javascript,${encodeURIComponent(code)}`, builtCli()];
    const child = spawn(process.execPath, [...late, '--require-from', '-', clean], { stdio: 'pipe' });
    const said = text(child.stderr);
    expect(await once(child, 'exit')).toEqual([8, null]);
    child.stdin.destroy();
    expect(await said).toMatch(/^extcheck: internal error, please report it:\nError: late\n/);
  });

  test('a second signal ends it at once, even if its output is not read', async () => {
    const fifo = join(home, 'fifo');
    spawnSync('mkfifo', [fifo]);
    const reader = openSync(fifo, 'r+');
    const child = spawn(process.execPath, [builtCli(), '--format', 'ndjson', ...Array(200).fill(bitmap)], {
      stdio: ['ignore', reader, 'pipe'],
    });
    await started();
    await sleep(1000);
    expect(child.exitCode).toBeNull();
    child.kill('SIGINT');
    await sleep(100);
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([32, null]);
    closeSync(reader);
  });
});
