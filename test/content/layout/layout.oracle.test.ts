/** The layout of images against debugfs: every block's inode, whether it is free, and what it holds. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { LayoutRole } from '../../../src/problem/layout';
import { hasE2fsprogs, makeImage, writeSparse } from '../../support/e2fsprogs';
import { cleanNames, fixtureBytes } from '../../support/fixtures';
import { type BlockOwner, blocksOf, layoutOf, reportWithLayout } from '../../support/layout';
import { debugfs, inFolder } from '../../view/support';

/** Blocks of one question to debugfs. */
const perCommand = 400;

const pieces = (from: number, to: number): number[][] => {
  const all: number[][] = [];
  for (let at = from; at < to; at += perCommand)
    all.push(Array.from({ length: Math.min(perCommand, to - at) }, (_, i) => at + i));
  return all;
};

/** The inode of each block by icheck; 0 where it finds none. */
function icheck(image: string, blocks: number[][]): Map<number, number> {
  const found = new Map<number, number>();
  for (const answer of debugfs(
    image,
    blocks.map((some) => `icheck ${some.join(' ')}`),
  ))
    for (const line of answer.split('\n')) {
      const [block, inode] = line.split('\t');
      if (/^\d+$/.test(block ?? '')) found.set(Number(block), /^\d+$/.test(inode ?? '') ? Number(inode) : 0);
    }
  return found;
}

/** The blocks that the bitmap marks as in use. */
function testb(image: string, first: number, blocks: number): Set<number> {
  // debugfs refuses to look at block 0, which holds the superblock if it is the first one
  const used = new Set<number>([0]);
  const from = Math.max(1, first);
  for (const answer of debugfs(image, [`testb ${from} ${blocks - from}`]))
    for (const [, block] of answer.matchAll(/^Block (\d+) marked in use/gm)) used.add(Number(block));
  return used;
}

/** The places of the fixed structures by the command stats. */
function fixedPlaces(image: string): { role: LayoutRole; block: number }[] {
  const [text = ''] = debugfs(image, ['stats']);
  return [...text.matchAll(/block bitmap at (\d+), inode bitmap at (\d+)[\s\S]*?inode table at (\d+)/g)].flatMap(
    ([, blockBitmap, inodeBitmap, table]) => [
      { role: 'bitmap' as const, block: Number(blockBitmap) },
      { role: 'bitmap' as const, block: Number(inodeBitmap) },
      { role: 'inode-table' as const, block: Number(table) },
    ],
  );
}

/** The blocks of mappings, and the types of inodes, by the command stat. */
function mappings(image: string, inodes: number[]): { nodes: Set<number>; types: Map<number, string> } {
  const nodes = new Set<number>();
  const types = new Map<number, string>();
  debugfs(
    image,
    inodes.map((inode) => `stat <${inode}>`),
  ).forEach((answer, i) => {
    for (const [, block] of answer.matchAll(/\((?:IND|DIND|TIND|ETB\d+)\):(\d+)/g)) nodes.add(Number(block));
    types.set(inodes[i]!, /Type: (\w+)/.exec(answer)?.[1] ?? '');
  });
  return { nodes, types };
}

/** The leaves of the hash tree of each directory that has one, by the command htree_dump. */
const leaves = (image: string, inodes: number[]): number[] =>
  debugfs(
    image,
    inodes.map((inode) => `htree_dump <${inode}>`),
  ).flatMap((answer) =>
    [...answer.matchAll(/Reading directory block \d+, phys (\d+)/g)].map(([, block]) => Number(block)),
  );

const rolesOfType: Readonly<Record<string, readonly LayoutRole[]>> = {
  directory: ['directory', 'index', 'mapping', 'attributes'],
  regular: ['data', 'mapping', 'attributes', 'journal', 'reserved'],
  symlink: ['data', 'mapping', 'attributes'],
};

