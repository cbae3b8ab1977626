/** Sources that fail, return too little or change during a check: everything else is checked, the rest is reported. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allProblems as catalogue } from '../../src/all-problems';
import { checkImage } from '../../src/check';
import type { CheckReport } from '../../src/problem/report';
import { type ByteSource, SourceError } from '../../src/source/source';
import { TestDirectory } from '../support/directory';
import { fakeNow } from '../support/e2fsprogs';
import { TestImage } from '../support/image';
import { amount } from '../support/project';
import { copyOf } from '../support/sparse';
import { tree } from '../support/tree';

const names = ['ext2-1k', 'ext3-1k-htree', 'ext4-4k-csum', 'ext4-1k-csum-tree', 'ext4-flex-bg-meta-bg'];

type Range = readonly [from: number, to: number];

/**
 * Fails where a read touches one of the ranges. `needed` gets those that failed a read of at most `blockSize` bytes: a
 * larger one may fail in a gap that was read along.
 */
function failing(bytes: Uint8Array, ranges: readonly Range[], blockSize: number, needed: Set<Range>): ByteSource {
  return {
    size: bytes.length,
    read(at, into) {
      const end = Math.min(bytes.length, at + into.length);
      for (const range of ranges) {
        if (at >= range[1] || end <= range[0]) continue;
        if (into.length <= blockSize) needed.add(range);
        throw new SourceError(`bytes ${at} to ${end - 1}: I/O error`, at, end - at);
      }
      into.set(bytes.subarray(at, end));
      return end - at;
    },
  };
}

const check = (source: ByteSource): Promise<CheckReport> => checkImage(source, { now: new Date(fakeNow * 1000) });

/** Properties of every report: known ids, sentences, and JSON. */
function wellFormed(report: CheckReport): void {
  const silent = report.findings.filter(({ id, data }) => !/\S/.test(catalogue[id]?.say(data ?? {}) ?? ''));
  expect(silent).toEqual([]);
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
}

const overlaps = (range: Range, at: number, length: number): boolean => at < range[1] && at + length > range[0];

describe.each(names)('%s', (name) => {
  const { bytes, made } = TestImage.load(name);
  const block = fc.nat(Math.floor(bytes.length / made.blockSize) - 1);
  const range = fc
    .tuple(block, fc.integer({ min: 1, max: 12 }))
    .map(([first, count]): Range => [first * made.blockSize, (first + count) * made.blockSize]);

  test('what fails is named, and never clean', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(range, { minLength: 1, maxLength: 4 }), async (ranges) => {
        const needed = new Set<Range>();
        const report = await check(failing(bytes, ranges, made.blockSize, needed));
        wellFormed(report);
        if (needed.size === 0) {
          expect(report.verdict).toBe('clean');
          return;
        }
        expect(report.verdict).not.toBe('clean');
        expect(report.notChecked.length).toBeGreaterThan(0);
        for (const { id, bytes: where } of report.findings)
          if (id === 'image-read-failed')
            expect(ranges.some((one) => overlaps(one, where!.at, where!.length))).toBe(true);
        // where the superblock cannot be read, the end is searched for a partition table, which is not of the file system
        const searched = ranges.some((one) => overlaps(one, 1024, 1024));
        for (const one of needed) {
          if (searched && one[1] > bytes.length - 34 * 512) continue;
          const told = report.findings.some(
            ({ id, bytes: where }) => id === 'image-read-failed' && where && overlaps(one, where.at, where.length),
          );
          expect(told, `range ${one.join('-')} in ${JSON.stringify(report.findings.slice(0, 5))}`).toBe(true);
        }
      }),
      { numRuns: amount({ unit: 8, ci: 40, full: 1000 }) },
    );
  });

  test('what is wrong elsewhere is still found', async () => {
    const image = new TestImage(copyOf(bytes));
    image.setInode(tree.passwd, { i_links_count: 7 });
    const at = image.inodeAt(tree.passwd);
    const etc = TestDirectory.at(image, '/etc').blockAt();
    await fc.assert(
      fc.asyncProperty(range, async (one) => {
        // the fixed structures, the inode's block of the inode table, and the directory with its name
        fc.pre(one[0] >= 16 * made.blockSize);
        for (const own of [at, etc, image.inodeAt(tree.etc)])
          fc.pre(!overlaps(one, own - (own % made.blockSize), made.blockSize));
        const report = await check(failing(image.bytes, [one], made.blockSize, new Set()));
        const found = report.findings.some(({ id, inode: ino }) => id === 'inode-links-wrong' && ino === tree.passwd);
        expect(found, `${JSON.stringify(one)} ${JSON.stringify(report.findings.slice(0, 4))}`).toBe(true);
      }),
      { numRuns: amount({ unit: 8, ci: 40, full: 1000 }) },
    );
  });

  test('a source that comes short says so', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length - 1 }), async (end) => {
        // promises all bytes, and has no more than `end`
        const report = await check({
          size: bytes.length,
          read(at, into) {
            const length = Math.max(0, Math.min(into.length, end - at));
            into.set(bytes.subarray(at, at + length));
            return length;
          },
        });
        wellFormed(report);
        expect(report.verdict).not.toBe('clean');
      }),
      { numRuns: amount({ unit: 8, ci: 40, full: 1000 }) },
    );
  });

  test('a source that changes gives a report', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.infiniteStream(fc.tuple(fc.nat(4095), fc.nat(255))),
        fc.integer({ min: 1, max: 9 }),
        async (noise, every) => {
          let reads = 0;
          const report = await check({
            size: bytes.length,
            read(at, into) {
              const length = Math.min(into.length, bytes.length - at);
              into.set(bytes.subarray(at, at + length));
              if (++reads % every === 0) {
                const { value } = noise.next();
                if (value) into[value[0] % Math.max(1, length)] = value[1];
              }
              return length;
            },
          });
          wellFormed(report);
        },
      ),
      { numRuns: amount({ unit: 8, ci: 30, full: 1000 }) },
    );
  });
});

