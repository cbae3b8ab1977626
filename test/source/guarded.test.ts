import { expect, test } from 'vitest';
import { guardedSource } from '../../src/source/guarded';
import { memorySource } from '../../src/source/memory';
import { type ByteSource, SourceError } from '../../src/source/source';
import { Turns } from '../../src/source/turns';

/** A source of `size` bytes that records its reads. */
function noting(size: number) {
  const asked: [number, number][] = [];
  const inner = memorySource(new Uint8Array(size).fill(7));
  const source = guardedSource({
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
  const short = guardedSource({ size: 100, read: () => 4 });
  expect(() => short.read(10, new Uint8Array(20))).toThrow(SourceError);
  expect(() => short.read(10, new Uint8Array(20))).toThrow('cannot read bytes 14 to 29');
  const later = guardedSource({ size: 100, read: () => Promise.resolve(4) });
  await expect(later.read(90, new Uint8Array(20))).rejects.toThrow('cannot read bytes 94 to 99');
});

test('reading lets the event loop turn, but only now and then', async () => {
  let clock = 0;
  let reads = 0;
  const inner: ByteSource = {
    size: 9,
    read(_, into) {
      reads++;
      return into.length;
    },
  };
  const source = guardedSource(inner, undefined, new Turns(undefined, () => clock));
  expect(source.read(0, new Uint8Array(1))).toBe(1);
  clock = 60;
  let turned = false;
  setImmediate(() => {
    turned = true;
  });
  expect(await source.read(0, new Uint8Array(1))).toBe(1);
  expect(turned).toBe(true);
  expect(source.read(0, new Uint8Array(1))).toBe(1);
  clock = -60_000;
  expect(source.read(0, new Uint8Array(1))).toBeInstanceOf(Promise);
  expect(reads).toBe(3);
});

test.each(['read', 'readAsync'] as const)('%s that is never answered is left when the signal fires', async (way) => {
  const { signal, abort } = signalling();
  const never = () => new Promise<number>(() => {});
  const source = guardedSource({ size: 100, read: never, readAsync: never }, signal);
  const reads = [0, 10, 20].map((at) => source[way]!(at, new Uint8Array(10)));
  abort();
  for (const read of reads) await expect(read).rejects.toThrow('enough');
  await expect(Promise.resolve(source[way]!(0, new Uint8Array(10)))).rejects.toThrow('enough');
});

function signalling() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => setTimeout(() => controller.abort(new Error('enough')), 5) };
}

test('a read that fails after the signal leaves no unhandled rejection', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  const controller = new AbortController();
  const source = guardedSource(
    {
      size: 100,
      read() {
        controller.abort(new Error('enough'));
        return new Promise((_, reject) => setTimeout(() => reject(new Error('late')), 1));
      },
    },
    controller.signal,
  );
  await expect(source.read(0, new Uint8Array(10))).rejects.toThrow('enough');
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});
