import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { digestsHere } from '../../src/content/own-digests';
import { nodeDigests } from '../../src/parallel/node-digests';
import { bufferBytes, type Digests, LaneFailed, maskOf } from '../../src/platform/digests';
import { SourceError } from '../../src/source/source';
import { nativeDescribe, oracleDescribe, unitTest } from '../support/project-tests';
import { fixture, open } from '../view/support';
import {
  blocksOf,
  type ContentRun,
  counting,
  filled,
  imageOf,
  lose,
  recorder,
  runContentChecks,
  type Seen,
  threadDigests,
} from './support';

type Opening = Pick<Awaited<ReturnType<typeof open>>, 'volume' | 'groups'>;
const run = (opened: Opening, request: ContentRun) => runContentChecks(opened, request);

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
const plain = ({ head, tail, ...rest }: Seen) => ({ ...rest, head: sha256(head), tail: sha256(tail) });

oracleDescribe.each(['ext2-1k', 'ext4-1k-csum-tree', 'ext4-4k-csum', 'ext4-uninit-bg'])('every file of %s', (name) => {
  const bytes = fixture(`clean/${name}`);

  test('has the digests of its bytes, with every implementation', async () => {
    const opened = await open(bytes);
    const digests: ('sha256' | 'md5' | 'blake2b512')[] = ['sha256', 'md5'];
    const own = recorder(digests);
    await run(opened, { checks: [own] });
    expect(own.seen.length).toBeGreaterThan(14);
    for (const { inode, size, digests: got, head, tail, error } of own.seen) {
      expect(error).toBeNull();
      const content = Buffer.from(await opened.image.readWhole(inode, 2 ** 28));
      expect(content.length).toBe(size);
      for (const digest of digests) expect(got[digest]).toBe(createHash(digest).update(content).digest('hex'));
      expect(Buffer.compare(head, content.subarray(0, 4096))).toBe(0);
      expect(Buffer.compare(tail, content.subarray(Math.max(0, size - 512)))).toBe(0);
    }
    for (const jobs of [1, 2]) {
      const other = recorder(digests);
      await run(await open(bytes), { checks: [other], digests: threadDigests(jobs) });
      expect(other.seen.map(plain)).toEqual(own.seen.map(plain));
    }
  });
});

nativeDescribe('an image with large and small files', () => {
  const files: Record<string, Uint8Array> = { 'a/empty': new Uint8Array(0), large: filled(3 * bufferBytes + 777, 5) };
  for (let i = 0; i < 300; i++) files[`a/small-${i}`] = filled(1 + ((i * 397) % 9000), i);
  const made = imageOf(files, ['-t', 'ext4', '-O', '^has_journal', '-b', '4096'], '16M');

  test('each file comes once, in the order of the disk, however often and by whomever it is wanted', async () => {
    const { bytes } = await made;
    const opened = await open(bytes);
    const [one, two] = [recorder(['sha256']), recorder(['md5'])];
    const { facts } = await run(opened, { checks: [one, two], digests: threadDigests(2) });
    expect(one.seen.map(({ inode }) => inode)).toEqual(two.seen.map(({ inode }) => inode));
    expect(new Set(one.seen.map(({ inode }) => inode)).size).toBe(one.seen.length);
    expect(one.seen.length).toBe(Object.keys(files).length);
    const starts: number[] = [];
    for (const { path, size, digests } of one.seen) {
      expect(digests).toEqual({
        sha256: sha256(files[path.slice(1)]!),
        md5: createHash('md5').update(files[path.slice(1)]!).digest('hex'),
      });
      if (size > 0) starts.push((await blocksOf(opened, path))[0]!);
    }
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    expect(facts).toMatchObject({ files: one.seen.length, nulBytes: 0, holeBytes: 0, nulFiles: 0, unreadableFiles: 0 });
  });

  test('no block of contents is read twice, and reads are few', async () => {
    const { bytes } = await made;
    const source = counting(bytes);
    const opened = await open(bytes, source);
    source.reads.length = 0;
    await run(opened, { checks: [recorder()] });
    const { blockSize } = opened.volume.geometry;
    const times = new Map<number, number>();
    for (const { at, length } of source.reads)
      for (let block = Math.floor(at / blockSize); block * blockSize < at + length; block++)
        times.set(block, (times.get(block) ?? 0) + 1);
    for (const path of Object.keys(files))
      for (const block of await blocksOf(await open(bytes), `/${path}`)) expect(times.get(block)).toBe(1);
    expect(source.reads.length).toBeLessThan(40);
  });

  test('a thread that fails is made up for', async () => {
    const { bytes } = await made;
    let calls = 0;
    const failing: Digests = {
      knows: () => true,
      open(size) {
        const { lanes, close } = digestsHere().open(size);
        const broken = {
          buffer: new Uint8Array(bufferBytes),
          run: async () => {
            calls++;
            throw new LaneFailed('gone');
          },
        };
        return { lanes: [...lanes, broken, broken], close };
      },
    };
    const [sound, mended] = [recorder(), recorder()];
    await run(await open(bytes), { checks: [sound] });
    await run(await open(bytes), { checks: [mended], digests: failing });
    expect(calls).toBeGreaterThan(0);
    expect(mended.seen.map(plain)).toEqual(sound.seen.map(plain));
  });

  test('aborting ends it with the reason', async () => {
    const { bytes } = await made;
    const controller = new AbortController();
    const { openFileSystem } = await import('../../src/volume/open');
    const { memorySource } = await import('../../src/source/memory');
    const { opening } = await openFileSystem(memorySource(bytes), controller.signal);
    const onProgress = ({ phase }: { phase: string }) => {
      if (phase === 'contents') controller.abort(new Error('enough'));
    };
    for (const digests of [digestsHere(), threadDigests(2)])
      await expect(run(opening!, { checks: [recorder()], digests, onProgress })).rejects.toThrow('enough');
  });

  test('what a check throws ends it as well', async () => {
    const { bytes } = await made;
    const check = {
      ...recorder(),
      content() {
        throw new TypeError('a bug');
      },
    };
    await expect(run(await open(bytes), { checks: [check], digests: threadDigests(2) })).rejects.toThrow('a bug');
  });

  test('an unreadable block is reported exactly, and affects only its file', async () => {
    const { bytes } = await made;
    const whole = await open(bytes);
    const bad = (await blocksOf(whole, '/large'))[100]!;
    const { blockSize } = whole.volume.geometry;
    const inner = counting(bytes);
    const source = {
      size: inner.size,
      read(at: number, into: Uint8Array) {
        if (at <= bad * blockSize && bad * blockSize < at + into.length)
          throw new SourceError('broken', at, into.length);
        return inner.read(at, into);
      },
    };
    const check = recorder();
    const opened = await open(bytes, source);
    const { facts } = await run(opened, { checks: [check] });
    expect(facts.unreadableFiles).toBe(1);
    expect(check.of('/large')).toMatchObject({
      digests: {},
      error: { code: 'unreadable', at: 100 * blockSize, length: blockSize },
    });
    expect(check.seen.filter(({ error }) => error === null).length).toBe(check.seen.length - 1);
    expect(opened.volume.faults).toEqual([{ at: bad * blockSize, length: blockSize, message: 'broken' }]);
  });
});

