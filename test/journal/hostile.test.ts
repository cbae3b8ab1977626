/** Journals that are expensive for the size of their image: time and memory stay in proportion to it. */
import { expect, test } from 'vitest';
import { logFormat } from '../../src/journal/format';
import { Log } from '../../src/journal/log';
import { decode } from '../../src/layout/decode';
import { journalSuperblock } from '../../src/layout/journal';
import { TestImage } from '../support/image';
import { LogBuilder, recoverAll } from '../support/journal-log';

const load = () => TestImage.load('ext4-1k-csum-tree');

/** A log of 2^32 blocks according to its superblock, which are the same few ones repeatedly. */
async function endless(builder: LogBuilder, blocks: readonly number[]) {
  const { volume } = await builder.image.open();
  const record = decode(journalSuperblock, builder.image.view, builder.offset(0));
  const format = { ...logFormat(record), last: 2 ** 32 - 1, length: 2 ** 32 - 1 };
  const runs = Array.from({ length: 300_000 }, (_, i) => ({
    logical: i + 1,
    physical: builder.offset(blocks[i % blocks.length]!) / builder.image.made.blockSize,
    count: 1,
  }));
  let reads = 0;
  const counted = new Proxy(volume, {
    get: (target, name) => {
      if (name === 'read') reads++;
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const recovery = await recoverAll(new Log(counted, format, runs), volume);
  return { recovery, reads, present: volume.readableBlocks };
}

test('a mapping that repeats blocks is not followed for longer than the image has blocks', async () => {
  const builder = await LogBuilder.on(load());
  const { descriptors } = builder.add({ blocks: [{ block: 100, data: new Uint8Array(1024) }], torn: true });
  const { recovery, reads, present } = await endless(builder, descriptors);
  expect(recovery).toMatchObject({ failed: true, transactions: 0, faults: [{ kind: 'circular' }] });
  expect(recovery.replacements.blocks.length).toBe(0);
  expect(reads).toBeLessThanOrEqual(present + 10);
});

test('a journal full of revoke records costs no memory for blocks that it does not replace', async () => {
  const builder = await LogBuilder.on(load());
  const revokes = Array.from({ length: 100_000 }, (_, i) => i + 200);
  builder.add({ blocks: [{ block: 100, data: new Uint8Array(1024).fill(1) }] });
  builder.add({ revokes });
  const { log, volume } = await builder.open();
  const recovery = await recoverAll(log, volume);
  expect(recovery).toMatchObject({ failed: false, transactions: 2, revoked: 0, faults: [] });
  expect([...recovery.replacements.blocks]).toEqual([100]);
});

test('reports every fault and keeps none', async () => {
  const builder = await LogBuilder.on(load(), { wide: true });
  const outside = Array.from({ length: 900 }, (_, i) => ({ block: 2 ** 33 + i, data: new Uint8Array(1024) }));
  builder.add({ blocks: outside });
  const { log, volume } = await builder.open();
  const recovery = await recoverAll(log, volume);
  expect(recovery.faultCount).toBe(900);
  expect(recovery.faults.length).toBe(900);
  expect(recovery).toMatchObject({ failed: true, transactions: 1 });
});