async function compare(bytes: Uint8Array): Promise<BlockOwner[]> {
  const layout = layoutOf(await reportWithLayout(bytes));
  const blocks = blocksOf(layout);
  expect(layout).toMatchObject({ detail: 'inodes', complete: true, marks: [], markCount: 0 });
  await inFolder(async (folder) => {
    const image = join(folder, 'image');
    writeSparse(image, bytes);
    const inodes = icheck(image, pieces(layout.firstBlock, layout.blocks));
    const used = testb(image, layout.firstBlock, layout.blocks);
    const owners = [...new Set(inodes.values())].filter((inode) => inode > 0);
    const { nodes, types } = mappings(image, owners);
    expect(owners.length).toBeGreaterThan(2);
    const wrong: unknown[] = [];
    for (let block = layout.firstBlock; block < layout.blocks; block++) {
      const { role, inode } = blocks[block]!;
      const owner = inodes.get(block);
      if (inode !== owner) wrong.push({ block, role, inode, owner });
      if ((role === 'free') === used.has(block)) wrong.push({ block, role, used: used.has(block) });
      if (owner && !(rolesOfType[types.get(owner)!] ?? ['reserved', 'mapping']).includes(role))
        wrong.push({ block, role, type: types.get(owner) });
      if (nodes.has(block) !== (role === 'mapping') && !(role === 'reserved' && inode === 7))
        wrong.push({ block, role, isNode: nodes.has(block) });
    }
    const indexed = new Set(blocks.filter(({ role }) => role === 'index').map(({ inode }) => inode));
    const names = blocks.flatMap(({ role, inode }, block) => (role === 'directory' && indexed.has(inode) ? block : []));
    expect(leaves(image, [...indexed]).sort((a, b) => a - b)).toEqual(names);
    expect(wrong.slice(0, 10)).toEqual([]);
    const places = fixedPlaces(image);
    expect(places.length).toBeGreaterThan(2);
    expect(places.filter(({ role, block }) => blocks[block]!.role !== role)).toEqual([]);
  });
  return blocks;
}

const rolesIn = (blocks: BlockOwner[]): LayoutRole[] => [...new Set(blocks.map(({ role }) => role))];

describe.skipIf(!hasE2fsprogs)('the layout agrees with debugfs', () => {
  test.each(cleanNames)('%s', async (name) => {
    const roles = rolesIn(await compare(fixtureBytes(`clean/${name}`)));
    expect(roles).toEqual(expect.arrayContaining(['free', 'superblock', 'bitmap', 'inode-table', 'directory', 'data']));
    if (/htree|tree/.test(name)) expect(roles).toContain('index');
  });

  test.each([
    ['bigalloc', '-t ext4 -b 1024 -O bigalloc,metadata_csum,^resize_inode -C 8192 -I 256'],
    ['value inodes and inline data', '-t ext4 -b 1024 -O ea_inode,inline_data,metadata_csum -I 256'],
    ['meta_bg', '-t ext4 -b 1024 -O meta_bg,^resize_inode,64bit -I 256 -g 1024'],
    ['quota and an orphan file', '-t ext4 -b 1024 -O quota,orphan_file,metadata_csum -I 256'],
  ])('%s', async (_name, options) => {
    const commands = ['write /proc/self/exe program', 'mkdir d', `symlink d/long ${'x/'.repeat(300)}`];
    for (let i = 0; i < 40; i++) commands.push(`write /etc/passwd d/file-${i}`);
    commands.push(`ea_set d/file-1 user.long ${'v'.repeat(700)}`, `ea_set d user.large ${'w'.repeat(3000)}`);
    const image = makeImage({ size: '12M', options, commands });
    expect(rolesIn(await compare(image.bytes))).toEqual(expect.arrayContaining(['data', 'directory', 'attributes']));
  });

  test('a journal, a hash tree, an attribute block and fragments', async () => {
    const commands = ['mkdir d', 'cd d'];
    for (let i = 0; i < 300; i++) commands.push(`mknod n${String(i).padStart(200, 'x')} p`);
    const image = makeImage({
      size: '12M',
      options: '-t ext4 -b 1024 -I 128 -J size=1 -O ^uninit_bg,metadata_csum',
      commands: [...commands, 'cd /', `ea_set d user.long ${'v'.repeat(300)}`],
    });
    const roles = rolesIn(await compare(image.bytes));
    expect(roles).toEqual(expect.arrayContaining(['journal', 'attributes', 'directory']));
  });
});