nativeDescribe('NUL bytes', () => {
  const files = { sound: filled(10_000), all: filled(5000, 2), part: filled(20_000, 3), last: filled(4500, 4) };

  test('in blocks are distinguished from holes', async () => {
    const holey = filled(40_000, 6).fill(0, 8192, 24_576);
    const opened = await imageOf({ ...files, holey });
    await lose(opened, '/all');
    await lose(opened, '/part', 3, 5);
    await lose(opened, '/part', 10, 11);
    await lose(opened, '/last', 4);
    const check = recorder([]);
    const { facts } = await run(await open(opened.bytes), { checks: [check] });
    const zeros = (path: string) => check.of(path).zeros;
    const noGaps = { gaps: [], gapCount: 0, longestGap: { at: 0, length: 0 } };
    const none = { mapped: 0, holes: 0, longestAt: 0, longest: 0, all: false, runs: [], runCount: 0, ...noGaps };
    const gap = { at: 8192, length: 16_384 };
    expect(zeros('/sound')).toEqual(none);
    expect(zeros('/holey')).toEqual({ ...none, holes: 16_384, gaps: [gap], gapCount: 1, longestGap: gap });
    expect(zeros('/all')).toEqual({
      mapped: 5000,
      holes: 0,
      longestAt: 0,
      longest: 5000,
      all: true,
      runs: [{ at: 0, length: 5000 }],
      runCount: 1,
      ...noGaps,
    });
    expect(zeros('/part')).toEqual({
      mapped: 3072,
      holes: 0,
      longestAt: 3072,
      longest: 2048,
      all: false,
      runs: [
        { at: 3072, length: 2048 },
        { at: 10_240, length: 1024 },
      ],
      runCount: 2,
      ...noGaps,
    });
    expect(zeros('/last').runs).toEqual([{ at: 4096, length: 404 }]);
    expect(facts).toMatchObject({ files: 5, nulFiles: 1, nulBytes: 5000 + 3072 + 404, holeBytes: 16_384 });
  });

  test('in space that was never written are holes', async () => {
    const opened = await imageOf({ file: filled(8192) }, ['-t', 'ext4', '-O', '^has_journal', '-b', '4096'], '4M');
    const { inode } = await opened.image.stat('/file');
    const at = opened.inodeAt(inode) + 0x28 + 12 + 4;
    opened.words.setUint16(at, opened.words.getUint16(at, true) + 32768, true);
    const check = recorder();
    await run(await open(opened.bytes), { checks: [check] });
    expect(check.of('/file')).toMatchObject({
      digests: { sha256: sha256(new Uint8Array(8192)) },
      zeros: { mapped: 0, holes: 8192, all: false },
    });
  });
});

unitTest('a size of many TiB costs no time: its hole is not digested', async () => {
  const opened = await open(fixture('clean/ext4-1k-csum-tree'));
  const { inode } = await opened.image.stat('/var/lib/hole-only');
  opened.words.setUint32(opened.inodeAt(inode) + 0x6c, 0x1000, true);
  const check = recorder();
  await run(await open(opened.bytes), { checks: [check], digests: nodeDigests(1) });
  expect(check.of('/var/lib/hole-only').error).toMatchObject({ code: 'too-large' });
  const plainCheck = recorder([]);
  await run(await open(opened.bytes), { checks: [plainCheck] });
  expect(plainCheck.of('/var/lib/hole-only')).toMatchObject({ error: null, zeros: { mapped: 0, all: false } });
});

unitTest('masks name digests', () => {
  expect(maskOf(['sha256', 'md5'])).toBe(0b1001);
});
