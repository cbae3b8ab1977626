/** The native tool is found, its features are checked, and its exit statuses are understood. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { fsckEnd, fsckMeaning, hasCrashed } from '../../src/repair/fsck-status';
import { findFsck, findProgram, installHint, requireFeatures } from '../../src/repair/fsck-tool';
import { repairImage } from '../../src/repair/repair';
import { runCommand } from '../../src/repair/runner';
import { makeImage } from '../support/e2fsprogs';
import { nativeDescribe, oracleTest, unitTest } from '../support/project-tests';
import { damagedImage, freshFolder, sha256, strays } from '../support/repair';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
beforeEach(() => {
  folder = freshFolder();
});

/** A program that says it is e2fsck of a version, and then does as the lines say. */
function wrapper(version: string, ...lines: string[]): string {
  const path = join(folder, 'my-e2fsck');
  const answer = `case "$1" in -V) echo "e2fsck ${version} (1-Jan-2020)" >&2; exit 0;; esac`;
  writeFileSync(path, ['#!/bin/sh', answer, ...lines, ''].join('\n'));
  chmodSync(path, 0o755);
  return path;
}

describe('finding it', () => {
  unitTest('looks on the search path first, then in the usual folders', () => {
    const here = wrapper('1.47.0');
    expect(findProgram(['my-e2fsck'], folder)).toBe(here);
    expect(findProgram(['no-such-program'], folder)).toBeUndefined();
    expect(findProgram(['sh'], '')).toMatch(/^\/(usr\/)?bin\/sh$/);
    mkdirSync(join(folder, 'a'));
    writeFileSync(join(folder, 'a', 'my-e2fsck'), 'not executable');
    expect(findProgram(['my-e2fsck'], `${join(folder, 'a')}:relative:${folder}`)).toBe(here);
  });

  oracleTest('reads its version, and refuses another program', async () => {
    const path = wrapper('1.46.5');
    expect(await findFsck(runCommand, path)).toEqual({ path, version: '1.46.5' });
    await expect(findFsck(runCommand, join(folder, 'nothing'))).rejects.toThrow(/is not an executable program/);
    await expect(findFsck(runCommand, findProgram(['true']))).rejects.toThrow(
      /does not print a version as e2fsck does/,
    );
  });

  unitTest('names the package of each distribution', () => {
    const of = (id: string) => installHint(`NAME="x"\nID=${id}\nVERSION_ID="1"\n`);
    expect(of('debian')).toContain('apt-get install e2fsprogs');
    expect(of('"sle-micro-rancher"\nID_LIKE="suse"')).toContain('zypper install e2fsprogs');
    expect(of('rocky\nID_LIKE="rhel centos fedora"')).toContain('dnf install e2fsprogs');
    expect(of('alpine')).toContain('apk add e2fsprogs');
    expect(of('arch')).toContain('pacman -S e2fsprogs');
    expect(installHint('')).toContain('install the package e2fsprogs');
  });

  unitTest('names the features that a version does not support', () => {
    const old = { path: '/sbin/e2fsck', version: '1.46.5' };
    expect(() => requireFeatures(old, ['has_journal', 'fast_commit', 'metadata_csum'])).not.toThrow();
    expect(() => requireFeatures(old, ['orphan_file', 'orphan_present'])).toThrow(
      '/sbin/e2fsck is e2fsck 1.46.5 and does not support orphan_file and orphan_present, which the image has; version 1.47 or newer is needed.',
    );
    expect(() => requireFeatures({ path: 'x', version: '1.42.9' }, ['casefold', 'quota'])).toThrow(/casefold.*1\.45/);
    const requires =
      (version: string, ...features: string[]) =>
      () =>
        requireFeatures({ path: 'x', version }, features);
    expect(requires('1.44.4', 'verity', 'large_dir', 'ea_inode')).not.toThrow();
    expect(requires('1.44.3', 'verity')).toThrow(/verity.*version 1\.44\.4/);
    expect(requires('1.42.10', 'sparse_super2', 'bigalloc', 'quota', 'mmp')).not.toThrow();
    expect(requires('1.42.9', 'sparse_super2')).toThrow(/version 1\.42\.10/);
    expect(requires('1.45.7', 'stable_inodes')).toThrow(/version 1\.46/);
    expect(requires('1.41.12', 'has_journal')).toThrow(/e2fsck 1\.41\.12, older than 1\.42/);
    expect(() => requireFeatures({ path: 'x', version: '1.47.10' }, ['orphan_file'])).not.toThrow();
  });
});

