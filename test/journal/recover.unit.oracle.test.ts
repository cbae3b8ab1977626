/** Replay of logs of every format: against a simple model, against e2fsck, and what ends or damages a log. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findJournal } from '../../src/journal/find';
import { logFormat } from '../../src/journal/format';
import { Log } from '../../src/journal/log';
import { overlaySource } from '../../src/journal/overlay';
import { decode } from '../../src/layout/decode';
import { journalSuperblock } from '../../src/layout/journal';
import { superblockOffset } from '../../src/layout/superblock';
import { hasE2fsprogs, makeImage } from '../support/e2fsprogs';
import { TestImage } from '../support/image';
import { LogBuilder, type LogRecipe, recoverAll, type Transaction } from '../support/journal-log';
import { nativeTest, unitDescribe, unitTest } from '../support/project-tests';

type Recovered = Awaited<ReturnType<typeof recoverAll>>;

const load = () => TestImage.load('ext4-1k-csum-tree');
const blockSize = load().made.blockSize;

/** The image after its journal was replayed, as bytes, and the result of recovery. */
async function replayed(builder: LogBuilder): Promise<{ bytes: Uint8Array; recovery: Recovered }> {
  const { log, volume } = await builder.open();
  const recovery = await recoverAll(log, volume);
  const source = overlaySource(builder.image.source(), blockSize, recovery.replacements, []);
  const bytes = new Uint8Array(source.size);
  expect(await source.read(0, bytes)).toBe(source.size);
  return { bytes, recovery };
}

const filled = (value: number): Uint8Array => new Uint8Array(blockSize).fill(value);
/** A block that begins like one of the log. */
function magic(value: number): Uint8Array {
  const data = filled(value);
  new DataView(data.buffer).setUint32(0, 0xc03b3998, false);
  return data;
}

/** The result of replaying whole transactions, by a simple model. */
function model(image: TestImage, transactions: readonly Transaction[]): Uint8Array {
  const { bytes } = image.copy();
  transactions.forEach(({ blocks = [] }, i) => {
    for (const { block, data } of blocks) {
      const revoked = transactions.slice(i).some(({ revokes = [] }) => revokes.includes(block));
      if (!revoked) bytes.set(data, block * blockSize);
    }
  });
  return bytes;
}

/** Blocks of the file system that are not the journal's. */
const targets = [1, 2, 3, 100, 101, 102, 103, 2000, 2001, 3999];

const formats: [string, LogRecipe][] = [
  ['no checksums', {}],
  ['no checksums, 64 bits', { wide: true }],
  ['checksums of transactions', { checksums: 1 }],
  ['checksums of transactions, 64 bits', { checksums: 1, wide: true }],
  ['csum_v2', { checksums: 2 }],
  ['csum_v2, 64 bits', { checksums: 2, wide: true }],
  ['csum_v3', { checksums: 3 }],
  ['csum_v3, 64 bits', { checksums: 3, wide: true }],
  ['a UUID in each tag', { uuids: true, wide: true }],
  ['a fast-commit area', { checksums: 3, wide: true, fast: 20 }],
];

const transaction = fc.record({
  blocks: fc.array(
    fc.record({
      block: fc.constantFrom(...targets),
      data: fc
        .record({ value: fc.nat(255), escaped: fc.boolean() })
        .map(({ value, escaped }) => (escaped ? magic(value) : filled(value))),
    }),
    { maxLength: 12 },
  ),
  revokes: fc.array(fc.constantFrom(...targets), { maxLength: 3 }),
});

