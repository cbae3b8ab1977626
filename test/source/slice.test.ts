/** Windows: their limits, and how errors and closing pass through them. */
import { expect, test } from 'vitest';
import { memorySource } from '../../src/source/memory';
import { sliceSource } from '../../src/source/slice';
import { type ByteSource, SourceError } from '../../src/source/source';

const ten = memorySource(new Uint8Array(10));

test.each([
  [-1, undefined, 'offset -1 is not an integer'],
  [0.5, undefined, 'offset 0.5 is not'],
  [Number.NaN, undefined, 'offset NaN is not'],
  [2 ** 53, undefined, 'offset 9007199254740992 is not'],
  [10, undefined, 'offset 10 is outside the source of 10 bytes'],
  [11, 0, 'offset 11 is outside'],
  [0, -1, 'length -1 is not'],
  [0, 1.5, 'length 1.5 is not'],
  [0, 2 ** 60, 'length 1152921504606847000 is not'],
  [0, 11, '11 bytes from offset 0 exceed the source of 10 bytes'],
  [4, 7, '7 bytes from offset 4 exceed the source'],
  [4, Number.MAX_SAFE_INTEGER, 'exceed the source'],
])('refuses offset %d with length %d', (offset, length, message) => {
  const slice = () => sliceSource(ten, offset, length);
  expect(slice).toThrow(RangeError);
  expect(slice).toThrow(message);
});

test('takes the whole, the last byte, nothing, and nothing of an empty source', () => {
  expect(sliceSource(ten, 0).size).toBe(10);
  expect(sliceSource(ten, 9).size).toBe(1);
  expect(sliceSource(ten, 9, 0).size).toBe(0);
  expect(sliceSource(memorySource(new Uint8Array(0)), 0).size).toBe(0);
});

const failing = (fail: () => number | Promise<number>): ByteSource => ({ size: 1000, read: fail });

test.each([
  ['thrown', true],
  ['rejected', false],
])('counts the place of a %s SourceError from its own start', async (_, thrown) => {
  const cause = new SourceError('cannot read bytes 612 to 619 of x: EIO', 612, 8);
  const inner = failing(() => {
    if (thrown) throw cause;
    return Promise.reject(cause);
  });
  const error = await (async () => sliceSource(inner, 600).read(12, new Uint8Array(8)))().catch((e: unknown) => e);
  expect(error).toBeInstanceOf(SourceError);
  expect(error).toMatchObject({ at: 12, length: 8, message: cause.message, cause });
});

test('passes other errors on as they are', async () => {
  const bug = new TypeError('a bug');
  const thrown = failing(() => {
    throw bug;
  });
  expect(() => sliceSource(thrown, 1).read(0, new Uint8Array(1))).toThrow(bug);
  const rejected = failing(() => Promise.reject(bug));
  await expect(sliceSource(rejected, 1).read(0, new Uint8Array(1))).rejects.toBe(bug);
});

test('does not ask the inner source for anything outside the window', () => {
  const asked: number[][] = [];
  const inner: ByteSource = {
    size: 100,
    read(at, into) {
      asked.push([at, into.length]);
      return into.length;
    },
  };
  const window = sliceSource(inner, 10, 20);
  expect(window.read(15, new Uint8Array(64))).toBe(5);
  expect(window.read(20, new Uint8Array(64))).toBe(0);
  expect(window.read(0, new Uint8Array(0))).toBe(0);
  expect(asked).toEqual([[25, 5]]);
});

test('closes the inner source', async () => {
  let closed = 0;
  const inner: ByteSource = { size: 1, read: () => 0, close: () => void closed++ };
  await sliceSource(inner, 0).close?.();
  expect(closed).toBe(1);
  expect(sliceSource(ten, 0).close?.()).toBeUndefined();
});
