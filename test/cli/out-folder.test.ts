/** Folders that get files of an image follow no link, also where another process changes names between two calls. */
import { closeSync, existsSync, mkdirSync, readdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OutFolder } from '../../src/cli/look/out-folder';
import { finishFolders, makeLinks } from '../../src/cli/look/out-tree';
import { freshFolder } from '../support/scratch';

const name = (text: string) => new TextEncoder().encode(text);
const noTime = { seconds: 0, nanoseconds: 0 };
const facts = { mode: 0o755, accessed: noTime, modified: noTime };

/** A folder with `a` in it, which was replaced by a symlink to another folder after it was made. */
function replaced(): { root: OutFolder; a: OutFolder; elsewhere: string; moved: string } {
  const outside = freshFolder();
  const elsewhere = join(outside, 'elsewhere');
  mkdirSync(elsewhere);
  const root = OutFolder.root(join(outside, 'to'));
  const a = root.makeFolder(name('a'));
  const moved = join(outside, 'to/moved');
  renameSync(join(outside, 'to/a'), moved);
  symlinkSync('../elsewhere', join(outside, 'to/a'));
  return { root, a, elsewhere, moved };
}

test.skipIf(!existsSync('/proc/self/fd'))('a folder that is replaced while it is open (needs /proc)', () => {
  const { root, a, elsewhere, moved } = replaced();
  closeSync(a.makeFile(name('file')));
  a.makeFolder(name('folder')).close();
  expect(readdirSync(elsewhere)).toEqual([]);
  expect(readdirSync(moved).sort()).toEqual(['file', 'folder']);
  a.close();
  root.close();
});

test('a folder that is replaced before links are made and modes are set', () => {
  const { root, a, elsewhere } = replaced();
  const made = { parent: { parent: null, name: name('') }, name: name('a'), path: '/a', facts };
  const failures: string[] = [];
  const onFailure = (path: string, error: unknown) => failures.push(`${path}: ${(error as { code?: string }).code}`);
  const link = { folder: made, name: name('link'), path: '/a/link', to: name('target') };
  const hard = { folder: made, name: name('hard'), path: '/a/hard', to: { folder: made, name: name('file') } };
  expect(makeLinks(root, [link, hard], onFailure)).toBe(0);
  finishFolders(root, [made], onFailure);
  expect(failures).toEqual(
    ['/a/hard', '/a/link', '/a'].map((path) => expect.stringMatching(`^${path}: E(LOOP|NOTDIR)$`)),
  );
  expect(readdirSync(elsewhere)).toEqual([]);
  a.close();
  root.close();
});

test('nothing that exists is opened again', () => {
  const outside = freshFolder();
  symlinkSync('nowhere', join(outside, 'link'));
  mkdirSync(join(outside, 'folder'));
  const root = OutFolder.root(outside);
  for (const one of ['link', 'folder']) {
    expect(() => root.makeFile(name(one))).toThrow(/EEXIST/);
    expect(() => root.makeFolder(name(one))).toThrow(/EEXIST/);
    expect(() => root.makeSymlink(name(one), name('x'))).toThrow(/EEXIST/);
  }
  expect(() => root.openFolder(name('link'))).toThrow(/ELOOP|ENOTDIR/);
  expect(readdirSync(outside).sort()).toEqual(['folder', 'link']);
  root.close();
});
