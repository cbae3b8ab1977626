/** Files of options that are pipes without a writer, endless, or nested without end: bounded, interruptible, a usage error. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { cli, fixture, startCli } from '../support/cli';
import { hasE2fsprogs } from '../support/e2fsprogs';
import { imageOf, rootTree } from '../support/root-tree';
import { freshFolder } from '../support/scratch';

const clean = fixture('clean/ext2-4k.img.gz');
const options = ['policy', 'manifest', 'baseline', 'bmap', 'require-from', 'profile'] as const;
const folder = freshFolder();

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** What the command says after a signal, and how long after it. */
async function interrupted(args: readonly string[], signal: NodeJS.Signals, after: number) {
  const child = startCli(args);
  const said = text(child.stderr);
  child.stdout.resume();
  await sleep(after);
  expect(child.exitCode, 'ended before the signal').toBeNull();
  const sent = performance.now();
  child.kill(signal);
  const [status] = await once(child, 'exit');
  return { status, took: performance.now() - sent, said: await said };
}

test.each(['SIGINT', 'SIGTERM'] as const)('an image that is a pipe without a writer is left at %s', async (signal) => {
  const pipe = join(folder, `image-${signal}`);
  expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
  const { status, took, said } = await interrupted([pipe], signal, 700);
  expect({ status, said }).toEqual({ status: 32, said: 'extcheck: interrupted\n' });
  expect(took).toBeLessThan(1000);
});

describe.each(options)('--%s', (option) => {
  test.each(['SIGINT', 'SIGTERM'] as const)('a pipe without a writer is left at %s', async (signal) => {
    const pipe = join(folder, `${option}-${signal}.json`);
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
    const { status, took, said } = await interrupted([`--${option}`, pipe, clean], signal, 700);
    expect({ status, said }).toEqual({ status: 32, said: 'extcheck: interrupted\n' });
    expect(took).toBeLessThan(1000);
  });

  test('a file without an end, a folder, nothing', () => {
    // the name of a profile file must end in .json
    const paths = option === 'profile' ? [join(folder, 'none.json')] : ['/dev/zero', folder, join(folder, 'none')];
    for (const path of paths) {
      const { status, stdout, stderr } = cli([`--${option}`, path, clean]);
      expect({ status, stdout }).toEqual({ status: 16, stdout: '' });
      expect(stderr).toMatch(
        /cannot be read: (it is larger than \d+ MiB|it is a directory|no such file or directory)\.\n/,
      );
    }
  });
});

describe('nested and repeated without end', () => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  test.each([
    ['policy', deep],
    ['policy', `{"version":1,"paths":${deep}}`],
    ['policy', `{"version":${deep}}`],
    ['profile', deep],
    ['profile', `{"name":${deep}}`],
    ['baseline', deep],
    ['baseline', `{"version":1,"accepted":{"a":${deep}}}`],
    ['bmap', `<?xml version="1.0"?><bmap ${'a="b" '.repeat(2_000_000)}>`],
    ['bmap', '<bmap version="2.0">'.repeat(500_000)],
    ['manifest', `#mtree\n${'./a/'.repeat(500_000)}`],
  ])('%s %.40s', (option, content) => {
    const { status, stdout, stderr } = cli([`--${option}`, file('nested.json', content), clean]);
    expect({ status, stdout }).toEqual({ status: 16, stdout: '' });
    expect(stderr).toMatch(/^extcheck: .*\nRun extcheck --help for usage\.\n$/);
    expect(stderr.length).toBeLessThan(400);
  });
});

describe.skipIf(!hasE2fsprogs)('a pattern that takes long (needs mke2fs)', () => {
  const policy = (contains: string) => JSON.stringify({ version: 1, paths: [{ path: '/a.txt', contains }] });

  test('is left at a signal, and given up by itself', async () => {
    const root = rootTree((write) => write('a.txt', 'a'.repeat(250_000)));
    const image = join(folder, 'a.img');
    writeFileSync(image, imageOf(root).bytes);
    const slow = file('slow.json', policy('(a?a?a?a?){200}c'));
    expect(cli(['--format', 'json', '--policy', slow, image])).toMatchObject({
      status: 4,
      stdout: expect.stringContaining("the search for '(a?a?a?a?){200}c' in its text takes too long"),
    });
    const rules = Array.from({ length: 50 }, () => ({ path: '/a.txt', contains: '(a?a?a?a?){200}c' }));
    const slower = file('slower.json', JSON.stringify({ version: 1, paths: rules }));
    const { status, took } = await interrupted(['--policy', slower, image], 'SIGINT', 2000);
    expect(status).toBe(32);
    expect(took).toBeLessThan(500);
  });
});
