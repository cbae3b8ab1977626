/** Two trees side by side: every kind of change is found, counted and named, and nothing else. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { openImage } from '../../src/open-image';
import { compareTrees } from '../../src/repair/compare';
import { fileSource } from '../../src/source/file';
import { hasE2fsprogs } from '../support/e2fsprogs';
import { freshFolder, sha256, soundImage } from '../support/repair';

vi.setConfig({ testTimeout: 60_000 });

const options = { maxChanges: 100, maxBytes: 2 ** 30, isReported: () => false, unshared: [] };

describe.skipIf(!hasE2fsprogs)('two states of an image (needs e2fsprogs)', () => {
  const folder = freshFolder();
  const debugfs = (image: string, ...commands: string[]) => {
    const { stdout } = spawnSync('debugfs', ['-w', '-f', '-', image], { encoding: 'utf8', input: commands.join('\n') });
    return stdout;
  };
  const inode = (image: string, path: string) => Number(/Inode: (\d+)/.exec(debugfs(image, `stat ${path}`))![1]);
  const view = async (path: string) => openImage(await fileSource(path));
  const compare = async (before: string, after: string, more = {}) =>
    compareTrees(await view(before), await view(after), { ...options, ...more });

  /** Two equal images with a few more files. */
  function pair(): [string, string] {
    for (const [name, text] of [
      ['x', 'x\n'.repeat(2000)],
      ['y', 'y\n'.repeat(2000)],
    ] as const)
      writeFileSync(join(folder, name), text);
    const images = ['before', 'after'].map((name) => {
      const image = soundImage(join(folder, name));
      const write = (from: string, to: string) => `write ${join(folder, from)} ${to}`;
      debugfs(
        image,
        'mkdir usr/deep',
        'mkdir usr/deep/er',
        write('x', 'usr/deep/x'),
        write('y', 'usr/deep/er/y'),
        'symlink usr/link x',
        'ln usr/deep/x usr/deep/same',
        'sif usr/deep/x links_count 2',
      );
      return image;
    });
    return images as [string, string];
  }

  test('are alike', async () => {
    const [before, after] = pair();
    const { counts, changes, compared, notCompared, danglingNames } = await compare(before, after);
    expect([Object.values(counts).every((count) => count === 0), changes, notCompared, danglingNames]).toEqual([
      true,
      [],
      [],
      0,
    ]);
    // a file with two names is read once
    expect(compared).toEqual({ files: 7, bytes: 2 * (5 * 6000 + 2 * 4000) });
  });

  test('differ in every way there is', async () => {
    const [before, after] = pair();
    const moved = inode(after, 'usr/deep/er');
    debugfs(
      after,
      'rm usr/one',
      'sif etc/os-release size 10',
      'rm boot/initrd',
      `write ${join(folder, 'y')} boot/initrd`,
      'rm usr/two',
      'mkdir usr/two',
      'unlink usr/link',
      'symlink usr/link elsewhere',
      `write ${join(folder, 'x')} new`,
      `ln <${moved}> lost+found/#${moved}`,
      'unlink usr/deep/er',
      'unlink usr/deep/same',
      `ln usr/deep/x usr/deep/same~0`,
    );
    const result = await compare(before, after, { unshared: [inode(before, 'boot/vmlinuz')] });
    expect(result.changes.map(({ kind, path, to }) => [kind, path, ...(to === undefined ? [] : [to])])).toEqual([
      ['missing', '/usr/one'],
      ['moved', '/usr/deep/er', `/lost+found/#${moved}`],
      ['moved', '/usr/deep/same', '/usr/deep/same~0'],
      ['type-changed', '/usr/two'],
      ['truncated', '/boot/initrd'],
      ['truncated', '/etc/os-release'],
      ['content-changed', '/usr/link'],
      ['unshared', '/boot/vmlinuz'],
      ['new', '/new'],
    ]);
    expect(result.counts).toEqual({
      missing: 1,
      moved: 2,
      'type-changed': 1,
      truncated: 2,
      'content-changed': 1,
      unshared: 1,
      new: 1,
    });
    expect(result.changes.find(({ path }) => path === '/etc/os-release')?.size).toEqual({ before: 6000, after: 10 });
  });

  test('hold other bytes, with the hashes of both', async () => {
    const [before, after] = pair();
    debugfs(after, 'rm usr/deep/x', 'rm usr/deep/same', `write ${join(folder, 'y')} usr/deep/x`);
    const { changes } = await compare(before, after);
    expect(changes.map(({ kind, path }) => [kind, path])).toEqual([
      ['missing', '/usr/deep/same'],
      ['content-changed', '/usr/deep/x'],
    ]);
    expect(changes[1]!.sha256).toEqual({ before: sha256(join(folder, 'x')), after: sha256(join(folder, 'y')) });
  });

  test('list everything in a directory that is missing', async () => {
    const [before, after] = pair();
    debugfs(after, 'unlink usr/deep');
    const { changes } = await compare(before, after);
    expect(changes.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      'missing /usr/deep',
      'missing /usr/deep/er',
      'missing /usr/deep/er/y',
      'missing /usr/deep/same',
      'missing /usr/deep/x',
    ]);
  });

  test('are compared within bounds', async () => {
    const [before, after] = pair();
    debugfs(after, 'unlink usr/deep');
    const few = await compare(before, after, { maxChanges: 2, maxBytes: 1000 });
    expect([few.counts.missing, few.changes.length, few.compared.bytes]).toEqual([5, 2, 0]);
    expect(few.notCompared).toEqual([expect.stringContaining('not all of their contents were compared')]);
    const controller = new AbortController();
    controller.abort();
    await expect(compare(before, after, { signal: controller.signal })).rejects.toThrow();
  });

  test('names of files that were lost before are counted apart', async () => {
    const [before, after] = pair();
    debugfs(before, `clri usr/deep/er/y`);
    debugfs(after, 'rm usr/deep/er/y');
    const { counts, danglingNames } = await compare(before, after);
    expect([counts.missing, danglingNames]).toEqual([0, 1]);
  });
});
