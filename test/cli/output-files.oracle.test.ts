/** Files that the program writes: a full disk, a read-only folder and a missing one give one sentence and status 8. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtCli, cli, fixture } from '../support/cli';
import { hasE2fsprogs } from '../support/e2fsprogs';
import { damagedImage, freshFolder, isRoot } from '../support/repair';

/** The options that write a file, and how the file is named in the message. */
const outputs: readonly [what: string, args: (file: string) => string[]][] = [
  ['manifest -o', (file) => ['manifest', '-o', file]],
  ['--report json', (file) => ['--quiet', `--report=json=${file}`]],
  ['--report sarif', (file) => ['--quiet', `--report=sarif=${file}`]],
  ['--write-baseline', (file) => ['--quiet', '--write-baseline', file]],
];

describe.skipIf(!hasE2fsprogs)('a file that cannot be written (needs e2fsprogs)', () => {
  let image: string;
  beforeAll(() => {
    image = damagedImage(join(freshFolder(), 'damaged.img'));
  });

  /** Requires one sentence and status 8, possibly with bits of the check. */
  function requireRefused(args: string[], why: RegExp): void {
    const { status, stderr } = cli([...args, image]);
    expect(stderr).toMatch(why);
    expect(stderr).not.toMatch(/internal error|\n {4}at /);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect((status ?? 0) & 8).toBe(8);
  }

  test.each(outputs)('%s in a folder that does not exist', (_, args) => {
    requireRefused(args(join(freshFolder(), 'none', 'file')), /^extcheck: .*no such file[^\n]*\.\n$/);
  });

  describe.skipIf(!isRoot)('on a disk (needs root)', () => {
    const disk = freshFolder();
    beforeAll(() => {
      expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'extcheck-test', disk]).status).toBe(0);
      mkdirSync(join(disk, 'folder'));
      writeFileSync(join(disk, 'folder', 'old'), 'old');
      spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'filler')}`, 'bs=4096'], { encoding: 'utf8' });
    });
    afterAll(() => {
      spawnSync('umount', [disk]);
    });

    const untouched = () => {
      expect(readdirSync(join(disk, 'folder'))).toEqual(['old']);
      expect(readFileSync(join(disk, 'folder', 'old'), 'utf8')).toBe('old');
    };

    test.each(outputs)('that is full: %s', (_, args) => {
      requireRefused(args(join(disk, 'folder', 'new')), /^extcheck: .*no space left[^\n]*\.\n$/);
      requireRefused(args(join(disk, 'folder', 'old')), /^extcheck: .*no space left[^\n]*\.\n$/);
      untouched();
    });

    test('that is full: the temporary file of a packed image', () => {
      // more than is unpacked in memory
      const packed = join(freshFolder(), 'large.img.gz');
      writeFileSync(packed, gzipSync(Buffer.alloc(70 << 20, 'x')));
      const { status, stdout, stderr } = cli([packed], { env: { TMPDIR: disk } });
      expect(`${stdout}${stderr}`).toMatch(/which has \d+ KiB\s+free; choose\s+another folder with\s+TMPDIR=FOLDER/);
      expect(`${stdout}${stderr}`).not.toMatch(/internal error|\n {4}at /);
      expect((status ?? 0) & 8).toBe(8);
      expect(readdirSync(disk).sort()).toEqual(['filler', 'folder']);
    });

    test.each(outputs)('that is read-only: %s', (_, args) => {
      expect(spawnSync('mount', ['-o', 'remount,ro', disk]).status).toBe(0);
      requireRefused(args(join(disk, 'folder', 'new')), /^extcheck: .*read-only file system[^\n]*\.\n$/);
      requireRefused(args(join(disk, 'folder', 'old')), /^extcheck: .*read-only file system[^\n]*\.\n$/);
      untouched();
      expect(spawnSync('mount', ['-o', 'remount,rw', disk]).status).toBe(0);
    });
  });
});

test('standard output on a full disk is not complete, and says so', () => {
  const image = fixture('clean/ext2-1k.img.gz');
  const { status, stderr } = spawnSync(
    'sh',
    ['-c', `"$0" "$@" > /dev/full`, process.execPath, builtCli(), 'manifest', image],
    {
      encoding: 'utf8',
    },
  );
  expect([status, stderr]).toEqual([
    8,
    expect.stringMatching(/^extcheck: the output is not complete: no space left[^\n]*\n$/),
  ]);
});