describe.each(formats)('%s', (_name, recipe) => {
  unitTest('replay of any log equals the model, also where it wraps around and where its numbers do', async () => {
    const logs = fc.record({
      transactions: fc.array(transaction, { minLength: 1, maxLength: 5 }),
      start: fc.constantFrom(1, 2, 990, 1000, 1003),
      sequence: fc.constantFrom(1, 77, 0x7fffffff, 0xfffffffe, 0xffffffff),
    });
    await fc.assert(
      fc.asyncProperty(logs, async ({ transactions, start, sequence }) => {
        const builder = await LogBuilder.on(load(), { ...recipe, start, sequence });
        for (const one of transactions) builder.add(one);
        const { bytes, recovery } = await replayed(builder);
        expect(recovery.faults).toEqual([]);
        expect(recovery.failed).toBe(false);
        expect(recovery.transactions).toBe(transactions.length);
        expect(Buffer.compare(bytes, model(builder.image, transactions))).toBe(0);
        expect(recovery.replacements.blocks.length).toBeLessThanOrEqual(targets.length);
      }),
      { numRuns: 8 },
    );
  });

  unitTest('a transaction without its commit is left out', async () => {
    const builder = await LogBuilder.on(load(), recipe);
    const whole = { blocks: [{ block: 100, data: filled(1) }] };
    builder.add(whole);
    builder.add({ blocks: [{ block: 101, data: filled(2) }], revokes: [100], torn: true });
    const { bytes, recovery } = await replayed(builder);
    expect(recovery).toMatchObject({ transactions: 1, failed: false, faults: [{ kind: 'incomplete', sequence: 8 }] });
    expect(Buffer.compare(bytes, model(builder.image, [whole]))).toBe(0);
  });

  nativeTest('e2fsck comes to the same', async () => {
    // with a fast-commit area e2fsck 1.47.0 wraps around at the end of that, and wants 1024 blocks beside it
    const builder = recipe.fast
      ? await LogBuilder.on(makeImage({ size: '8M', options: '-t ext4 -b 1024 -J size=2' }), recipe)
      : await LogBuilder.on(load(), { ...recipe, start: 995 });
    const { disk } = await freeBlocks(builder.image);
    const [a, b, c, d] = disk;
    builder.add({ blocks: [a!, b!, c!].map((block) => ({ block, data: filled(block & 255) })) });
    builder.add({ blocks: [{ block: b!, data: magic(9) }], revokes: [a!] });
    builder.add({
      blocks: Array.from({ length: 30 }, (_, i) => ({ block: d! + i, data: i % 7 === 0 ? magic(i) : filled(i) })),
    });
    builder.add({ blocks: [{ block: c!, data: filled(0xee) }], torn: true });
    const { bytes, recovery } = await replayed(builder);
    expect(recovery.transactions).toBe(3);
    const theirs = e2fsckReplays(builder.image.bytes);
    const aside = new Set([Math.floor(superblockOffset / blockSize), builder.offset(0) / blockSize]);
    const differing = [];
    for (let block = 0; block < bytes.length / blockSize; block++) {
      const at = block * blockSize;
      const same = Buffer.compare(bytes.subarray(at, at + blockSize), theirs.subarray(at, at + blockSize)) === 0;
      if (!same && !aside.has(block)) differing.push(block);
    }
    expect(differing).toEqual([]);
  });
});

/** Blocks that nothing uses, in a long run. */
async function freeBlocks(image: TestImage): Promise<{ disk: number[] }> {
  const { volume, groups } = await image.open();
  const { readBitmaps } = await import('../../src/volume/bitmaps');
  const { blocks } = await readBitmaps(volume, groups);
  const disk: number[] = [];
  for (let block = volume.geometry.blocksCount - 60; block < volume.geometry.blocksCount - 1; block++)
    if (!blocks.test(block)) disk.push(block);
  expect(disk.length).toBeGreaterThan(40);
  return { disk };
}

