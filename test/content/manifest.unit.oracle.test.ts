import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { escapedName } from '../../src/content/manifest/write-text';
import { writeManifest } from '../../src/content/write-manifest';
import { nodeDigests } from '../../src/parallel/node-digests';
import { nativeDescribe, unitTest } from '../support/project-tests';
import { works } from '../support/tools';
import { fixture, inFolder, mke2fs, open } from '../view/support';

const hasBsdtar = works('bsdtar', '--version');

async function manifestOf(bytes: Uint8Array, jobs?: number): Promise<string> {
  const { image } = await open(bytes);
  const lines: string[] = [];
  for await (const line of writeManifest(image, jobs === undefined ? {} : { digests: nodeDigests(jobs) }))
    lines.push(line);
  return lines.join('');
}

unitTest('names are written as libarchive writes them', () => {
  const bytes = new Uint8Array([0x61, 0x20, 0x23, 0x3d, 0x5c, 0x2a, 0x0a, 0xc3, 0xbc, 0xff, 0x7f, 0x2f]);
  expect(escapedName(bytes, false)).toBe('a\\040\\043\\075\\134*\\012\\303\\274\\377\\177/');
  expect(escapedName(bytes.subarray(11), true)).toBe('\\057');
});

unitTest('every kind of file has its line, and the own digests are those of node:crypto', async () => {
  const text = await manifestOf(fixture('clean/ext2-1k'), 1);
  const lines = text.split('\n');
  expect(lines[0]).toBe('#mtree');
  expect(lines[1]).toMatch(/^\. type=dir mode=755 uid=0 gid=0 time=\d+\.\d{9}$/);
  expect(text).toMatch(/^\.\/dev\/vda type=block .* device=native,\d+,\d+$/m);
  expect(text).toMatch(/^\.\/run\/initctl type=fifo /m);
  expect(text).toMatch(/^\.\/etc\/fast-59 type=link .* link=\S{59}$/m);
  expect(text).toMatch(/^\.\/etc\/os-release type=file mode=644 .* size=\d+ sha256digest=[0-9a-f]{64}$/m);
  expect(text).not.toContain('# ');
});

nativeDescribe('the manifest of a tree', () => {
  const inTree = (act: (tree: string, folder: string) => Promise<void>) =>
    inFolder(async (folder) => {
      const tree = join(folder, 'tree');
      mkdirSync(join(tree, 'd'), { recursive: true });
      for (const name of ['a b', '#hash', '=eq', 'back\\slash', 'n\nl', 'ünï', '*st?[r]', 'd/..f'])
        writeFileSync(join(tree, name), `content of ${name}`);
      symlinkSync('x y\\z', join(tree, 'link'));
      await act(tree, folder);
    });

  test('is the same whatever image the tree is in', async () => {
    await inTree(async (tree, folder) => {
      const one = mke2fs(join(folder, 'one'), tree, '4M', ['-t', 'ext2', '-b', '1024']);
      const two = mke2fs(join(folder, 'two'), tree, '8M', ['-t', 'ext4', '-b', '4096']);
      const own = (text: string) => text.split('\n').filter((line) => !/^\.(\/lost\+found)? /.test(line));
      expect(own(await manifestOf(one))).toEqual(own(await manifestOf(two, 2)));
    });
  });

  test.skipIf(!hasBsdtar)('says of names, targets, sizes and digests what bsdtar says', async () => {
    await inTree(async (tree, folder) => {
      const bytes = mke2fs(join(folder, 'image'), tree, '4M', ['-t', 'ext2', '-b', '1024']);
      const options = '--options=!all,type,mode,size,link,sha256';
      const theirs = spawnSync('bsdtar', ['-cf', '-', '--format=mtree', options, '.'], { cwd: tree, encoding: 'utf8' });
      const facts = (text: string) =>
        text
          .split('\n')
          .filter((line) => line.startsWith('./') && !line.includes('lost+found'))
          .map((line) =>
            line.split(' ').filter((word, i) => i === 0 || /^(type|mode|size|link|sha256digest)=/.test(word)),
          )
          .map(([path, ...words]) => [path, ...words.sort()].join(' '))
          .sort();
      const mine = await manifestOf(bytes);
      expect(facts(mine)).toEqual(facts(theirs.stdout));
      const listed = spawnSync('bsdtar', ['-tf', '-'], { input: mine, encoding: 'utf8' });
      expect(listed.status).toBe(0);
      expect(listed.stdout.split('\n').filter(Boolean).length).toBe(
        mine.split('\n').filter((line) => line.startsWith('.')).length,
      );
    });
  });
});

unitTest('unreadable content is reported, in the text and to the caller', async () => {
  const opened = await open(fixture('clean/ext2-1k'));
  const { inode } = await opened.image.stat('/etc/passwd');
  opened.bytes.fill(0, opened.inodeAt(inode), opened.inodeAt(inode) + 128);
  const gaps: string[] = [];
  const lines: string[] = [];
  const { image } = await open(opened.bytes);
  for await (const line of writeManifest(image, { onGap: (path) => gaps.push(path) })) lines.push(line);
  expect(gaps).toEqual(['/etc/passwd']);
  expect(lines.filter((line) => line.startsWith('# '))).toEqual([expect.stringMatching(/^# \.\/etc\/passwd: .+\n$/)]);
});
