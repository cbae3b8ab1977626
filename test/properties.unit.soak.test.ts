/** Properties of every image, however it is damaged; the damages are random, their seeds are fixed. */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { allProblems as catalogue } from '../src/all-problems';
import { checkImage } from '../src/check';
import { scanInodes } from '../src/checks/inodes/pass';
import { inode } from '../src/layout/inode';
import type { Finding } from '../src/problem/finding';
import type { CheckReport } from '../src/problem/report';
import { formatFinding } from '../src/report/message';
import { memorySource } from '../src/source/memory';
import { readBitmaps } from '../src/volume/bitmaps';
import { openFileSystem } from '../src/volume/open';
import { counting, dribbling, fixtureBytes, fixtureNow } from './support/fixtures';
import { collect, TestImage } from './support/image';
import { amount, isFullSoak } from './support/project';
import { copyOf } from './support/sparse';

/** Milliseconds within which a check of a small image must end, on a machine that does much else. */
const timeBudget = 5000;
/** The default number of findings kept of each id. */
const maxFindings = 10_000;
/** Runs for each image; the full soak has another seed each time. */
const numRuns = amount({ unit: 3, ci: 60, full: 2000 });
const seed = isFullSoak ? Date.now() & 0x7fffffff : 20_260_101;

vi.setConfig({ testTimeout: 600_000 });

const names = [
  'ext2-1k',
  'ext2-128-inode',
  'ext2-rev0',
  'ext3-1k-htree',
  'ext4-1k-csum-tree',
  'ext4-nojournal',
  'ext4-flex-bg-meta-bg',
  'ext4-uninit-bg',
];

/** A change to the image, as by a lost, misplaced or torn write, or a bad cable. */
type Damage =
  | { kind: 'flip'; sector: number; byte: number; bit: number }
  | { kind: 'word'; sector: number; byte: number; value: number }
  | { kind: 'zero'; sector: number }
  | { kind: 'stale'; sector: number; from: number };

const sector = fc.nat(2 ** 30);
const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), sector, byte: fc.nat(511), bit: fc.nat(7) }),
  fc.record({
    kind: fc.constant('word' as const),
    sector,
    byte: fc.nat(127).map((word) => word * 4),
    value: fc.oneof(fc.constantFrom(0, 1, 2, 7, 8, 11, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff), fc.nat(5000)),
  }),
  fc.record({ kind: fc.constant('zero' as const), sector }),
  fc.record({ kind: fc.constant('stale' as const), sector, from: sector }),
);

/** Sectors of 512 bytes that a check of the clean image reads: its metadata, and little else. */
async function metadataSectors(bytes: Uint8Array): Promise<number[]> {
  const { source, tally } = counting(bytes);
  await checkImage(source, { now: fixtureNow });
  const sectors = new Set<number>();
  for (const { at, length } of tally.ranges)
    for (let i = Math.floor(at / 512); i * 512 < at + length; i++)
      // superblock copies and sectors with something in them; empty stretches of inode tables would take most damages
      if (bytes.subarray(i * 512, i * 512 + 512).some((byte) => byte !== 0)) sectors.add(i);
  return [...sectors].sort((a, b) => a - b);
}

