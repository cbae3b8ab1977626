import { expect, test } from 'vitest';
import { requireFullReads } from '../../src/source/full-reads';
import { memorySource } from '../../src/source/memory';
import { SourceError } from '../../src/source/source';

/** A source of `size` bytes that records its reads. */
function noting(size: number) {
  const asked: [number, number][] = [];
  const inner = memorySource(new Uint8Array(size).fill(7));
  const source = requireFullReads({
    size,
    read(at, into) {
      asked.push([at, into.length]);
      return inner.read(at, into);
    },
  });
  return { source, asked };
}

test('a source is not asked for bytes that it does not have', async () => {
  const { source, asked } = noting(100);
  const bytes = new Uint8Array(16);
  expect(await source.read(2 ** 31, bytes)).toBe(0);
  expect(await source.read(100, bytes)).toBe(0);
  expect(await source.read(90, bytes)).toBe(10);
  expect([...bytes.subarray(0, 11)]).toEqual([...Array<number>(10).fill(7), 0]);
  expect(asked).toEqual([[90, 10]]);
});

test('a source that gives less than it has is an error that names what is missing', async () => {
  const short = requireFullReads({ size: 100, read: () => 4 });
  expect(() => short.read(10, new Uint8Array(20))).toThrow(SourceError);
  expect(() => short.read(10, new Uint8Array(20))).toThrow('cannot read bytes 14 to 29');
  const later = requireFullReads({ size: 100, read: () => Promise.resolve(4) });
  await expect(later.read(90, new Uint8Array(20))).rejects.toThrow('cannot read bytes 94 to 99');
});
