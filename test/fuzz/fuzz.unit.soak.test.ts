/** A short run of the fuzzer over the committed images, and proof that it finds what it must find. */
import { describe, expect, test, vi } from 'vitest';
import { checkImage } from '../../src/check';
import { amount } from '../support/project';
import { fixtureBases } from './bases';
import { type CompareMounts, Fuzzer } from './fuzz';
import { minimise } from './minimise';
import { describe as inWords, makeMutations } from './mutations';
import { Random } from './random';
import { type Check, runOne } from './run-one';
import { targetsOf } from './sites';
import { restamp } from './stamps';

vi.setConfig({ testTimeout: 60_000 });

const bases = fixtureBases();
const seed = 20_260_101;
const perBase = amount({ unit: 1, ci: 8, full: 500 });

test('no damage makes a check throw, read outside the image, or cost more than its budget', async () => {
  const fuzzer = new Fuzzer(bases, seed, { oracle: false });
  const failures: string[] = [];
  for (let number = 0; number < perBase * bases.length; number++) {
    const result = await fuzzer.run(number);
    if (result) failures.push(`${number}: ${result.signature}\n${result.mutations.map(inWords).join('\n')}`);
  }
  expect(failures).toEqual([]);
});

test('a seed and a number name one image', () => {
  const [one, same, other] = [seed, seed, seed + 1].map((n) => new Fuzzer(bases, n, { oracle: false }));
  for (const number of [0, 3, 17]) {
    expect(one!.make(number).mutations).toEqual(same!.make(number).mutations);
    expect(other!.make(number).mutations).not.toEqual(one!.make(number).mutations);
  }
});

describe.each(bases)('$name', ({ image, now }) => {
  const sound = image();
  const targets = targetsOf(sound);
  const sites = [...targets.sites.values()].flat();
  const pieces = [...targets.pieces.values()].flat();

  test('is clean before it is damaged, and still when every checksum is written again', async () => {
    const copy = image();
    const stamps = [...sites, ...pieces].flatMap(({ stamp }) => stamp ?? []);
    for (const stamp of new Map(stamps.map((one) => [JSON.stringify(one), one])).values()) restamp(copy, stamp);
    const { report, failure } = await runOne(copy, now);
    expect(failure).toBe('');
    expect(report!.findings).toEqual([]);
  });

  test('has records of many kinds to aim at, all inside', () => {
    expect(targets.sites.size).toBeGreaterThan(6);
    const size = sound.bytes.length;
    const outside = sites.filter(({ at, fields }) =>
      Object.values(fields).some(({ offset, bytes }) => at + offset + bytes > size),
    );
    expect(outside).toEqual([]);
    expect(pieces.filter(({ at, length }) => at + length > size)).toEqual([]);
  });
});

/** A check that goes wrong when inode 2 has lost its mode. */
const faulty =
  (wrong: Check): Check =>
  async (source, options) => {
    const report = await checkImage(source, options);
    return report.counts['root-not-directory'] ? wrong(source, options) : report;
  };

test.each<[string, Check, RegExp]>([
  ['throws', () => Promise.reject(new TypeError('no such thing')), /no such thing/],
  [
    'reads behind the end',
    async (source, options) => {
      await source.read(source.size - 1, new Uint8Array(2));
      return checkImage(source, options);
    },
    /a read of 2 bytes/,
  ],
  [
    'says clean in spite of findings',
    async (source, options) => ({ ...(await checkImage(source, options)), verdict: 'clean' }),
    /clean with findings/,
  ],
])('reports a check that %s, with the one mutation that causes it', async (_, wrong, message) => {
  const base = bases.find(({ name }) => name === 'ext2-1k')!;
  const fuzzer = new Fuzzer([base], seed, { oracle: false, check: faulty(wrong) });
  const targets = targetsOf(base.image());
  const mode = base.image().inodeAt(2);
  const culprit = { kind: 'write', what: 'i_mode 0', at: mode, hex: '0000', stamp: null } as const;
  const others = makeMutations(new Random(3), targets).slice(0, 1);
  vi.spyOn(fuzzer, 'make').mockReturnValue({ seed, number: 0, base, mutations: [culprit, ...others] });
  const result = await fuzzer.run(0);
  expect(result).toMatchObject({ kind: 'failure', mutations: [culprit] });
  expect(result!.detail).toMatch(message);
});

test('reports a mount that contradicts the report, with the one mutation that causes it', async () => {
  const base = bases.find(({ name }) => name === 'ext2-1k')!;
  const mount: CompareMounts = (_image, { counts }) =>
    counts['root-not-directory']
      ? { kind: 'failure', signature: 'the kernel refuses readOnly', detail: 'said to work' }
      : null;
  const fuzzer = new Fuzzer([base], seed, { oracle: false, mount });
  const culprit = { kind: 'write', what: 'i_mode 0', at: base.image().inodeAt(2), hex: '0000', stamp: null } as const;
  const others = makeMutations(new Random(3), targetsOf(base.image())).slice(0, 1);
  vi.spyOn(fuzzer, 'make').mockReturnValue({ seed, number: 0, base, mutations: [culprit, ...others] });
  expect(await fuzzer.run(0)).toMatchObject({
    kind: 'failure',
    signature: 'the kernel refuses readOnly',
    detail: 'said to work',
    mutations: [culprit],
  });
});

test('a list is shortened to what is needed, however many that are', async () => {
  const has = (some: number[], wanted: number[]) => wanted.every((n) => some.includes(n));
  expect(await minimise([1, 2, 3, 4], async (some) => has(some, [3]))).toEqual([3]);
  expect(await minimise([1, 2, 3, 4], async (some) => has(some, [1, 4]))).toEqual([1, 4]);
  expect(await minimise([1, 2], async (some) => has(some, [1, 2]))).toEqual([1, 2]);
});