function apply(bytes: Uint8Array, sectors: readonly number[], blockSize: number, damages: readonly Damage[]): void {
  const place = (n: number) => sectors[n % sectors.length]! * 512;
  const blockAt = (n: number) => Math.floor(place(n) / blockSize) * blockSize;
  for (const one of damages) {
    const at = place(one.sector);
    if (one.kind === 'flip') bytes[at + one.byte]! ^= 1 << one.bit;
    else if (one.kind === 'word')
      new DataView(bytes.buffer, bytes.byteOffset + at + one.byte, 4).setUint32(0, one.value, true);
    else if (one.kind === 'zero') bytes.fill(0, blockAt(one.sector), blockAt(one.sector) + blockSize);
    else bytes.copyWithin(blockAt(one.sector), blockAt(one.from), blockAt(one.from) + blockSize);
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these must not occur
const unsound = /[\u0000-\u001f\u007f]|undefined|\bNaN\b|\[object/;

/** What no finding may be, whatever the image. A list: thousands of calls of `expect` take longer than the checks. */
function faultsOf(finding: Finding): string[] {
  const entry = catalogue[finding.id];
  if (entry === undefined) return ['unknown id'];
  const sentence = formatFinding(finding, catalogue);
  const { bytes, path, severity } = finding;
  return [
    ...(severity === entry.severity ? [] : [`severity ${severity}`]),
    ...(path === undefined || path.startsWith('/') ? [] : [`path ${path}`]),
    ...(sentence.startsWith(entry.title) && !unsound.test(sentence) ? [] : [`sentence ${sentence}`]),
    ...(!bytes || (Number.isSafeInteger(bytes.at) && bytes.at >= 0) ? [] : [`at byte ${bytes.at}`]),
    ...(!bytes || bytes.length > 0 ? [] : [`${bytes.length} bytes long`]),
  ];
}

/** All that any report must be, whatever the image. */
function expectSound(report: CheckReport): void {
  expect(JSON.parse(JSON.stringify(report))).toStrictEqual(report);
  expect(structuredClone(report)).toStrictEqual(report);
  expect(report.findings.flatMap((finding) => faultsOf(finding).map((fault) => `${finding.id}: ${fault}`))).toEqual([]);
  const counted: Record<string, number> = {};
  for (const { id } of report.findings) counted[id] = (counted[id] ?? 0) + 1;
  const kept = Object.entries(report.counts).map(([id, count]) => [id, Math.min(count, maxFindings)]);
  expect(counted).toEqual(Object.fromEntries(kept));
  expect(report.affected.filter(({ path }) => !path.startsWith('/'))).toEqual([]);
  expect(report.affectedCount).toBeGreaterThanOrEqual(report.affected.length);
  const found = Object.values(report.severityCounts).reduce((sum, n) => sum + n, 0);
  expect(found).toBe(Object.values(report.counts).reduce((sum, n) => sum + n, 0));
  if (report.verdict === 'clean') expect(found + report.notChecked.length).toBe(0);
}

describe.each(names)('%s', (name) => {
  const clean = fixtureBytes(`clean/${name}`);
  const { blockSize } = new TestImage(clean).made;

  test('any damage to its metadata gets a sound report in time, the same one however it is read', async () => {
    const sectors = await metadataSectors(clean);
    const { tally: undamaged, source } = counting(clean);
    await checkImage(source, { now: fixtureNow });
    expect(sectors.length).toBeGreaterThan(50);
    let reported = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 6 }), async (damages) => {
        const bytes = copyOf(clean);
        apply(bytes, sectors, blockSize, damages);
        const { source, tally } = counting(bytes);
        const start = performance.now();
        const report = await checkImage(source, { now: fixtureNow });
        expect(performance.now() - start).toBeLessThan(timeBudget);
        expectSound(report);
        if (report.findings.length > 0) reported++;
        expect(tally.furthest).toBeLessThanOrEqual(bytes.length);
        // a directory may come to map all of the image; blocks claimed twice take a second walk, names for paths a third
        expect(tally.bytes).toBeLessThanOrEqual(3 * (undamaged.bytes + bytes.length));
        expect(await checkImage(dribbling(bytes), { now: fixtureNow })).toStrictEqual(report);
      }),
      { numRuns, seed },
    );
    expect(reported).toBeGreaterThan(numRuns / 2);
  });

  test('an image of any length has a valid report, and nothing is read after its end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(clean.length - 1), async (length) => {
        const { source, tally } = counting(clean.subarray(0, length));
        const report = await checkImage(source, { now: fixtureNow });
        expectSound(report);
        expect(report.verdict).toBe('fatal');
        expect(tally.furthest).toBeLessThanOrEqual(length);
      }),
      { numRuns: amount({ unit: 4, ci: 20, full: 200 }), seed },
    );
  });

  test('a check of the clean image reads little more than its metadata once', async () => {
    const { opening } = await openFileSystem(memorySource(clean));
    const { volume, groups } = opening!;
    const disk = await readBitmaps(volume, groups);
    const facts = await scanInodes(volume, groups, disk, collect().report);
    const metadata = (facts.blocks.metadata.count() + facts.dirBlocks.length) * blockSize;
    const { source, tally } = counting(clean);
    await checkImage(source, { now: fixtureNow });
    expect(tally.furthest).toBeLessThanOrEqual(clean.length);
    expect(tally.bytes).toBeLessThanOrEqual(3 * metadata);
  });
});

describe.each(['ext4-1k-csum-tree', 'ext4-nojournal', 'ext4-4k-csum'])('%s, with checksums', (name) => {
  const image = TestImage.load(name);
  const inUse = Array.from({ length: image.made.inodesCount }, (_, i) => i + 1).filter(
    (ino) => inode.i_links_count(image.view, image.inodeAt(ino)) > 0,
  );

  test('is never clean when any bit of an inode in use is flipped', async () => {
    expect(inUse.length).toBeGreaterThan(20);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...inUse), fc.nat(image.made.inodeSize * 8 - 1), async (ino, bit) => {
        const damaged = image.copy();
        damaged.bytes[damaged.inodeAt(ino) + (bit >> 3)]! ^= 1 << (bit & 7);
        const report = await checkImage(damaged.source(), { now: fixtureNow });
        expectSound(report);
        expect(['error', 'fatal']).toContain(report.verdict);
        expect(report.findings.some((finding) => finding.inode === ino)).toBe(true);
      }),
      { numRuns, seed },
    );
  });
});

test('bytes that were never a file system get a sound report', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 6000 }), fc.boolean(), async (bytes, magic) => {
      const image = Uint8Array.from(bytes);
      if (magic && image.length > 1082) image.set([0x53, 0xef], 1080);
      const { source, tally } = counting(image);
      const report = await checkImage(source, { now: fixtureNow });
      expectSound(report);
      expect(['fatal', 'incomplete']).toContain(report.verdict);
      expect(tally.furthest).toBeLessThanOrEqual(image.length);
    }),
    { numRuns: amount({ unit: 50, ci: 300, full: 3000 }), seed },
  );
});

test('aborting stops the check before its next read, whenever it comes', async () => {
  const bytes = fixtureBytes('damaged/harvester-lost-writes');
  const { source: whole, tally: full } = counting(bytes);
  await checkImage(whole, { now: fixtureNow });
  // the first reads search for a superblock and are few; there is none after the last
  for (let at = 4; at < full.reads - 1; at += 3) {
    const { source, tally } = counting(bytes);
    const controller = new AbortController();
    const reason = new Error('enough');
    const aborting = {
      size: source.size,
      read(from: number, into: Uint8Array) {
        if (tally.reads === at) controller.abort(reason);
        return source.read(from, into);
      },
    };
    await expect(checkImage(aborting, { now: fixtureNow, signal: controller.signal })).rejects.toBe(reason);
    expect(tally.reads).toBe(at + 1);
  }
  await expect(checkImage(memorySource(bytes), { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
});
