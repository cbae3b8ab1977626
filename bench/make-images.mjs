/** Makes the images that bench.mjs measures, each on first use; needs e2fsprogs, no root. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { numbers, writeTree } from './tree.mjs';

/** The folder of the images. */
export const folder = process.env['EXTCHECK_BENCH_DIR'] ?? path.join(os.tmpdir(), 'extcheck-bench');

const ext2 = 'none,ext_attr,resize_inode,dir_index,filetype,sparse_super,large_file';
const features = {
  ext2,
  ext4: `${ext2},has_journal,extent,huge_file,flex_bg,64bit,dir_nlink,extra_isize,metadata_csum`,
};

/** Sets of images made from one tree: `blocks` of 4 KiB (tiny: 1 KiB), `inodes` in total. */
export const sets = {
  tiny: { files: 200, mix: 'small', perFolder: 10, blockSize: 1024, blocks: 16384, inodes: 4096 },
  // the geometry of a Harvester system image: 3072 MiB
  '34k': {
    files: 29_700,
    mix: 'system',
    perFolder: 5.5,
    blockSize: 4096,
    blocks: 786432,
    inodes: 196608,
    damages: ['tables', 'damaged'],
  },
  '140k': {
    files: 122_000,
    mix: 'small',
    perFolder: 5.5,
    blockSize: 4096,
    blocks: 2097152,
    inodes: 524288,
    damages: ['battered'],
  },
  huge: { files: 1_980_000, mix: 'bare', perFolder: 60, blockSize: 4096, blocks: 2097152, inodes: 2097152 },
};

/** Runs a native tool and returns what it printed; throws unless it exits with one of the accepted codes. */
function tool(command, args, accepted = [0], input = undefined) {
  const done = spawnSync(command, args, { encoding: 'utf8', input, maxBuffer: 1 << 28 });
  if (done.error) throw done.error;
  if (!accepted.includes(done.status))
    throw new Error(`${command} ${args.join(' ')} exited ${done.status}: ${done.stderr}`);
  return done.stdout;
}

function makeImage(image, type, set, tree) {
  const { blockSize, blocks, inodes } = set;
  const unfinished = `${image}.part`;
  fs.rmSync(unfinished, { force: true });
  const args = [
    '-q',
    '-F',
    '-b',
    `${blockSize}`,
    '-I',
    '256',
    '-N',
    `${inodes}`,
    '-O',
    features[type],
    '-L',
    'COS_ACTIVE',
  ];
  tool('mke2fs', [...args, '-E', 'root_owner=0:0', '-d', tree, unfinished, `${blocks}`]);
  // mke2fs leaves wide folders unhashed; the kernel would not
  tool('e2fsck', ['-fyD', unfinished], [0, 1]);
  tool('e2fsck', ['-fn', unfinished]);
  fs.renameSync(unfinished, image);
}

/** The first blocks of some folders, chosen at random; debugfs lists the first few hundred from the root down. */
function directoryBlocks(image, next, count) {
  const found = [];
  let level = ['/'];
  while (level.length > 0 && found.length < 400) {
    const asked = level.map((at) => `ls -p ${at}`).join('\n');
    const said = tool('debugfs', ['-f', '-', image], [0], `${asked}\n`);
    const below = [];
    let at = '';
    for (const line of said.split('\n')) {
      if (line.startsWith('debugfs: ls -p ')) at = line.slice(15);
      const [, , mode, , , name] = line.split('/');
      if (mode === '040755' && name !== '.' && name !== '..') below.push(`${at === '/' ? '' : at}/${name}`);
    }
    found.push(...below);
    level = below;
  }
  const chosen = Array.from({ length: count }, () => found[Math.floor(next() * found.length)]);
  const said = tool('debugfs', ['-f', '-', image], [0], chosen.map((at) => `bmap ${at} 0\n`).join(''));
  return said
    .split('\n')
    .filter((line) => /^\d+$/.test(line))
    .map(Number);
}

/** The inode tables as [first block, last block]. */
const tablesOf = (image) =>
  [...tool('dumpe2fs', [image]).matchAll(/Inode table at (\d+)-(\d+)/g)].map(([, from, to]) => [
    Number(from),
    Number(to),
  ]);

/** Blocks of inode tables, chosen at random; inodes fill each group's table from its start, so damage there hits files. */
function tableBlocks(tables, next, count) {
  return Array.from({ length: count }, () => {
    const [from, to] = tables[Math.floor(next() * tables.length)];
    return from + Math.floor(next() ** 3 * (to - from + 1));
  });
}

