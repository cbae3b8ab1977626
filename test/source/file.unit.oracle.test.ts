/** Files and devices: which are opened, how, and which are refused. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, statSync, symlinkSync, truncateSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'vitest';
import { fileSource, probeSize } from '../../src/source/file';
import { openImageFile } from '../../src/source/packed/open';
import { SourceError } from '../../src/source/source';
import { oracleTest, unitTest } from '../support/project-tests';
import { canListOpenFiles, fileOf, holds, openFilesIn, sameBytes, sampleBytes, scratchFolder } from './support';

const folder = scratchFolder();
const bytes = sampleBytes(100_000);
const path = fileOf(folder, 'image', bytes);
const posix = process.platform !== 'win32';

const sha256 = () => createHash('sha256').update(readFileSync(path)).digest('hex');
const linuxWriteFlags = 0o1 | 0o2 | 0o100 | 0o1000 | 0o2000; // O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND

unitTest.skipIf(!canListOpenFiles)('opens read-only, leaves content and times alone, closes', async () => {
  const before = { hash: sha256(), mtime: statSync(path).mtimeMs, ctime: statSync(path).ctimeMs };
  for (const open of [fileSource, openImageFile]) {
    const opened = await open(path);
    const [file, ...others] = openFilesIn(path);
    expect(others).toEqual([]);
    expect(file?.path).toBe(path);
    expect((file?.flags ?? -1) & linuxWriteFlags).toBe(0);
    expect(await holds(opened, bytes)).toBe(true);
    await opened.close?.();
    expect(openFilesIn(path)).toEqual([]);
  }
  expect({ hash: sha256(), mtime: statSync(path).mtimeMs, ctime: statSync(path).ctimeMs }).toEqual(before);
});

unitTest('follows a symbolic link', async () => {
  const link = join(folder, 'link');
  symlinkSync(path, link);
  const source = await fileSource(link);
  expect(source.size).toBe(bytes.length);
  await source.close?.();
});

unitTest('a file that shrinks gives fewer bytes', async () => {
  const shrinking = fileOf(folder, 'shrinking', bytes);
  const source = await fileSource(shrinking);
  truncateSync(shrinking, 50_000);
  const into = new Uint8Array(20_000).fill(7);
  expect(await source.read(40_000, into)).toBe(10_000);
  expect(sameBytes(into.subarray(0, 10_000), bytes.subarray(40_000, 50_000))).toBe(true);
  expect(into.subarray(10_000).every((byte) => byte === 7)).toBe(true);
  expect(await source.read(60_000, into)).toBe(0);
  await source.close?.();
});

unitTest('what is appended after opening is not seen', async () => {
  const growing = fileOf(folder, 'growing', bytes.subarray(0, 1000));
  const source = await fileSource(growing);
  truncateSync(growing, 2000);
  expect(await source.read(990, new Uint8Array(64))).toBe(10);
  await source.close?.();
});

unitTest('reads past 4 GiB', async () => {
  const sparse = join(folder, 'sparse');
  const handle = await open(sparse, 'wx+');
  const place = 2 ** 32 + 2 ** 31 + 3;
  await handle.write('behind', place);
  const source = await fileSource(handle);
  expect(source.size).toBe(place + 6);
  const into = Buffer.alloc(16);
  expect(await source.read(place - 2, into)).toBe(8);
  expect(into.toString('latin1', 0, 8)).toBe('\0\0behind');
  expect(probeSize('sparse', handle.fd)).toBe(place + 6);
  await handle.close();
});

unitTest.each([0, 1, 2, 3, 511, 512, 513, 100_000])('finds a size of %d bytes by probing', (size) => {
  const fd = openSync(fileOf(folder, 'probed', new Uint8Array(size)), 'r');
  expect(probeSize('probed', fd)).toBe(size);
  closeSync(fd);
});

unitTest('a FileHandle stays open; the source over it ends with either', async () => {
  const handle = await open(path, 'r');
  const closed = await fileSource(handle);
  await closed.close?.();
  expect(() => closed.read(5, new Uint8Array(2))).toThrow('cannot read bytes 5 to 6 of file descriptor');
  const source = await fileSource(handle);
  expect(source.read(0, new Uint8Array(8))).toBe(8);
  await handle.close();
  // Takes the number that the handle had: it must not be read in its place.
  const other = openSync(fileOf(folder, 'other', bytes), 'r');
  expect(() => source.read(0, new Uint8Array(8))).toThrow(SourceError);
  await expect(fileSource(handle)).rejects.toThrow(SourceError);
  closeSync(other);
});

unitTest('a path cannot be read after close', async () => {
  const source = await fileSource(path);
  await source.close?.();
  expect(() => source.read(1000, new Uint8Array(24))).toThrow(
    `cannot read bytes 1000 to 1023 of ${path}: it was closed`,
  );
});

unitTest('a handle that may not be read is a SourceError with range and cause', async () => {
  const handle = await open(fileOf(folder, 'write-only', bytes), 'r+').then(async (readable) => {
    await readable.close();
    return open(join(folder, 'write-only'), 'a');
  });
  const source = await fileSource(handle);
  let error: unknown;
  try {
    await source.read(10, new Uint8Array(100));
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(SourceError);
  expect(error).toMatchObject({
    at: 10,
    length: 100,
    message: expect.stringMatching(/bytes 10 to 109 of .*: bad file descriptor$/),
  });
  expect((error as SourceError).cause).toBeInstanceOf(Error);
  await handle.close();
});

async function refusal(target: Parameters<typeof fileSource>[0]): Promise<string> {
  const error = await fileSource(target).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(SourceError);
  if (typeof target === 'string') {
    const same = await openImageFile(target).catch((e: unknown) => e);
    expect(same).toMatchObject({ name: 'SourceError', message: (error as Error).message });
  }
  return (error as Error).message;
}

unitTest('refuses what is missing and directories', async () => {
  const missing = join(folder, 'missing');
  expect(await refusal(missing)).toBe(`cannot open ${missing}: no such file or directory`);
  const directory = join(folder, 'directory');
  mkdirSync(directory);
  expect(await refusal(directory)).toBe(
    `cannot open ${directory}: it is a directory, not a regular file or block device`,
  );
});

oracleTest.skipIf(!posix)('refuses a fifo at once, by path and by handle', { timeout: 1000 }, async () => {
  const fifo = join(folder, 'fifo');
  execFileSync('mkfifo', [fifo]);
  expect(await refusal(fifo)).toContain('it is a fifo');
  const handle = await open(fifo, 'r+');
  expect(await refusal(handle)).toContain('it is a fifo');
  await handle.close();
});

unitTest.skipIf(!posix)('refuses sockets and character devices', async () => {
  const socket = join(folder, 'socket');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  expect(await refusal(socket)).toContain('it is a socket');
  await new Promise((resolve) => server.close(resolve));
  expect(await refusal('/dev/zero')).toContain('it is a character device');
});

/** For example a read-only loop device; the test does not look for one, because others may use it. */
const device = process.env['EXTCHECK_TEST_BLOCK_DEVICE'];
unitTest.skipIf(!device)('a block device named by EXTCHECK_TEST_BLOCK_DEVICE: its size, by probing too', async () => {
  const source = await fileSource(device!);
  expect(source.size).toBeGreaterThan(0);
  expect(await source.read(source.size - 512, new Uint8Array(4096))).toBe(512);
  await source.close?.();
  const handle = await open(device!, 'r');
  expect((await fileSource(handle)).size).toBe(source.size);
  expect(probeSize(device!, handle.fd)).toBe(source.size);
  await handle.close();
});
