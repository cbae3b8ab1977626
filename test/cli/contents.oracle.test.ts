/** `extcheck manifest` and `--content`, run for real: what they write, where to, and the status that they leave with. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { cli, startCli } from '../support/cli';
import { hasE2fsprogs } from '../support/e2fsprogs';
import { fixtureBytes } from '../support/fixtures';
import { imageOf, rootTree, temporaryFolder, toolContent, zeroOut } from '../support/root-tree';

vi.setConfig({ testTimeout: 60_000 });

const cwd = temporaryFolder();
const run = (args: string) => cli(args.split(' '), { cwd });
const read = (name: string) => readFileSync(join(cwd, name), 'utf8');
/** The folder that mke2fs makes has the time of the image. */
const withoutLostAndFound = (text: string) => text.replace(/^\.\/lost\+found .*\n/m, '');

if (hasE2fsprogs) {
  const root = rootTree();
  const image = imageOf(root);
  writeFileSync(join(cwd, 'root.img'), image.bytes);
  writeFileSync(join(cwd, 'other.img'), imageOf(root, '-t ext2 -b 4096 -N 500').bytes);
  zeroOut(image, toolContent, toolContent.length);
  writeFileSync(join(cwd, 'lost.img'), image.bytes);
  writeFileSync(join(cwd, 'damaged.img'), fixtureBytes('damaged/harvester-lost-writes'));
  writeFileSync(join(cwd, 'none.img'), 'nothing');
}

describe.skipIf(!hasE2fsprogs)('extcheck manifest (needs e2fsprogs)', () => {
  test('is the same for the same tree, however it lies, on one thread too, and in a file', () => {
    const { status, stdout, stderr } = run('manifest root.img');
    expect([status, stderr]).toEqual([0, '']);
    const digest = createHash('sha256').update(toolContent).digest('hex');
    expect(stdout).toMatch(new RegExp(`^\\./usr/bin/tool .*size=${toolContent.length} .*sha256digest=${digest}`, 'm'));
    expect(run('manifest --jobs 1 root.img').stdout).toBe(stdout);
    expect(withoutLostAndFound(run('manifest other.img').stdout)).toBe(withoutLostAndFound(stdout));
    writeFileSync(join(cwd, 'there.mtree'), 'what was there');
    expect(run('manifest root.img --output there.mtree')).toMatchObject({ status: 0, stdout: '' });
    expect(read('there.mtree')).toBe(stdout);
  });

  test.each(['sha512', 'sha1', 'md5'])('has digests by %s where that is asked for', (name) => {
    const digest = createHash(name).update(toolContent).digest('hex');
    const { status, stdout } = run(`manifest --digest ${name} root.img`);
    expect([status, stdout.includes(`${name}digest=${digest}`), stdout.includes('sha256')]).toEqual([0, true, false]);
  });

  test.each([
    ['manifest', 16, 'No image given'],
    ['manifest root.img other.img', 16, 'A manifest describes one image'],
    ['manifest --digest crc32 root.img', 16, '--digest'],
    ['manifest --jobs none root.img', 16, '--jobs'],
    ['manifest --jobs 0 root.img', 16, '--jobs'],
    ['manifest --offset x root.img', 16, 'An offset must be a number of bytes'],
    ['manifest -o no/such/folder root.img', 8, 'could not be written: no such file'],
    ['manifest gone.img', 8, 'gone.img'],
    ['manifest none.img', 8, 'none.img'],
    ['manifest --offset 100M root.img', 8, 'root.img'],
  ])('%s ends with %i', (args, wanted, said) => {
    const { status, stdout, stderr } = run(args);
    expect([status, stdout, stderr]).toEqual([wanted, '', expect.stringContaining(said)]);
  });

  test('of a damaged image has what is missing as comments, and says so', () => {
    const { status, stdout, stderr } = run('manifest damaged.img');
    expect(status).toBe(8);
    expect(stdout).toMatch(/^# /m);
    expect(stderr).toMatch(/^extcheck: \/etc\/ssh: this directory could not be read completely\n/);
    expect(stderr).toMatch(/\d+ more gaps are comments in the manifest\n$/);
  });

  test('leaves no file where there is nothing to write', () => {
    const before = readdirSync(cwd);
    expect(run('manifest none.img -o never.mtree').status).toBe(8);
    expect([existsSync(join(cwd, 'never.mtree')), readdirSync(cwd)]).toEqual([false, before]);
  });
});

/** An image with files that are each one hole of some bytes. */
function imageOfHoles(name: string, files: number, size: number): Uint8Array {
  const tree = join(cwd, name);
  mkdirSync(tree);
  for (let i = 0; i < files; i++) {
    writeFileSync(join(tree, `hole-${i}`), '');
    truncateSync(join(tree, `hole-${i}`), size);
  }
  return imageOf(tree, '-t ext4 -b 4096 -N 512').bytes;
}

describe.skipIf(!hasE2fsprogs)('interrupted (needs e2fsprogs)', () => {
  // digesting the holes takes some seconds, in which nothing is read
  const holey = join(cwd, 'holey.img');
  const many = join(cwd, 'many.img');
  if (hasE2fsprogs) {
    writeFileSync(holey, imageOfHoles('holey', 1, 2 ** 31 - 4096));
    writeFileSync(many, imageOfHoles('many', 250, 8 * 2 ** 20));
  }

  test.each([
    ['manifest', '--digest=rmd160', '--jobs=1', '-o', join(cwd, 'interrupted.mtree'), holey],
    ['manifest', '--digest=rmd160', '--jobs=2', '-o', join(cwd, 'interrupted.mtree'), holey],
    ['manifest', '--digest=rmd160', '--jobs=1', '-o', join(cwd, 'interrupted.mtree'), many],
    ['--manifest', join(cwd, 'hole.list'), holey],
  ])('%s %s ends at once with 32, and leaves nothing half done', async (...args) => {
    writeFileSync(join(cwd, 'hole.list'), `RMD160 (hole-0) = ${'0'.repeat(40)}\n`);
    const child = startCli(args);
    const said = text(child.stderr);
    const start = Date.now();
    await sleep(800);
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([32, null]);
    expect(Date.now() - start).toBeLessThan(4000);
    child.stdin.destroy();
    expect(await said).toBe('extcheck: interrupted\n');
    expect(readdirSync(cwd).filter((name) => name.startsWith('interrupted'))).toEqual([]);
  });
});

describe.skipIf(!hasE2fsprogs)('--content (needs e2fsprogs)', () => {
  test('finds what has lost its data, on any number of threads, where a plain check finds nothing', () => {
    expect(run('-q lost.img')).toMatchObject({ status: 0, stdout: 'lost.img is clean\n' });
    const { status, stdout } = run('--content --format json lost.img');
    expect(status).toBe(4);
    const { findings } = JSON.parse(stdout);
    // both names of one file
    expect(findings.map((one: { id: string }) => one.id)).toEqual(['file-all-nul']);
    expect(['/usr/bin/tool', '/usr/bin/hard']).toContain(findings[0].path);
    const timeless = (text: string) => ({ ...JSON.parse(text), elapsedMs: 0 });
    expect(timeless(run('--content --jobs 1 --format json lost.img').stdout).findings).toEqual(findings);
    expect(run('--content -q root.img')).toMatchObject({ status: 0, stdout: 'root.img is clean\n' });
  });

  test.each(['0', '-1', 'x', '1.5', '1e9'])('--jobs=%s is a usage error', (jobs) => {
    expect(run(`--content --jobs=${jobs} root.img`)).toMatchObject({ status: 16, stdout: '' });
  });
});
