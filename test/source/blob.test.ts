/** Reads of a Blob whose file disappears. */
import { openAsBlob, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { blobSource } from '../../src/source/blob';
import { SourceError } from '../../src/source/source';
import { fileOf, scratchFolder } from './support';

const folder = scratchFolder();

test.each([
  ['changed', (path: string) => writeFileSync(path, 'some other length')],
  ['removed', (path: string) => rmSync(path)],
])('a file that was %s is a SourceError with the range', async (name, change) => {
  const path = fileOf(folder, name, new Uint8Array(100));
  const source = blobSource(await openAsBlob(path));
  change(path);
  const error = await (async () => source.read(90, new Uint8Array(64)))().catch((e: unknown) => e);
  expect(error).toBeInstanceOf(SourceError);
  expect(error).toMatchObject({ at: 90, length: 10, message: expect.stringContaining('bytes 90 to 99 of the Blob') });
  expect((error as SourceError).cause).toBeInstanceOf(Error);
});

test('a Blob that gives less than its size yields fewer bytes', async () => {
  const blob = new Blob([new Uint8Array([1, 2, 3])]);
  Object.defineProperty(blob, 'size', { value: 8 });
  const into = new Uint8Array(8).fill(9);
  expect(await blobSource(blob).read(1, into)).toBe(2);
  expect([...into]).toEqual([2, 3, 9, 9, 9, 9, 9, 9]);
});