function e2fsckReplays(bytes: Uint8Array): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'extcheck-'));
  try {
    const image = join(folder, 'image');
    writeFileSync(image, bytes);
    const { status } = spawnSync('e2fsck', ['-y', '-E', 'journal_only', image], { timeout: 20_000 });
    expect([0, 1]).toContain(status);
    return readFileSync(image);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const one = (block: number, value: number) => ({ blocks: [{ block, data: filled(value) }] });

unitDescribe('what is wrong with a log', () => {
  const built = async (recipe: LogRecipe = {}) => {
    const builder = await LogBuilder.on(load(), recipe);
    return { builder, written: [100, 101, 102].map((block, i) => builder.add({ ...one(block, i), time: 1000 + i })) };
  };
  const kinds = ({ faults }: Recovered) => faults.map(({ kind }) => kind);
  const flip = (builder: LogBuilder, logical: number, at = 500) => {
    builder.block(logical)[at]! ^= 1;
  };

  test('a copy with a wrong checksum is passed over, the rest replayed', async () => {
    for (const checksums of [2, 3] as const) {
      const { builder, written } = await built({ checksums });
      flip(builder, written[1]!.data[0]!);
      const { bytes, recovery } = await replayed(builder);
      expect(recovery).toMatchObject({ failed: true, faults: [{ kind: 'data-checksum', block: 101, sequence: 8 }] });
      expect(Buffer.compare(bytes, model(builder.image, [one(100, 0), one(102, 2)]))).toBe(0);
    }
  });

  test('a descriptor with a wrong checksum: nothing is replayed', async () => {
    const { builder, written } = await built({ checksums: 3 });
    flip(builder, written[1]!.descriptors[0]!);
    const { recovery } = await replayed(builder);
    expect(recovery).toMatchObject({ failed: true, transactions: 0, faults: [{ kind: 'descriptor-checksum' }] });
    expect(recovery.replacements.blocks.length).toBe(0);
  });

  test('accepts blocks of an older journal', async () => {
    const builder = await LogBuilder.on(load(), { checksums: 3 });
    builder.add({ ...one(100, 1), time: 2000 });
    const stale = builder.add({ ...one(101, 2), time: 1000 });
    flip(builder, stale.descriptors[0]!);
    const { bytes, recovery } = await replayed(builder);
    expect(recovery).toMatchObject({ failed: false, transactions: 1 });
    expect(Buffer.compare(bytes, model(builder.image, [one(100, 1)]))).toBe(0);
  });

  test.each([
    1, 2, 3,
  ] as const)('a commit block with a wrong checksum ends the log, checksums %i', async (checksums) => {
    const { builder, written } = await built({ checksums });
    flip(builder, checksums === 1 ? written[1]!.data[0]! : written[1]!.commit);
    const { bytes, recovery } = await replayed(builder);
    expect(recovery).toMatchObject({ failed: true, transactions: 1 });
    expect(kinds(recovery)).toContain('commit-checksum');
    expect(Buffer.compare(bytes, model(builder.image, [one(100, 0)]))).toBe(0);
  });

  test('with asynchronous commits a bad last one is only unfinished', async () => {
    const { builder, written } = await built({ checksums: 3, asyncCommit: true });
    flip(builder, written[2]!.commit);
    const { recovery } = await replayed(builder);
    expect(recovery).toMatchObject({ failed: false, transactions: 2, faults: [{ kind: 'commit-checksum' }] });
  });

  test('a wrong sequence number ends the log', async () => {
    const { builder, written } = await built();
    flip(builder, written[1]!.descriptors[0]!, 11);
    const { recovery } = await replayed(builder);
    expect(recovery).toMatchObject({ failed: false, transactions: 1, faults: [{ kind: 'ends-early', later: 9 }] });
  });

  test('revoke blocks: a wrong checksum or length stops all', async () => {
    for (const [kind, at] of [
      ['revoke-checksum', 600],
      ['revoke-length', 14],
    ] as const) {
      const builder = await LogBuilder.on(load(), { checksums: 3 });
      const written = builder.add({ ...one(100, 1), revokes: [5] });
      builder.block(written.revokes[0]!)[at]! ^= 0x10;
      if (kind === 'revoke-length') builder.restamp(written.revokes[0]!);
      const { recovery } = await replayed(builder);
      expect(recovery).toMatchObject({ failed: true, faults: [{ kind }] });
      expect(recovery.replacements.blocks.length).toBe(0);
    }
  });

  test('skips a block after the end of the file system', async () => {
    const builder = await LogBuilder.on(load(), { wide: true });
    builder.add({ blocks: [{ block: 2 ** 40, data: filled(1) }, ...one(100, 2).blocks] });
    const { bytes, recovery } = await replayed(builder);
    expect(recovery).toMatchObject({ failed: true, faults: [{ kind: 'outside', block: 2 ** 40 }] });
    expect(Buffer.compare(bytes, model(builder.image, [one(100, 2)]))).toBe(0);
  });

  test('where the log cannot begin', async () => {
    for (const values of [{ s_first: 0 }, { s_first: 5000 }, { s_start: 5000 }]) {
      const { builder } = await built();
      builder.setSuper(values);
      const { recovery } = await replayed(builder);
      expect(recovery).toMatchObject({ failed: true, transactions: 0, faults: [{ kind: 'start' }] });
    }
  });

  test('the image ends inside the log', async () => {
    const { builder, written } = await built();
    const cut = builder.image.resized(builder.offset(written[1]!.descriptors[0]!));
    const { volume } = await cut.open();
    const { log } = await builder.open();
    const recovery = await recoverAll(log, volume);
    expect(recovery.transactions).toBeGreaterThanOrEqual(0);
  });
});

describe('logs that were made to do harm', () => {
  test('one that never commits ends after one turn', async () => {
    const builder = await LogBuilder.on(load());
    const { descriptors } = builder.add({ blocks: one(100, 1).blocks, torn: true });
    const model = Uint8Array.from(builder.block(descriptors[0]!));
    for (let at = 1; at < builder.last; at++) builder.block(at).set(model);
    const { recovery } = await replayed(builder);
    expect(recovery).toMatchObject({ failed: true, faults: [{ kind: 'circular' }] });
    expect(recovery.replacements.blocks.length).toBe(0);
  });

  test('one that replaces blocks of the journal is replayed in its order', async () => {
    const builder = await LogBuilder.on(load());
    const first = builder.offset(1) / blockSize;
    // the copy of block 101 in the second transaction is replaced by the first
    const target = first + 4;
    builder.add({ blocks: [{ block: target, data: filled(0xaa) }] });
    const second = builder.add(one(101, 0xbb));
    expect(builder.offset(second.data[0]!) / blockSize).toBe(target);
    const { bytes, recovery } = await replayed(builder);
    expect(recovery.faults.map(({ kind }) => kind)).toEqual(['into-journal']);
    expect(bytes[101 * blockSize]).toBe(0xaa);
    if (hasE2fsprogs) expect(e2fsckReplays(builder.image.bytes)[101 * blockSize]).toBe(0xaa);
  });
});

unitTest('the overlay reads the same in pieces of any size', async () => {
  const builder = await LogBuilder.on(load());
  builder.add({ blocks: [5, 6, 7, 9, 20].map((block, i) => ({ block, data: i % 2 ? magic(i) : filled(i) })) });
  const { bytes, recovery } = await replayed(builder);
  const source = overlaySource(builder.image.source(), blockSize, recovery.replacements, [
    { at: 5000, bytes: Uint8Array.from([1, 2, 3]) },
  ]);
  bytes.set([1, 2, 3], 5000);
  const end = 24 * blockSize;
  await fc.assert(
    fc.asyncProperty(fc.nat(end), fc.nat(6000), async (at, length) => {
      const into = new Uint8Array(length);
      expect(await source.read(at, into)).toBe(length);
      expect(Buffer.compare(into, bytes.subarray(at, at + length))).toBe(0);
    }),
  );
});

nativeTest.each([
  ['csum_v3', '-O metadata_csum,64bit', 'jo -c -v 3'],
  ['csum_v2', '-O metadata_csum,^64bit', 'jo -c -v 2'],
  ['no checksums', '-O ^metadata_csum,^64bit', 'jo'],
])('a log that debugfs wrote, %s', async (_name, options, open) => {
  const image = makeImage({
    size: '8M',
    options: `-t ext4 -b 1024 ${options}`,
    commands: [
      open,
      'jw -b 5000,5001,5002,5003 package-lock.json',
      'jw -b 5004,5005 package-lock.json',
      'jw -r 5002,5005',
      'jw -b 5003 README.md',
      'jc',
    ],
  });
  // the files are longer than the blocks: of shorter ones debugfs loses the descriptor
  const { volume, groups } = await image.open();
  const file = await findJournal(volume, groups);
  if (typeof file === 'string') throw new Error(file);
  const at = file.runs[0]!.physical * blockSize;
  const format = logFormat(decode(journalSuperblock, image.view, at));
  const recovery = await recoverAll(new Log(volume, format, file.runs), volume);
  expect(recovery).toMatchObject({ transactions: 4, failed: false, faults: [] });
  expect([...recovery.replacements.blocks].filter((block) => block >= 5000)).toEqual([5000, 5001, 5003, 5004]);
  const source = overlaySource(image.source(), blockSize, recovery.replacements, []);
  const ours = new Uint8Array(8 * blockSize);
  await source.read(5000 * blockSize, ours);
  const theirs = e2fsckReplays(image.bytes).subarray(5000 * blockSize, 5008 * blockSize);
  expect(Buffer.compare(ours, theirs)).toBe(0);
  expect(ours.some((byte) => byte !== 0)).toBe(true);
});
