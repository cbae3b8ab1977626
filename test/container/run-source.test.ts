/** Sources made of ranges: all kinds and lengths of them, over synchronous and asynchronous sources. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FindRun, type Run, runSource } from '../../src/container/run-source';
import { memorySource } from '../../src/source/memory';
import { sliceSource } from '../../src/source/slice';
import { type ByteSource, SourceError } from '../../src/source/source';
import { asynchronous, readBytes } from '../support/layer-context';

const base = Uint8Array.from({ length: 200 }, (_, i) => (i * 7 + 1) & 255);

/** Finds runs in a list that covers the whole source. */
const inList =
  (runs: readonly Run[]): FindRun =>
  (at) => {
    let start = 0;
    for (const run of runs) {
      const skipped = at - start;
      if (skipped < run.length) {
        const length = run.length - skipped;
        if (run.kind === 'data') return { ...run, length, at: run.at + skipped };
        return run.kind === 'bytes' ? { ...run, length, bytes: run.bytes.subarray(skipped) } : { ...run, length };
      }
      start += run.length;
    }
    throw new Error(`no run at ${at}`);
  };

/** A source that notes its reads as `at+length`. */
function noting(source: ByteSource): { source: ByteSource; reads: string[] } {
  const reads: string[] = [];
  const note = (at: number, into: Uint8Array): void => void reads.push(`${at}+${into.length}`);
  return {
    reads,
    source: {
      size: source.size,
      read(at, into) {
        note(at, into);
        return source.read(at, into);
      },
    },
  };
}

describe('runs', () => {
  test('neighbouring ranges of a source are read at once, others one by one', () => {
    const { source, reads } = noting(memorySource(base));
    const data = (at: number, length: number): Run => ({ kind: 'data', source, at, length });
    const runs: Run[] = [data(10, 5), data(15, 5), data(20, 5), data(30, 5), { kind: 'zero', length: 5 }, data(35, 5)];
    const disk = runSource(source, 30, inList(runs));
    const into = new Uint8Array(30);
    expect(disk.read(0, into)).toBe(30);
    expect(reads).toEqual(['10+15', '30+5', '35+5']);
    expect(into).toEqual(
      Uint8Array.of(...base.slice(10, 25), ...base.slice(30, 35), 0, 0, 0, 0, 0, ...base.slice(35, 40)),
    );
  });

  test('ranges that follow each other in two sources are not joined', () => {
    const [one, two] = [noting(memorySource(base)), noting(memorySource(base))];
    const runs: Run[] = [
      { kind: 'data', source: one.source, at: 0, length: 4 },
      { kind: 'data', source: two.source, at: 4, length: 4 },
    ];
    const into = new Uint8Array(8);
    expect(runSource(one.source, 8, inList(runs)).read(0, into)).toBe(8);
    expect([one.reads, two.reads]).toEqual([['0+4'], ['4+4']]);
    expect(into).toEqual(base.slice(0, 8));
  });

  test('a read stops at the end, and asks for nothing after it', () => {
    const asked: number[] = [];
    const disk = runSource(memorySource(base), 10, (at) => {
      asked.push(at);
      return { kind: 'zero', length: 4 };
    });
    const into = new Uint8Array(20).fill(9);
    expect(disk.read(5, into)).toBe(5);
    expect(asked).toEqual([5, 9]);
    expect(into.subarray(0, 6)).toEqual(Uint8Array.of(0, 0, 0, 0, 0, 9));
    expect([disk.read(10, into), disk.read(2 ** 52, into), disk.locate!(10)]).toEqual([0, 0, undefined]);
    expect(asked.length).toBe(2);
  });

  test('a run without bytes is an error of the layer, not of the image', () => {
    const disk = runSource(memorySource(base), 10, () => ({ kind: 'zero', length: 0 }));
    expect(() => disk.read(0, new Uint8Array(1))).toThrow(RangeError);
  });
});

describe('errors', () => {
  const fault = new SourceError('entry 3 is damaged', 12345, 1);
  const broken: FindRun = (at) => {
    if (at >= 8) throw fault;
    return { kind: 'zero', length: 8 - at };
  };

  test('a damaged table: the place of the read', () => {
    const disk = runSource(memorySource(base), 100, broken);
    const read = (): unknown => disk.read(4, new Uint8Array(10));
    expect(read).toThrow(expect.objectContaining({ message: 'entry 3 is damaged', at: 4, length: 10, cause: fault }));
    expect(disk.read(0, new Uint8Array(8))).toBe(8);
  });

  test('a damaged table that is read asynchronously', async () => {
    const disk = runSource(memorySource(base), 100, async (at) => broken(at));
    await expect(disk.read(4, new Uint8Array(10))).rejects.toMatchObject({ name: 'SourceError', at: 4, length: 10 });
    expect(await disk.locate!(9)).toBeUndefined();
  });

  test('a source that fails, at once or later', async () => {
    const read = (): never => {
      throw new SourceError('the medium failed', 3, 4);
    };
    for (const source of [{ size: 50, read }, asynchronous({ size: 50, read })]) {
      const disk = runSource(source, 10, (at) => ({ kind: 'data', source, at, length: 10 - at }));
      const failing = (async () => disk.read(2, new Uint8Array(4)))();
      await expect(failing).rejects.toMatchObject({ message: 'the medium failed', at: 2, length: 4 });
    }
  });

  test('a range past the end of its source, and a source that returns less', async () => {
    const memory = memorySource(base);
    const past = runSource(memory, 50, (at) => ({ kind: 'data', source: memory, at: 180 + at, length: 50 - at }));
    expect(() => past.read(0, new Uint8Array(30))).toThrow(
      expect.objectContaining({ message: 'bytes 180 to 209 are past the end of the 200 bytes', at: 0, length: 30 }),
    );
    const shrunk: ByteSource = { size: 200, read: (at, into) => Math.min(into.length, Math.max(0, 100 - at)) };
    for (const source of [shrunk, asynchronous(shrunk)]) {
      const disk = runSource(source, 100, (at) => ({ kind: 'data', source, at: 90 + at, length: 100 - at }));
      const failing = (async () => disk.read(0, new Uint8Array(20)))();
      await expect(failing).rejects.toMatchObject({ message: 'cannot read bytes 100 to 109', at: 0, length: 20 });
    }
  });

  test('other errors pass unchanged', async () => {
    const wrong = new TypeError('a mistake');
    const find = (): never => {
      throw wrong;
    };
    expect(() => runSource(memorySource(base), 10, find).read(0, new Uint8Array(1))).toThrow(wrong);
    expect(() => runSource(memorySource(base), 10, find).locate!(0)).toThrow(wrong);
    await expect(runSource(memorySource(base), 10, async () => find()).read(0, new Uint8Array(1))).rejects.toBe(wrong);
  });

  test('a byte without a place, where the table is damaged', () => {
    expect(runSource(memorySource(base), 100, broken).locate!(9)).toBeUndefined();
  });
});

