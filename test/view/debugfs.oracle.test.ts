/** The view shows the same trees, facts, block mappings and contents as debugfs does. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { blocksCovered } from '../../src/view/file';
import { fileRuns } from '../../src/view/runs';
import { type FileStat, loadInode } from '../../src/view/stat';
import { debugfs, fixture, hasTools, inFolder, joined, type Opened, open, sha256, walk } from './support';

vi.setConfig({ testTimeout: 60_000 });

const images = [
  'ext2-128-inode',
  'ext2-1k',
  'ext2-4k',
  'ext2-rev0',
  'ext3-1k-htree',
  'ext4-1k-csum-tree',
  'ext4-4k-csum',
  'ext4-flex-bg-meta-bg',
  'ext4-nojournal',
  'ext4-uninit-bg',
];
/** Larger files are compared by their mapping alone. */
const maxDumped = 4 * 1024 * 1024;

/** Inode, mode, owner, group and size of every path, as `ls -p` lists them. */
function listed(file: string): Map<string, string> {
  const found = new Map<string, string>();
  let level = ['/'];
  while (level.length > 0) {
    const answers = debugfs(
      file,
      level.map((folder) => `ls -p ${folder}`),
    );
    const next: string[] = [];
    for (const [i, answer] of answers.entries()) {
      for (const [, ino, mode, uid, gid, name, size] of answer.matchAll(
        /^\/(\d+)\/(\d+)\/(\d+)\/(\d+)\/(.*)\/(\d*)\/$/gm,
      )) {
        if (name === '.' || name === '..' || ino === '0') continue;
        const path = `${level[i] === '/' ? '' : level[i]}/${name}`;
        found.set(path, [ino, Number.parseInt(mode!, 8), uid, gid, size].join(' '));
        if (mode!.startsWith('04')) next.push(path);
      }
    }
    level = next;
  }
  return found;
}

const ours = (stat: FileStat): string => {
  const size = stat.type === 'directory' ? '' : stat.size;
  return [stat.inode, stat.mode, stat.uid, stat.gid, size].join(' ');
};

const hex = (n: number): string => `0x${n.toString(16).padStart(8, '0')}`;

/** What `stat` prints about an inode that the view also knows. */
function expectSameStat(stat: FileStat, answer: string): void {
  const line = (pattern: RegExp) => pattern.exec(answer)?.slice(1) ?? null;
  expect(line(/Links: (\d+) +Blockcount: (\d+)/)).toEqual([`${stat.links}`, `${stat.sectors}`]);
  expect(line(/Flags: 0x([0-9a-f]+)/)).toEqual([stat.flags.toString(16)]);
  expect(line(/Generation: (\d+)/)).toEqual([`${stat.generation}`]);
  for (const [label, time] of [
    ['ctime', stat.changed],
    ['atime', stat.accessed],
    ['mtime', stat.modified],
  ] as const) {
    const [seconds, extra] = line(new RegExp(`\\b${label}: (0x[0-9a-f]+)(?::([0-9a-f]+))?`))!;
    expect(seconds).toBe(hex(time.seconds));
    expect(Number.parseInt(extra ?? '0', 16) >>> 2).toBe(time.nanoseconds);
  }
  const created = line(/crtime: (0x[0-9a-f]+):/);
  expect(stat.created && [hex(stat.created.seconds)]).toEqual(created);
  const device = line(/Device major\/minor number: (\d+):(\d+)/)?.map(Number) ?? null;
  expect(stat.device && [stat.device.major, stat.device.minor]).toEqual(device);
}

/** One piece of a mapping for each block, `logical:physical`. */
async function mapped(opened: Opened, ino: number): Promise<string[]> {
  const record = await loadInode(opened.volume, opened.groups, ino);
  const blocks: string[] = [];
  for await (const run of fileRuns(opened.volume, record.view, blocksCovered(opened.volume, record)))
    for (let i = 0; run.kind === 'data' && i < run.count; i++) blocks.push(`${run.logical + i}:${run.physical + i}`);
  return blocks;
}

function mappedBy(answer: string): string[] {
  const blocks: string[] = [];
  for (const [, from, to, physical] of answer.matchAll(/\((\d+)(?:-(\d+))?\):(\d+)/g))
    for (let i = 0; i <= Number(to ?? from) - Number(from); i++)
      blocks.push(`${Number(from) + i}:${Number(physical) + i}`);
  return blocks;
}

test.skipIf(!hasTools).each(images)('%s', async (name) => {
  await inFolder(async (folder) => {
    const bytes = fixture(`clean/${name}`);
    const file = join(folder, 'image');
    writeFileSync(file, bytes);
    const opened = await open(bytes);
    const tree = await walk(opened.image);
    expect(new Map([...tree].map(([path, stat]) => [path, ours(stat)]))).toEqual(listed(file));
    expect(tree.size).toBeGreaterThan(150);

    const inodes = [...new Map([...tree].map(([path, stat]) => [stat.inode, { path, stat }])).values()];
    const facts = debugfs(
      file,
      inodes.map(({ stat }) => `stat <${stat.inode}>`),
    );
    for (const [i, { stat }] of inodes.entries()) {
      expectSameStat(stat, facts[i]!);
      const hasBlocks = stat.type === 'file' || stat.type === 'directory';
      if (hasBlocks) expect(await mapped(opened, stat.inode), facts[i]).toEqual(mappedBy(facts[i]!));
    }

    const files = inodes.filter(({ stat }) => stat.type === 'file' && stat.size <= maxDumped);
    debugfs(
      file,
      files.map(({ stat }) => `dump <${stat.inode}> ${join(folder, `${stat.inode}`)}`),
    );
    for (const { path, stat } of files) {
      const dumped = readFileSync(join(folder, `${stat.inode}`));
      expect((await joined(opened.image.readFile(path))).equals(dumped), path).toBe(true);
    }
    expect(files.length).toBeGreaterThan(15);

    const links = inodes.filter(({ stat }) => stat.type === 'symlink');
    const targets = debugfs(
      file,
      links.map(({ stat }) => `stat <${stat.inode}>`),
    );
    for (const [i, { path, stat }] of links.entries()) {
      const target = await opened.image.readlink(path);
      expect(target.length).toBe(stat.size);
      if (stat.size < 60) expect(targets[i]).toContain(`Fast link dest: "${target}"`);
    }
    expect(await opened.image.readlink('/etc/slow-400')).toBe('../target/'.repeat(40));
  });
});

test.skipIf(!hasTools)('a file of 64 MiB with a triple indirect block and holes', async () => {
  await inFolder(async (folder) => {
    const bytes = fixture('clean/ext2-1k');
    const file = join(folder, 'image');
    writeFileSync(file, bytes);
    const dumped = join(folder, 'dumped');
    debugfs(file, [`dump /var/lib/holes-triple ${dumped}`]);
    const { image } = await open(bytes);
    expect(statSync(dumped).size).toBe(67386368);
    async function* once() {
      yield readFileSync(dumped);
    }
    expect(await sha256(image.readFile('/var/lib/holes-triple'))).toBe(await sha256(once()));
  });
});
