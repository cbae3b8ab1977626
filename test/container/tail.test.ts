/** What follows a file system in its image. */
import { expect, test } from 'vitest';
import { describeTail } from '../../src/container/tail';
import { memorySource } from '../../src/source/memory';
import { gptDisk } from '../support/disk';
import { avbImage, verityTree } from '../support/dm-verity';

const size = 64 * 4096;
const fs = Buffer.alloc(size, 7);
const of = (...after: Uint8Array[]) => describeTail(memorySource(Buffer.concat([fs, ...after])), size);
const kinds = async (...after: Uint8Array[]) =>
  (await of(...after)).map(({ kind, at, length }) => [kind, at - size, length]);

test('nothing, zeros and other data', async () => {
  expect(await of()).toEqual([]);
  expect(await describeTail(memorySource(fs), size + 1)).toEqual([]);
  expect(await of(Buffer.alloc(1000))).toEqual([{ kind: 'zeros', at: size, length: 1000, what: 'zeros' }]);
  expect(await of(Buffer.alloc(1000, 1))).toEqual([{ kind: 'data', at: size, length: 1000, what: 'other data' }]);
  const large = Buffer.alloc(3 * 2 ** 20);
  expect((await of(large))[0]!.what).toBe('zeros, as far as they were read');
  large[3 * 2 ** 20 - 1] = 1;
  expect(await kinds(large)).toEqual([['data', 0, large.length]]);
});

test('a hash tree with its superblock', async () => {
  const { bytes } = verityTree(fs);
  expect(await kinds(bytes)).toEqual([['verity-tree', 0, bytes.length]]);
  expect(await kinds(bytes, Buffer.alloc(512))).toEqual([
    ['verity-tree', 0, bytes.length],
    ['zeros', bytes.length, 512],
  ]);
  bytes.writeUInt32LE(9, 8);
  expect((await of(bytes))[0]!.what).toContain('a hash tree of dm-verity, which is damaged: the field version');
  // the file system has blocks of 1 KiB, the superblock is at the next 4 KiB
  const odd = await describeTail(memorySource(Buffer.concat([fs, verityTree(fs).bytes])), size - 1024);
  expect(odd.map(({ kind }) => kind)).toEqual(['data', 'verity-tree']);
});

test('what Android adds', async () => {
  const image = avbImage(fs);
  const tree = verityTree(fs, { salt: Buffer.from('aabbccdd', 'hex') }).levels.length;
  const found = await describeTail(memorySource(image), size);
  expect(found.map(({ kind, length }) => [kind, length])).toEqual([
    ['verity-tree', tree],
    ['avb-metadata', expect.any(Number)],
    ['zeros', 4096],
    ['avb-footer', 64],
  ]);
  image.writeBigUInt64BE(2n ** 60n, image.length - 64 + 20);
  const damaged = await describeTail(memorySource(image), size);
  expect(damaged.at(-1)!.what).toContain('which is damaged');
});

test('footers of disks', async () => {
  const vhd = Buffer.alloc(1024);
  vhd.write('conectix', 512);
  expect(await kinds(vhd)).toEqual([
    ['zeros', 0, 512],
    ['vhd-footer', 512, 512],
  ]);
  const disk = gptDisk(2 ** 20, [{ start: 64, count: 512 }]);
  const found = await describeTail(memorySource(disk), 2 ** 19);
  expect(found.map(({ kind, at, length }) => [kind, at, length])).toEqual([
    ['zeros', 2 ** 19, 2 ** 19 - 33 * 512],
    ['gpt-backup', 2 ** 20 - 33 * 512, 33 * 512],
  ]);
});

test('a part that starts inside the file system ends where it did', async () => {
  const disk = gptDisk(2 ** 20, [{ start: 64, count: 512 }]);
  const inside = 2 ** 20 - 16 * 512;
  const found = await describeTail(memorySource(disk), inside);
  expect(found.map(({ kind, at, length }) => [kind, at, length])).toEqual([['gpt-backup', inside, 16 * 512]]);
});