describe('locate', () => {
  const other = memorySource(base);
  const mixed = (source: ByteSource): ByteSource =>
    runSource(
      source,
      16,
      inList([
        { kind: 'data', source, at: 30, length: 4 },
        { kind: 'zero', length: 4 },
        { kind: 'bytes', bytes: base.subarray(0, 4), length: 4 },
        { kind: 'data', source: other, at: 30, length: 4 },
      ]),
    );

  test('is the byte in the own source, null for zeros and undefined for the rest', () => {
    const places = [0, 3, 4, 8, 12, 15].map((at) => mixed(memorySource(base)).locate!(at));
    expect(places).toEqual([30, 33, null, undefined, undefined, undefined]);
  });

  test('is nowhere past the end of the own source', () => {
    const source = memorySource(base);
    const runs = inList([{ kind: 'data', source, at: base.length - 2, length: 4 }]);
    const disk = runSource(source, 4, runs);
    expect([1, 2].map((at) => disk.locate!(at))).toEqual([base.length - 1, undefined]);
  });

  test('goes on through the sources below', async () => {
    expect(mixed(sliceSource(memorySource(base), 50)).locate!(1)).toBe(81);
    const later: ByteSource = { ...memorySource(base), locate: async (at) => at + 1000 };
    expect(await mixed(later).locate!(1)).toBe(1031);
  });
});

describe('asynchronous reads', () => {
  test('are there where the source has them, and are used', async () => {
    expect(runSource(memorySource(base), 10, () => ({ kind: 'zero', length: 1 })).readAsync).toBeUndefined();
    const memory = memorySource(base);
    let count = 0;
    const slow: ByteSource = {
      ...memory,
      slow: true,
      async readAsync(at, into) {
        count++;
        return memory.read(at, into);
      },
    };
    const disk = runSource(slow, 20, (at) => ({
      kind: 'data',
      source: at < 10 ? slow : memory,
      at,
      length: at < 10 ? 10 - at : 20 - at,
    }));
    const into = new Uint8Array(20);
    expect(await disk.readAsync!(0, into)).toBe(20);
    expect(into).toEqual(base.slice(0, 20));
    expect([count, disk.slow]).toEqual([1, true]);
    await expect(disk.readAsync!(-1, into)).rejects.toThrow(RangeError);
  });
});

test('equals an array, for all runs, reads and kinds of sources', async () => {
  const run = fc.record({
    kind: fc.constantFrom('zero', 'bytes', 'data', 'joined'),
    length: fc.integer({ min: 1, max: 20 }),
    at: fc.nat(150),
    source: fc.nat(1),
  });
  const cases = fc.record({
    runs: fc.array(run, { minLength: 1, maxLength: 12 }),
    slowTables: fc.boolean(),
    slowSources: fc.boolean(),
    reads: fc.array(fc.tuple(fc.nat(250), fc.nat(120)), { minLength: 1, maxLength: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ runs, slowTables, slowSources, reads }) => {
      const contents = [base, base.slice().reverse()];
      const sources = contents.map((bytes) => (slowSources ? asynchronous(memorySource(bytes)) : memorySource(bytes)));
      const expected: number[] = [];
      const list: Run[] = [];
      for (const { kind, length, at, source: n } of runs) {
        const last = list.at(-1);
        const follows = kind === 'joined' && last?.kind === 'data' && last.at + last.length + length <= base.length;
        const from = follows ? last.at + last.length : at;
        const source = follows ? last.source : sources[n]!;
        const bytes = contents[sources.indexOf(source)]!.slice(from, from + length);
        expected.push(...(kind === 'zero' ? new Uint8Array(length) : bytes));
        if (kind === 'zero') list.push({ kind, length });
        else if (kind === 'bytes') list.push({ kind, length, bytes });
        else list.push({ kind: 'data', length, source, at: from });
      }
      const find = inList(list);
      const disk = runSource(sources[0]!, expected.length, slowTables ? async (at) => find(at) : find);
      for (const [at, wanted] of reads) {
        const into = new Uint8Array(wanted).fill(0xee);
        const coming = disk.read(at, into);
        if (!slowTables && !slowSources) expect(coming).toBeTypeOf('number');
        const got = await coming;
        const part = expected.slice(at, at + wanted);
        expect([got, ...into]).toEqual([part.length, ...part, ...new Uint8Array(wanted - part.length).fill(0xee)]);
      }
      expect(Array.from(await readBytes(disk))).toEqual(expected);
    }),
    { seed: 16, numRuns: 150 },
  );
});
