/** Trees that run in circles. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ImageTree } from '../../src/content/image-tree';
import { writeManifest } from '../../src/content/write-manifest';
import { hasTools, inFolder, mke2fs, open } from '../view/support';

const made = hasTools
  ? inFolder((folder) => {
      const tree = join(folder, 'tree');
      mkdirSync(join(tree, 'a/b'), { recursive: true });
      writeFileSync(join(tree, 'a/b/file'), 'content');
      symlinkSync('second', join(tree, 'first'));
      symlinkSync('/first', join(tree, 'second'));
      symlinkSync('.', join(tree, 'here'));
      symlinkSync('here/a/b/../b/file', join(tree, 'way'));
      const bytes = mke2fs(join(folder, 'image'), tree, '4M', ['-t', 'ext2', '-b', '1024']);
      // an entry that leads back to the folder above it
      writeFileSync(join(folder, 'circle'), bytes);
      execFileSync('debugfs', ['-w', '-R', 'link /a /a/b/again', join(folder, 'circle')], { stdio: 'ignore' });
      execFileSync('debugfs', ['-w', '-R', 'link / /a/root', join(folder, 'circle')], { stdio: 'ignore' });
      return Promise.resolve({ bytes, circle: new Uint8Array(readFileSync(join(folder, 'circle'))) });
    })
  : null;

describe.skipIf(made === null)('a tree that runs in circles (needs e2fsprogs)', () => {
  test('by symlinks: a loop leads nowhere, a way over itself leads on', async () => {
    const { image } = await open((await made!).bytes);
    const tree = await ImageTree.read(image);
    expect([tree.partial, tree.size]).toEqual([[], 9]);
    expect([await tree.follow('/first'), await tree.follow('/second/x')]).toEqual([undefined, undefined]);
    expect((await tree.find('/first'))?.type).toBe('symlink');
    expect((await tree.follow('/way'))?.path).toBe('/a/b/file');
    expect((await tree.follow('/here/here/here/a'))?.path).toBe('/a');
  });

  test('by directories: each is entered once, and its second name is there', async () => {
    const { image } = await open((await made!).circle);
    const tree = await ImageTree.read(image);
    expect([...tree.entries()].map(({ path }) => path).sort()).toEqual(
      [
        '/',
        '/a',
        '/a/b',
        '/a/b/again',
        '/a/b/file',
        '/a/root',
        '/first',
        '/here',
        '/lost+found',
        '/second',
        '/way',
      ].sort(),
    );
    let text = '';
    for await (const line of writeManifest(image)) text += line;
    expect(text.match(/sha256digest/g)?.length).toBe(1);
  });
});
