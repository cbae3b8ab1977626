/**
 * Asynchronous reads return the same as `read`, through every kind of source on a file, and leave the environment
 * unchanged.
 */
import { expect, test } from 'vitest';
import { fileSource } from '../../src/source/file';
import { guardedSource } from '../../src/source/guarded';
import { sliceSource } from '../../src/source/slice';
import { type ByteSource, SourceError } from '../../src/source/source';
import { fileOf, sampleBytes, scratchFolder } from './support';

const bytes = sampleBytes(100_000);
const path = fileOf(scratchFolder(), 'image', bytes);

async function aside(source: ByteSource, at: number, length: number): Promise<Uint8Array> {
  const into = new Uint8Array(length);
  return into.subarray(0, await source.readAsync!(at, into));
}

test.each<[string, (file: ByteSource) => ByteSource, number]>([
  ['a file', (file) => file, 0],
  ['a window', (file) => sliceSource(file, 1000), 1000],
  ['what the library reads', (file) => guardedSource(file, new AbortController().signal), 0],
])('%s', async (_, wrap, offset) => {
  const before = process.env['UV_THREADPOOL_SIZE'];
  const file = await fileSource(path);
  const source = wrap(file);
  const places = [0, 1, 4096, 50_000];
  const got = await Promise.all(places.map((at) => aside(source, at, 5000)));
  for (const [i, at] of places.entries()) expect(got[i]).toEqual(bytes.subarray(offset + at, offset + at + 5000));
  const end = source.size - 10;
  expect(await aside(source, end, 50)).toEqual(bytes.subarray(offset + end));
  expect(await aside(source, source.size + 5, 50)).toEqual(new Uint8Array(0));
  expect(source.slow).toBe(false);
  expect(process.env['UV_THREADPOOL_SIZE']).toBe(before);
  await file.close?.();
  const failure = await aside(source, 0, 10).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(SourceError);
});

test('a source without readAsync has none after slicing', () => {
  const plain: ByteSource = { size: 10, read: () => 0 };
  for (const source of [sliceSource(plain, 1), guardedSource(plain)]) {
    expect(source.readAsync).toBeUndefined();
    expect(source.slow).toBe(false);
  }
});
