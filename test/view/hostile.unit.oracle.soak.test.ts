/** Whatever bytes are flipped: the view ends, and throws only documented errors. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, expect, vi } from 'vitest';
import { parsePrintableName } from '../../src/bytes/names';
import { inodeFlags } from '../../src/layout/inode';
import { openImage } from '../../src/open-image';
import { memorySource } from '../../src/source/memory';
import { SourceError } from '../../src/source/source';
import { ImageError } from '../../src/view/error';
import type { Image } from '../../src/view/image';
import { checkRequired } from '../../src/view/required';
import { loadInode } from '../../src/view/stat';
import { walkMapping } from '../../src/volume/mapping';
import { openFileSystem } from '../../src/volume/open';
import { amount } from '../support/project';
import { nativeTest, unitTest } from '../support/project-tests';
import { copyOf } from '../support/sparse';
import { fixture, inFolder, mke2fs, open, walk } from './support';

vi.setConfig({ testTimeout: 60_000 });

const names = ['ext2-rev0', 'ext3-1k-htree', 'ext4-nojournal', 'ext4-1k-csum-tree'];
const required = ['/sbin/init', '/usr/bin/bash', '/etc/fstab', '/usr/share/many/first', '/var/lib/forks'];
/** Reading one file or directory stops here: sizes may claim anything. */
const maxRead = 1 << 20;
const maxEntries = 4000;

interface Target {
  bytes: Uint8Array;
  /** Start and length of the metadata areas, in bytes. */
  areas: [number, number][];
}
const targets: Target[] = [];

async function targetOf(bytes: Uint8Array): Promise<Target> {
  const { image, volume, groups, inodeAt } = await open(bytes);
  const { blockSize, inodeSize } = volume.geometry;
  const areas: [number, number][] = [
    [1024, 1024],
    [Math.max(2048, blockSize), groups.count * volume.geometry.descSize],
    [inodeAt(2), inodeSize],
  ];
  for (const [, stat] of await walk(image)) {
    areas.push([inodeAt(stat.inode), inodeSize]);
    if ((stat.flags & inodeFlags.INLINE_DATA) !== 0 || !['file', 'directory'].includes(stat.type)) continue;
    const record = await loadInode(volume, groups, stat.inode);
    await walkMapping(volume, record.view, 0, {
      node: (block) => void areas.push([block * blockSize, blockSize]),
      run: (_logical, physical) => void (stat.type === 'directory' && areas.push([physical * blockSize, blockSize])),
    });
  }
  return { bytes, areas };
}

beforeAll(async () => {
  for (const name of names) targets.push(await targetOf(fixture(`clean/${name}`)));
});

/** Runs `act`; true when it ends in peace or with an error that is promised. */
async function tolerates(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof ImageError) && !(error instanceof SourceError)) throw error;
  }
}

async function readSome(image: Image, file: number): Promise<void> {
  let length = 0;
  for await (const piece of image.readFile(file)) {
    if (piece.length === 0) expect.unreachable('an empty piece');
    length += piece.length;
    if (length > maxRead) return;
  }
  expect(length).toBe((await image.stat(file)).size);
}

async function exercise(image: Image): Promise<number> {
  const seen = new Set<number>();
  const waiting = [2];
  for (let ino = waiting.pop(); ino !== undefined; ino = waiting.pop()) {
    const directory = ino;
    await tolerates(async () => {
      let entries = 0;
      for await (const entry of image.readdir(directory)) {
        if (++entries > maxEntries) break;
        // thousands of calls of expect take longer than the reading
        if (Buffer.compare(parsePrintableName(entry.name), entry.rawName) !== 0)
          expect(parsePrintableName(entry.name)).toEqual(entry.rawName);
        if (seen.has(entry.inode)) continue;
        seen.add(entry.inode);
        await tolerates(async () => {
          const { type } = await image.stat(entry.inode);
          if (type === 'directory') waiting.push(entry.inode);
          if (type === 'file') await readSome(image, entry.inode);
          if (type === 'symlink') expect((await image.readlink(entry.inode)).length).toBeGreaterThan(0);
        });
      }
    });
  }
  for (const path of required) await tolerates(() => image.resolve(path));
  return seen.size;
}

unitTest('the walk that the property makes reaches the whole of a sound image', async () => {
  for (const { bytes } of targets) expect(await exercise(await openImage(memorySource(bytes)))).toBeGreaterThan(50);
});

const flip = fc.record({
  area: fc.nat(),
  at: fc.nat(),
  value: fc.oneof(fc.constantFrom(0, 0x7f, 0x80, 0xff), fc.nat(255)),
});

const flips = fc.array(flip, { minLength: 1, maxLength: 40 });

async function survives(
  { bytes, areas }: Target,
  changes: { area: number; at: number; value: number }[],
): Promise<void> {
  const changed = copyOf(bytes);
  for (const { area, at, value } of changes) {
    const [start, length] = areas[area % areas.length]!;
    changed[start + (at % length)] = value;
  }
  const before = copyOf(changed);
  await tolerates(async () => exercise(await openImage(memorySource(changed))));
  const { opening } = await openFileSystem(memorySource(changed));
  if (opening) expect((await checkRequired(opening, required)).map((one) => one.path)).toEqual(required);
  expect(Buffer.compare(changed, before)).toBe(0);
}

unitTest('byte flips in metadata', async () => {
  const property = fc.asyncProperty(fc.nat(names.length - 1), flips, (which, changes) =>
    survives(targets[which]!, changes),
  );
  await fc.assert(property, { numRuns: amount({ unit: 5, oracle: 15, ci: 50, full: 2000 }) });
});

nativeTest('byte flips in an image with data kept in inodes', async () => {
  await inFolder(async (folder) => {
    const tree = join(folder, 'tree');
    for (let i = 0; i < 20; i++) {
      mkdirSync(join(tree, `d${i}`), { recursive: true });
      for (let k = 0; k < i; k++) writeFileSync(join(tree, `d${i}`, `file-${k}`), 'x'.repeat(k * 17));
      symlinkSync(`d${i}/${'y'.repeat(i * 8)}`, join(tree, `link-${i}`));
    }
    const options = [
      '-b',
      '1024',
      '-I',
      '256',
      '-N',
      '512',
      '-O',
      'none,extent,filetype,ext_attr,extra_isize,inline_data',
    ];
    const target = await targetOf(mke2fs(join(folder, 'image'), tree, '1M', options));
    const { flags } = await (await openImage(memorySource(target.bytes))).stat('/d3');
    expect(flags & inodeFlags.INLINE_DATA).not.toBe(0);
    await fc.assert(
      fc.asyncProperty(flips, (changes) => survives(target, changes)),
      { numRuns: amount({ unit: 5, oracle: 15, ci: 50, full: 2000 }) },
    );
  });
});

unitTest('images cut off anywhere', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(names.length - 1), fc.double({ min: 0, max: 1, noNaN: true }), async (which, part) => {
      const { bytes } = targets[which]!;
      await tolerates(async () =>
        exercise(await openImage(memorySource(bytes.slice(0, Math.floor(bytes.length * part))))),
      );
    }),
    { numRuns: 20 },
  );
});