unitTest.each([
  [0, 'clean', ['no errors']],
  [1, 'corrected', ['errors were corrected']],
  [3, 'corrected', ['errors were corrected', 'errors were corrected, and a mounted system must be rebooted']],
  [4, 'left', ['errors are left']],
  [5, 'left', ['errors were corrected', 'errors are left']],
  [8, 'unfinished', ['operational error']],
  [12, 'unfinished', ['errors are left', 'operational error']],
  [16, 'failed', ['usage error']],
  [32, 'failed', ['it was cancelled']],
  [33, 'failed', ['errors were corrected', 'it was cancelled']],
  [128, 'failed', ['shared library error']],
  [139, 'failed', ['it was killed by signal 11, or a shared library error occurred']],
] as const)('status %i is a combination of bits', (status, end, meaning) => {
  const result = { status, signal: null, output: '', timedOut: false, failure: null };
  expect([fsckEnd(result), fsckMeaning(result), hasCrashed(result)]).toEqual([end, meaning, false]);
});

unitTest('a crash that e2fsck reports itself is recognised', () => {
  const output = 'e2fsck 1.47.0 (5-Feb-2023)\nSignal (11) SIGSEGV si_code=SEGV_MAPERR fault addr=(nil)\n';
  const result = { status: 8, signal: null, output, timedOut: false, failure: null };
  expect([fsckEnd(result), fsckMeaning(result), hasCrashed(result)]).toEqual([
    'unfinished',
    ['it crashed with signal 11'],
    true,
  ]);
});

nativeDescribe('a tool that does not work (needs e2fsprogs)', () => {
  const tried = async (tool: string | undefined, words: RegExp, options = {}) => {
    const place = join(folder, 'place');
    mkdirSync(place);
    const image = damagedImage(join(place, 'active.img'));
    const hash = sha256(image);
    const report = await repairImage(image, { yes: true, ...(tool && { fsck: tool }), ...options });
    expect(report).toMatchObject({ outcome: 'failed', status: 8, reason: expect.stringMatching(words) });
    expect([sha256(image), readdirSync(place), strays(place)]).toEqual([hash, ['active.img'], []]);
    return report;
  };

  test('is absent', async () => {
    await tried(join(folder, 'nothing'), /is not an executable program/);
  });

  test('is too old for the image', async () => {
    const image = join(folder, 'new.img');
    writeFileSync(
      image,
      makeImage({ size: '4M', options: '-t ext4 -b 1024 -O orphan_file', commands: ['sif <2> links_count 9'] }).bytes,
    );
    const hash = sha256(image);
    const report = await repairImage(image, { yes: true, fsck: wrapper('1.46.2', 'exit 8') });
    expect(report).toMatchObject({ status: 8, reason: expect.stringContaining('does not support orphan_file') });
    expect([sha256(image), report.fsck]).toEqual([hash, null]);
  });

  test('reports itself that it is too old', async () => {
    const line = 'echo "./copy.img has unsupported feature(s): FEATURE_C12"; exit 8';
    await tried(
      wrapper('1.47.0', line),
      /does not support this image: .*FEATURE_C12.* Select a newer e2fsck with --fsck/,
    );
  });

  test('crashes', async () => {
    const report = await tried(wrapper('1.47.0', 'kill -SEGV $$'), /my-e2fsck failed: it was killed by SIGSEGV/);
    expect(report.fsck?.rounds.map(({ signal }) => signal)).toEqual(['SIGSEGV', 'SIGSEGV', 'SIGSEGV', 'SIGSEGV']);
  });

  test('hangs, and is killed with its processes', async () => {
    const pid = join(folder, 'pid');
    const hanging = wrapper('1.47.0', `trap '' TERM`, `sleep 100 & echo $! > ${pid}`, 'while :; do sleep 1; done');
    await tried(hanging, /exceeded the time limit/, { timeLimit: 500 });
    const stat = `/proc/${readFileSync(pid, 'utf8').trim()}/stat`;
    // ended, whether or not its parent has waited for it
    expect(existsSync(stat) ? readFileSync(stat, 'utf8') : ') Z').toMatch(/\) Z/);
  });

  test('destroys what it works on', async () => {
    const place = join(folder, 'place');
    mkdirSync(place);
    const image = damagedImage(join(place, 'active.img'));
    const hash = sha256(image);
    const report = await repairImage(image, {
      yes: true,
      fsck: wrapper('1.47.0', 'for last; do :; done; : > "$last"', 'exit 0'),
    });
    expect(report).toMatchObject({ outcome: 'still-damaged', status: 4 });
    expect([sha256(image), strays(place)]).toEqual([hash, []]);
  });
});

oracleTest('the output of a command is kept from both ends, however long it is', async () => {
  const script = 'echo first; head -c 3000000 /dev/zero | tr "\\0" x; echo; echo last';
  const result = await runCommand({ command: '/bin/sh', args: ['-c', script], timeLimit: 20_000 });
  expect(result).toMatchObject({ status: 0, signal: null, timedOut: false, failure: null });
  expect(result.output).toMatch(/^first\n[\s\S]*\[\d+ bytes omitted\]\n[\s\S]*last\n$/);
  expect(result.output.length).toBeLessThan(700_000);
  expect(await runCommand({ command: '/no/such', args: [], timeLimit: 1000 })).toMatchObject({
    status: null,
    failure: expect.stringContaining('ENOENT'),
  });
});
