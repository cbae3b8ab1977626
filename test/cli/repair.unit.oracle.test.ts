/** The command `repair`: options, questions and what it prints; the repair itself is tested in native/. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { type Prompt, run } from '../../src/cli/commands/repair';
import type { Io } from '../../src/cli/io';
import { UsageError } from '../../src/cli/options';
import { cli } from '../support/cli';
import { nativeDescribe, unitTest } from '../support/project-tests';
import { damagedImage, freshFolder, isClean, sha256, strays } from '../support/repair';

vi.setConfig({ testTimeout: 60_000 });

function world(): { io: Io; out: string[]; err: string[] } {
  const [out, err]: [string[], string[]] = [[], []];
  const io: Io = {
    out: async (text) => void out.push(text),
    outBytes: async () => true,
    err: (text) => void err.push(text),
    outIsTty: false,
    errIsTty: true,
    columns: undefined,
    env: {},
    signal: new AbortController().signal,
    readFile: async () => new TextEncoder().encode('/boot/vmlinuz\n'),
  };
  return { io, out, err };
}

const prompt = (answer?: string): Prompt => ({
  canAsk: async () => answer !== undefined,
  ask: async () => answer ?? '',
});

unitTest.each([
  [[], 'No image given.'],
  [['a', 'b'], 'Only one image can be repaired at a time.'],
  [['-'], 'An image must be a file or a block device.'],
  [['-q', '-v', 'a'], '--quiet and --verbose cannot be used together.'],
  [['--backup', 'x', '--no-backup', 'a'], '--backup and --no-backup cannot be used together.'],
  [['--dry-run', '--yes', 'a'], '--dry-run and --yes cannot be used together.'],
  [['--accept', 'clen', 'a'], "--accept must be one of clean, bootable, improved, not 'clen'. Did you mean clean?"],
  [['--profile', 'harvester', 'a'], '--profile needs --accept bootable.'],
  [
    ['--accept', 'bootable', '--profile', 'harvest', 'a'],
    'Unknown profile harvest. Did you mean harvester? The name of a profile file must end in .json.',
  ],
  [['--accept-loss', 'some', 'a'], "--accept-loss must be a whole number or all, not 'some'."],
  [['--rounds', '0', 'a'], "--rounds must be a whole number, 1 or greater, not '0'."],
  [['--format', 'ndjson', 'a'], '--format must be one of text, json'],
])('%j is a usage error', async (argv, words) => {
  const { io } = world();
  await expect(run(argv, io, undefined, prompt())).rejects.toThrow(UsageError);
  await expect(run(argv, io, undefined, prompt())).rejects.toThrow(words);
});

unitTest('a file that is not there is said on one line, with status 8', async () => {
  const { io, out } = world();
  expect(await run(['--quiet', '/no/such.img'], io, undefined, prompt())).toBe(8);
  expect(out.join('')).toBe('/no/such.img: could not be repaired\n');
});

nativeDescribe('a damaged image (needs e2fsprogs)', () => {
  const fresh = () => {
    const folder = freshFolder();
    return { folder, image: damagedImage(join(folder, 'active.img')) };
  };

  test('is repaired when the answer is yes, and only then', async () => {
    const { folder, image } = fresh();
    const hash = sha256(image);
    for (const answer of ['', 'y', 'no', undefined]) {
      const { io, out, err } = world();
      expect(await run([image], io, undefined, prompt(answer))).toBe(4);
      expect(out.join('')).toContain('not repaired because it was not');
      if (answer !== undefined) expect(err.join('')).toContain('Changes to files');
      expect([sha256(image), readdirSync(folder)]).toEqual([hash, ['active.img']]);
    }
    const { io, out, err } = world();
    expect(await run(['--require-from', 'list', image], io, undefined, prompt('Yes'))).toBe(1);
    expect(err.join('')).toContain('Repairing the copy with e2fsck');
    expect(out.join('')).toContain('To restore it:');
    expect(isClean(image)).toBe(true);
  });

  test('is repaired by the program, reported in JSON, and restored', () => {
    const { folder, image } = fresh();
    const hash = sha256(image);
    const { status, stdout, stderr } = cli(['repair', '--yes', '--format', 'json', image]);
    const report = JSON.parse(stdout);
    expect([status, report.outcome, report.status, stderr]).toEqual([1, 'repaired', 1, '']);
    expect(report.undo).toEqual(['extcheck', 'repair', '--undo', image]);
    expect(cli(report.undo.slice(1)).status).toBe(1);
    expect([sha256(image), strays(folder)]).toEqual([hash, []]);
    expect(cli(['repair', image]).status).toBe(4);
    expect(cli(['repair', '--undo', image])).toMatchObject({
      status: 8,
      stdout: expect.stringContaining('There is no kept original'),
    });
  });

  test('in a partition is named as for a check', () => {
    const { image } = fresh();
    expect(cli(['repair', '--yes', '--quiet', `${image}?offset=1048576`])).toMatchObject({
      status: 8,
      stdout: expect.stringContaining('nothing was changed'),
    });
  });
});