/** Writes zeros over whole blocks, as lost writes do. */
function zeroBlocks(file, blocks, blockSize) {
  for (const block of blocks) fs.writeSync(file, Buffer.alloc(blockSize), 0, blockSize, block * blockSize);
}

const inodeSize = 256;
/** Offsets of fields in an inode, and how the value is changed. e2fsck -fn reports each and continues to its end. */
const spoilt = [
  { at: 26, bytes: 2, of: (links) => (links + 1) & 0xffff },
  { at: 28, bytes: 4, of: (blocks) => blocks + 8 },
  { at: 20, bytes: 4, of: () => 1_500_000_000 },
  { at: 4, bytes: 4, of: (size) => size + 9_000_000 },
];

/** Spoils one field of one in so many inodes. */
function spoilInodes(file, tables, next, oneIn, blockSize) {
  for (const [from, to] of tables) {
    const table = Buffer.alloc((to - from + 1) * blockSize);
    fs.readSync(file, table, 0, table.length, from * blockSize);
    for (let at = 0; at < table.length; at += inodeSize) {
      const inUse = table.readUInt16LE(at) !== 0 && table.readUInt16LE(at + 26) !== 0;
      if (!inUse || next() * oneIn >= 1) continue;
      const field = spoilt[Math.floor(next() * spoilt.length)];
      const value = field.of(table.readUIntLE(at + field.at, field.bytes));
      table.writeUIntLE(value, at + field.at, field.bytes);
    }
    fs.writeSync(file, table, 0, table.length, from * blockSize);
  }
}

/**
 * The kinds of damage, each done to a copy of a set's ext2 image. `damaged` makes e2fsck -fn give up at the first folder,
 * so it is timed on part of the work; it runs through all others.
 */
const damages = {
  tables: (file, { tables, next, blockSize }) => zeroBlocks(file, tableBlocks(tables, next, 60), blockSize),
  damaged: (file, { tables, next, blockSize, healthy }) => {
    const folders = directoryBlocks(healthy, next, 40);
    zeroBlocks(file, [...folders, ...tableBlocks(tables, next, 60)], blockSize);
  },
  // more than 10,000 findings
  battered: (file, { tables, next, blockSize }) => {
    spoilInodes(file, tables, next, 8, blockSize);
    zeroBlocks(file, tableBlocks(tables, next, 60), blockSize);
  },
};

function makeDamaged(healthy, image, blockSize, kind) {
  const unfinished = `${image}.part`;
  tool('cp', ['--sparse=always', healthy, unfinished]);
  const file = fs.openSync(unfinished, 'r+');
  damages[kind](file, { tables: tablesOf(healthy), next: numbers(34), blockSize, healthy });
  fs.closeSync(file);
  fs.renameSync(unfinished, image);
}

/**
 * The images of one set, made if they are not there yet.
 * @param {keyof typeof sets} name
 * @returns {{ name: string, path: string }[]}
 */
export function images(name) {
  const set = sets[name];
  if (!set) throw new Error(`no such set of images: ${name} (there are ${Object.keys(sets).join(', ')})`);
  fs.mkdirSync(folder, { recursive: true });
  const place = (label) => ({ name: label, path: path.join(folder, `${label}.img`) });
  const wanted = ['ext2', 'ext4'].map((type) => ({ type, ...place(`${name}-${type}`) }));
  const missing = wanted.filter(({ path: at }) => !fs.existsSync(at));
  if (missing.length > 0) {
    const tree = fs.mkdtempSync(path.join(folder, 'tree-'));
    try {
      writeTree(tree, { ...set, seed: 1 });
      for (const { type, path: at } of missing) makeImage(at, type, set, tree);
    } finally {
      fs.rmSync(tree, { recursive: true, force: true });
    }
  }
  const all = wanted.map(({ name: label, path: at }) => ({ name: label, path: at }));
  for (const kind of set.damages ?? []) {
    const damaged = place(`${name}-ext2-${kind}`);
    if (!fs.existsSync(damaged.path)) makeDamaged(all[0].path, damaged.path, set.blockSize, kind);
    all.push(damaged);
  }
  return all;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const asked = process.argv.slice(2);
  const names = asked.filter((word) => word !== '--huge');
  if (names.length === 0) names.push('tiny', '34k', '140k');
  if (asked.includes('--huge')) names.push('huge');
  for (const name of names) for (const image of images(name)) console.log(image.path);
}
