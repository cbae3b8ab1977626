/** Images made from a tree of files give that tree back: data kept in inodes, large blocks, fragmented files. */
import { createHash } from 'node:crypto';
import {
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { parsePrintableName } from '../../src/bytes/names';
import { extentHeader } from '../../src/layout/extent';
import { inode, inodeFlags } from '../../src/layout/inode';
import { hasTools, inFolder, joined, mke2fs, open, walk } from './support';

vi.setConfig({ testTimeout: 60_000 });

const text = (length: number): Buffer =>
  Buffer.from('0123456789abcdef\n'.repeat(Math.ceil(length / 17)).slice(0, length));
const sizes = [0, 1, 59, 60, 61, 100, 130, 140, 156, 160, 200, 1023, 1024, 1025, 70000];

function plant(root: string): void {
  mkdirSync(join(root, 'sizes'), { recursive: true });
  for (const size of sizes) writeFileSync(join(root, 'sizes', `of-${size}`), text(size));
  for (const count of [0, 1, 3, 8, 40, 700]) {
    mkdirSync(join(root, `names-${count}`));
    for (let i = 0; i < count; i++) writeFileSync(join(root, `names-${count}`, `n${i}`), `${i}`);
  }
  mkdirSync(join(root, 'links'));
  for (const length of [1, 58, 59, 60, 61, 110, 140, 150, 300, 1000]) {
    symlinkSync(`/${'t'.repeat(length - 1)}`, join(root, 'links', `of-${length}`));
  }
  linkSync(join(root, 'sizes', 'of-61'), join(root, 'links', 'hard'));
  mkdirSync(join(root, 'odd'));
  for (const name of [Buffer.from([0x61, 0xff, 0x0a, 0x5c]), Buffer.from('héllo wörld'), Buffer.from('n'.repeat(255))])
    writeFileSync(Buffer.concat([Buffer.from(`${root}/odd/`), name]), name);
  // with inline_data, mke2fs -d cuts off a hole at the end of a file: this one ends in text
  const pieces = Buffer.alloc(39 * 2 * 65536 + 1500);
  for (let i = 0; i < 40; i++) text(1000).copy(pieces, i * 2 * 65536 + 500);
  writeFileSync(join(root, 'pieces'), pieces);
}

/** Every path with its type and content, or target, as Node sees it; names as latin1. */
function onDisk(root: string): Map<string, string> {
  const found = new Map<string, string>();
  const enter = (folder: Buffer, shown: string) => {
    for (const name of readdirSync(folder, { encoding: 'buffer' })) {
      const path = Buffer.concat([folder, Buffer.from('/'), name]);
      const key = `${shown}/${name.toString('latin1')}`;
      const stat = lstatSync(path);
      if (stat.isDirectory()) found.set(key, 'directory');
      else if (stat.isSymbolicLink()) found.set(key, `-> ${readlinkSync(path)}`);
      else found.set(key, createHash('sha256').update(readFileSync(path)).digest('hex'));
      if (stat.isDirectory()) enter(path, key);
    }
  };
  enter(Buffer.from(root), '');
  return found;
}

const ext4 = 'none,ext_attr,dir_index,filetype,extent,huge_file,flex_bg,64bit,dir_nlink,extra_isize,large_file';
const kinds: [string, string, string[]][] = [
  ['inline data, 4 KiB blocks', '24M', ['-b', '4096', '-I', '256', '-N', '2048', '-O', `${ext4},inline_data`]],
  [
    'inline data and checksums, 1 KiB',
    '24M',
    ['-b', '1024', '-I', '512', '-N', '2048', '-O', `${ext4},inline_data,metadata_csum`],
  ],
  ['64 KiB blocks', '64M', ['-b', '65536', '-I', '256', '-N', '2048', '-O', `${ext4},metadata_csum`]],
  ['block map, 1 KiB blocks', '24M', ['-b', '1024', '-I', '128', '-N', '2048', '-O', 'none,filetype,large_file']],
  ['bigalloc', '64M', ['-b', '4096', '-C', '16384', '-N', '2048', '-O', `${ext4},bigalloc,metadata_csum`]],
];

test.skipIf(!hasTools).each(kinds)('%s', async (_kind, size, options) => {
  await inFolder(async (folder) => {
    const root = join(folder, 'tree');
    plant(root);
    const { image, words, inodeAt } = await open(mke2fs(join(folder, 'image'), root, size, options));
    const found = new Map<string, string>();
    let inline = 0;
    for (const [path, stat] of await walk(image)) {
      if (path === '/lost+found') continue;
      if ((stat.flags & inodeFlags.INLINE_DATA) !== 0) inline++;
      const key = Buffer.from(parsePrintableName(path)).toString('latin1');
      if (stat.type === 'directory') found.set(key, 'directory');
      else if (stat.type === 'symlink') found.set(key, `-> ${await image.readlink(path)}`);
      else {
        const content = await joined(image.readFile(path));
        expect(content.length).toBe(stat.size);
        expect(content.equals(await image.readWhole(path, content.length))).toBe(true);
        found.set(key, createHash('sha256').update(content).digest('hex'));
      }
    }
    expect(found).toEqual(onDisk(root));
    expect(inline > 10).toBe(options.some((option) => option.includes('inline_data')));
    const { inode: ino, flags } = await image.stat('/pieces');
    const depth = extentHeader.eh_depth(words, inodeAt(ino) + inode.i_block.offset);
    if ((flags & inodeFlags.EXTENTS) !== 0) expect(depth).toBeGreaterThan(0);
  });
});
