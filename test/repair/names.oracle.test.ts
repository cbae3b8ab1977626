/** Names with blanks, line breaks, quotes, braces, dashes and the greatest length, wherever a repair uses them. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { shortName } from '../../src/repair/names';
import type { RepairOptions } from '../../src/repair/options';
import { repairImage } from '../../src/repair/repair';
import { undoRepair } from '../../src/repair/undo';
import { builtCli, cli } from '../support/cli';
import { hasE2fsprogs } from '../support/e2fsprogs';
import { canMount, damagedImage, freshFolder, isClean, sha256, strays } from '../support/repair';

vi.setConfig({ testTimeout: 120_000 });

const hard: readonly [what: string, name: string][] = [
  ['a blank', 'a b'],
  ['blanks at both ends', ' a '],
  ['a line break', 'a\nb'],
  ['a tab', 'a\tb'],
  ['a leading brace', '{a'],
  ['braces', 'a{b}c'],
  ['quotes', `a"b'c`],
  ['a backslash', 'a\\nb'],
  ['a leading dash', '-y'],
  ['a hash', '#a'],
  ['a question mark', 'a?offset=1024'],
  ['a percent sign', '%N%'],
  ['a colon', 'a:b'],
  ['a comma', 'a,b'],
  ['a dollar sign', '$HOME'],
  ['letters of another script', 'образ☃'],
  ['255 bytes', `${'n'.repeat(250)}.disk`],
  ['255 bytes of two each', 'é'.repeat(127)],
];

describe.skipIf(!hasE2fsprogs)('a repair and its undo (needs e2fsprogs)', () => {
  /** Repairs and restores, and looks that both left nothing over. */
  async function requireRoundTrip(image: string, options: RepairOptions = {}): Promise<void> {
    const hash = sha256(image);
    const report = await repairImage(image, { yes: true, ...options });
    expect(report).toMatchObject({ outcome: 'repaired', reason: null, notes: [] });
    // e2fsck reads an offset in some of the names
    const plain = join(freshFolder(), 'copy');
    copyFileSync(image, plain);
    expect([isClean(plain), sha256(report.backup!.path), strays(dirname(image))]).toEqual([true, hash, []]);
    expect(report.fsck!.rounds[0]!.problems.length).toBeGreaterThan(0);
    expect(await undoRepair(image, options.backup === undefined ? {} : { backup: options.backup })).toMatchObject({
      outcome: 'undone',
    });
    expect([sha256(image), strays(dirname(image))]).toEqual([hash, []]);
  }

  test.each(hard)('with %s in the name of the image, its folder, and those of work and originals', async (_, name) => {
    const outer = freshFolder();
    const folders = ['at', 'work', 'backup'].map((kind) => {
      const folder = join(outer, kind, name);
      mkdirSync(folder, { recursive: true });
      return folder;
    });
    const [at, work, backup] = folders as [string, string, string];
    damagedImage(join(outer, 'active.img'));
    renameSync(join(outer, 'active.img'), join(at, name));
    await requireRoundTrip(join(at, name));
    await requireRoundTrip(join(at, name), { work, backup });
    expect(readdirSync(work)).toEqual([]);
  });

  test.each(hard.slice(0, 7))('with %s, from the command line', (_, name) => {
    const folder = join(freshFolder(), name);
    mkdirSync(folder);
    damagedImage(join(folder, 'active.img'));
    renameSync(join(folder, 'active.img'), join(folder, name));
    const hash = sha256(join(folder, name));
    const result = cli(['repair', '--yes', '--format', 'json', '--', name], { cwd: folder });
    const report = JSON.parse(result.stdout);
    expect([report.outcome, result.status]).toEqual(['repaired', 1]);
    expect(cli(report.undo.slice(1)).status).toBe(1);
    expect(sha256(join(folder, name))).toBe(hash);
  });

  test.skipIf(!canMount).each(hard.slice(0, 7))(
    'with %s in TMPDIR, for an image on a read-only file system (needs root)',
    async (_, name) => {
      const outer = freshFolder();
      const [at, temporary] = [join(outer, 'at'), join(outer, name)];
      for (const folder of [at, temporary]) mkdirSync(folder);
      expect(spawnSync('mount', ['-t', 'tmpfs', 'extcheck-test', at]).status).toBe(0);
      try {
        const image = damagedImage(join(at, 'active.img'));
        vi.stubEnv('TMPDIR', temporary);
        expect(spawnSync('mount', ['-o', 'remount,ro', at]).status).toBe(0);
        const works: string[] = [];
        const report = await repairImage(image, {
          dryRun: true,
          onEvent: ({ step }) => step === 'fsck' && works.push(...readdirSync(temporary)),
        });
        expect(report).toMatchObject({ outcome: 'planned', notes: [] });
        expect([works.length, readdirSync(temporary)]).toEqual([1, []]);
      } finally {
        vi.unstubAllEnvs();
        spawnSync('umount', [at]);
      }
    },
  );

  test('with relative names', () => {
    const folder = freshFolder();
    const image = damagedImage(join(folder, '-active'));
    for (const name of ['-w', 'b']) mkdirSync(join(folder, name));
    const hash = sha256(image);
    const args = ['repair', '--yes', '--quiet', '--work=-w', '--backup', 'b', '--', '-active'];
    expect(cli(args, { cwd: folder }).status).toBe(1);
    expect([readdirSync(join(folder, '-w')), readdirSync(join(folder, 'b')).length]).toEqual([[], 2]);
    expect(cli(['repair', '--undo', '--backup', 'b', '--', '-active'], { cwd: folder }).status).toBe(1);
    expect(sha256(image)).toBe(hash);
  });

  test('with a command for undo that a shell understands', () => {
    const folder = join(freshFolder(), `a b'c"$HOME`);
    mkdirSync(folder);
    const image = damagedImage(join(folder, 'active.img'));
    const hash = sha256(image);
    const { stdout } = cli(['repair', '--yes', image]);
    const command = /^ +extcheck (repair --undo .*)$/m.exec(stdout)![1]!;
    const shell = `exec "$0" "$1" ${command}`;
    expect(spawnSync('sh', ['-c', shell, process.execPath, builtCli()]).status).toBe(1);
    expect(sha256(image)).toBe(hash);
  });

  test('of an image whose name is not valid UTF-8 is refused with the reason', () => {
    const folder = freshFolder();
    damagedImage(join(folder, 'active.img'));
    const name = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x61, 0xff, 0x62])]);
    renameSync(join(folder, 'active.img'), name);
    const shell = `exec "$0" "$1" repair --yes "$2"/a*b`;
    const { status, stdout } = spawnSync('sh', ['-c', shell, process.execPath, builtCli(), folder], {
      encoding: 'utf8',
    });
    expect([status, stdout.replace(/\s+/g, ' ')]).toEqual([
      8,
      expect.stringContaining('is not valid UTF-8, and only such names can be used: rename it.'),
    ]);
    // in the name of a folder too, even if that is not given
    const inner = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xfe])]);
    mkdirSync(inner);
    renameSync(name, Buffer.concat([inner, Buffer.from('/active.img')]));
    const inside = spawnSync(
      'sh',
      ['-c', `cd "$2"/?* && exec "$0" "$1" repair --yes active.img`, process.execPath, builtCli(), folder],
      {
        encoding: 'utf8',
      },
    );
    expect([inside.status, inside.stdout.replace(/\s+/g, ' ')]).toEqual([
      8,
      expect.stringContaining('not valid UTF-8'),
    ]);
  });
});

test('long names are cut where a character ends, and stay distinct', () => {
  expect(shortName('active.img')).toBe('active.img');
  const [one, two] = [`${'é'.repeat(120)}1`, `${'é'.repeat(120)}2`].map(shortName) as [string, string];
  expect(one).not.toBe(two);
  expect([Buffer.byteLength(one), basename(one)]).toEqual([159, one]);
  expect(one).toMatch(/^é+~[0-9a-f]{8}$/);
  writeFileSync(join(freshFolder(), `.${one}-12345678.extcheck-repair.4194304-0123456789abcdef`), '');
});