test('an error of the program itself is not taken for one of the medium', async () => {
  const { bytes } = TestImage.load('ext2-1k');
  let reads = 0;
  const source: ByteSource = {
    size: bytes.length,
    read(at, into) {
      if (++reads === 5) throw new TypeError('a mistake');
      const length = Math.min(into.length, bytes.length - at);
      into.set(bytes.subarray(at, at + length));
      return length;
    },
  };
  await expect(check(source)).rejects.toThrow('a mistake');
});

describe('what changes while it is read', () => {
  const { bytes } = TestImage.load('ext4-4k-csum');
  const steady = (size = bytes.length, seen?: (at: number) => void): ByteSource => ({
    size,
    read(at, into) {
      seen?.(at);
      const length = Math.min(into.length, bytes.length - at);
      into.set(bytes.subarray(at, at + length));
      return length;
    },
  });

  test('a superblock that is written to', async () => {
    let reads = 0;
    const source = steady();
    const writing: ByteSource = {
      size: source.size,
      async read(at, into) {
        const length = await source.read(at, into);
        // s_wtime moves on
        if (++reads > 1 && at === 1024) into[48]! ^= 1;
        return length;
      },
    };
    const { findings, verdict } = await check(writing);
    expect(findings).toEqual([{ id: 'image-changed', severity: 'warning', bytes: { at: 1024, length: 1024 } }]);
    expect(verdict).toBe('warning');
  });

  test('reports a file that gets shorter in a part that is not read otherwise, with the missing bytes', async () => {
    const { findings, notChecked, verdict } = await check({
      size: bytes.length,
      read: (at, into) => {
        const length = Math.max(0, Math.min(into.length, bytes.length - 100 - at));
        into.set(bytes.subarray(at, at + length));
        return length;
      },
    });
    const at = bytes.length - 1;
    expect(findings.map(({ id, bytes: where }) => [id, where])).toEqual([['image-read-failed', { at, length: 1 }]]);
    expect(notChecked.map(({ what }) => what)).toEqual([`bytes ${at} to ${at}`]);
    expect(verdict).toBe('error');
  });

  test('an unreadable superblock or descriptor is named, and a backup used where there is one', async () => {
    const flex = TestImage.load('ext4-flex-bg-meta-bg').bytes;
    for (const [image, from, to] of [
      [bytes, 0, 4096],
      [bytes, 4096, 8192],
      [flex, 1024, 2048],
    ] as const) {
      const report = await check(failing(image, [[from, to]], 4096, new Set()));
      const told = report.findings.filter(({ id }) => id === 'image-read-failed');
      expect(told.length, `bytes ${from}`).toBeGreaterThan(0);
      expect(report.notChecked.length).toBeGreaterThan(0);
    }
  });
});
