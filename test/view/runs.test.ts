/** Runs cover a file from end to end, in order, whatever its mapping looks like. */
import { expect, test } from 'vitest';
import { inode } from '../../src/layout/inode';
import { fileRuns, type Run } from '../../src/view/runs';
import { loadInode } from '../../src/view/stat';
import { fixture, type Opened, open } from './support';

async function runsOf(opened: Opened, path: string, end: number, nodes?: Set<number>): Promise<Run[]> {
  const again = await open(opened.bytes);
  const record = await loadInode(again.volume, again.groups, (await opened.image.stat(path)).inode);
  const runs: Run[] = [];
  for await (const run of fileRuns(again.volume, record.view, end, (block) => nodes?.add(block))) runs.push(run);
  return runs;
}

const short = (runs: Run[]) => runs.map((run) => `${run.kind} ${run.logical}+${run.count}`);

async function pointersOf(opened: Opened, path: string): Promise<number> {
  return opened.inodeAt((await opened.image.stat(path)).inode) + inode.i_block.offset;
}

test('what lies between the neighbours of a bad pointer is lost, and no more', async () => {
  const opened = await open(fixture('clean/ext2-1k'));
  const at = await pointersOf(opened, '/usr/bin/bash');
  expect(short(await runsOf(opened, '/usr/bin/bash', 13))).toEqual(['data 0+12', 'data 12+1']);
  opened.words.setUint32(at + 5 * 4, 0xffffffff, true);
  opened.words.setUint32(at + 9 * 4, 0, true);
  expect(short(await runsOf(opened, '/usr/bin/bash', 13))).toEqual([
    'data 0+5',
    'lost 5+1',
    'data 6+3',
    'hole 9+1',
    'data 10+2',
    'data 12+1',
  ]);
  opened.words.setUint32(at + 12 * 4, 0xffffffff, true);
  expect(short(await runsOf(opened, '/usr/bin/bash', 13)).at(-1)).toBe('lost 12+1');
  expect(short(await runsOf(opened, '/usr/bin/bash', 12)).at(-1)).toBe('data 10+2');
});

test('extents that overlap or go backwards are lost, never holes', async () => {
  const opened = await open(fixture('clean/ext4-nojournal'));
  const path = '/etc/passwd';
  const at = await pointersOf(opened, path);
  const extents = (...list: [number, number][]) => {
    opened.words.setUint16(at + 2, list.length, true);
    list.forEach(([logical, count], i) => {
      opened.words.setUint32(at + 12 + i * 12, logical, true);
      opened.words.setUint16(at + 16 + i * 12, count, true);
      opened.words.setUint16(at + 18 + i * 12, 0, true);
      opened.words.setUint32(at + 20 + i * 12, 500 + i * 100, true);
    });
  };
  extents([0, 4], [6, 32768 + 2], [9, 1]);
  expect(short(await runsOf(opened, path, 12))).toEqual([
    'data 0+4',
    'hole 4+2',
    'unwritten 6+2',
    'hole 8+1',
    'data 9+1',
    'hole 10+2',
  ]);
  extents([0, 4], [2, 4], [9, 1]);
  expect(short(await runsOf(opened, path, 10))).toEqual(['data 0+4', 'lost 4+5', 'data 9+1']);
  extents([0, 4], [5, 0]);
  expect(short(await runsOf(opened, path, 10))).toEqual(['data 0+4', 'lost 4+6']);
  opened.words.setUint16(at, 0, true);
  expect(short(await runsOf(opened, path, 10))).toEqual(['lost 0+10']);
});

test('more runs than are held at once', async () => {
  const opened = await open(fixture('clean/ext2-1k'));
  const { bytes, words } = opened;
  const at = await pointersOf(opened, '/usr/bin/bash');
  bytes.fill(0, at, at + 60);
  // a double indirect block with 256 indirect ones, and a triple indirect one with 300 more; every other block is a hole
  let free = 2048;
  const fill = (block: number, count: number, value: (i: number) => number) => {
    bytes.fill(0, block * 1024, (block + 1) * 1024);
    for (let i = 0; i < count; i++) words.setUint32(block * 1024 + i * 4, value(i), true);
    return block;
  };
  const single = () => fill(free++, 256, (i) => (i % 2 === 0 ? 1000 + i : 0));
  const double = (count: number) => fill(free++, count, () => single());
  words.setUint32(at + 13 * 4, double(256), true);
  words.setUint32(
    at + 14 * 4,
    fill(free++, 2, (i) => double(i === 0 ? 256 : 44)),
    true,
  );
  const first = 12 + 256;
  const blocks = (256 + 300) * 256;
  const nodes = new Set<number>();
  const runs = await runsOf(opened, '/usr/bin/bash', first + blocks, nodes);
  expect(runs[0]).toEqual({ kind: 'hole', logical: 0, count: first, physical: 0 });
  expect(runs.length).toBe(1 + blocks);
  expect(nodes.size).toBe(1 + 256 + 1 + 2 + 300);
  const wrong = runs.slice(1).filter((run, i) => {
    const kind = i % 2 === 0 ? 'data' : 'hole';
    const physical = i % 2 === 0 ? 1000 + (i % 256) : 0;
    return run.kind !== kind || run.logical !== first + i || run.count !== 1 || run.physical !== physical;
  });
  expect(wrong).toEqual([]);
});
