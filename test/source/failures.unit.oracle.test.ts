/** What the system can do to a source only when something is broken: read errors, short calls, a full disk. */
import { execFileSync } from 'node:child_process';
import * as real from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, expect, vi } from 'vitest';
import { fs } from '../../src/source/fs';
import type { ByteSource } from '../../src/source/source';
import { oracleTest, unitTest } from '../support/project-tests';
import { canListOpenFiles, fileOf, holds, openFilesIn, sampleBytes, scratchFolder } from './support';

const [readSync, writeSync, unlinkSync] = [
  vi.spyOn(fs, 'readSync'),
  vi.spyOn(fs, 'writeSync'),
  vi.spyOn(fs, 'unlinkSync'),
];
const [statSync, fstatSync, openSync] = [vi.spyOn(fs, 'statSync'), vi.spyOn(fs, 'fstatSync'), vi.spyOn(fs, 'openSync')];

// the files of a worker share modules; these take their functions of fs when they are loaded, here and after this file anew
vi.resetModules();
const { fileSource, probeSize } = await import('../../src/source/file');
const { openImageFile } = await import('../../src/source/packed/open');
const { SourceError } = await import('../../src/source/source');
afterAll(() => {
  for (const spy of [readSync, writeSync, unlinkSync, statSync, fstatSync, openSync]) spy.mockRestore();
  vi.resetModules();
});
afterEach(() => {
  readSync.mockImplementation(real.readSync);
  writeSync.mockImplementation(real.writeSync);
  unlinkSync.mockImplementation(real.unlinkSync);
  statSync.mockImplementation(real.statSync);
  fstatSync.mockImplementation(real.fstatSync);
  openSync.mockImplementation(real.openSync);
});

const folder = scratchFolder();
const tempDir = scratchFolder();
const bytes = sampleBytes(300_000);
const path = fileOf(folder, 'image', bytes);
const packed = fileOf(folder, 'image.gz', gzipSync(bytes));

type Call = (fd: number, bytes: NodeJS.ArrayBufferView, offset: number, length: number, at: number) => number;
const onRead = (act: Call) => readSync.mockImplementation(act as typeof fs.readSync);
const onWrite = (act: Call) => writeSync.mockImplementation(act as unknown as typeof fs.writeSync);
const systemError = (code: string, text: string, call: string) =>
  Object.assign(new Error(`${code}: ${text}, ${call}`), { code });

async function thrownBy(act: () => unknown): Promise<unknown> {
  try {
    await act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

unitTest('a read error names what of the range could not be read, and keeps its cause', async () => {
  const eio = systemError('EIO', 'i/o error', 'read');
  const source = await fileSource(path);
  onRead((fd, into, offset, length, at) => {
    if (at >= 5000) throw eio;
    return real.readSync(fd, into, offset, Math.min(length, 5000 - at), at);
  });
  const error = await thrownBy(() => source.read(1000, new Uint8Array(9000)));
  expect(error).toBeInstanceOf(SourceError);
  expect(error).toMatchObject({ at: 5000, length: 5000, cause: eio });
  expect((error as Error).message).toBe(`cannot read bytes 5000 to 9999 of ${path}: i/o error`);
  await source.close?.();
});

unitTest('short and interrupted reads go on until all is read', async () => {
  const source = await fileSource(path);
  let calls = 0;
  onRead((fd, into, offset, length, at) => {
    if (calls++ % 3 === 0) throw systemError('EINTR', 'interrupted system call', 'read');
    return real.readSync(fd, into, offset, Math.min(length, 7001), at);
  });
  expect(await holds(source, bytes)).toBe(true);
  expect(calls).toBeGreaterThan(50);
  await source.close?.();
});

unitTest('a read error while unpacking is that, not a corrupt file', async () => {
  onRead((fd, into, offset, length, at) => {
    if (at === 65_536) throw systemError('EIO', 'i/o error', 'read');
    return real.readSync(fd, into, offset, length, at);
  });
  const error = await thrownBy(() => openImageFile(packed, { tempDir, memoryLimit: 0 }));
  expect(error).toBeInstanceOf(SourceError);
  expect((error as Error).message).toMatch(/^cannot read bytes 65536 to \d+ of .*image\.gz: i\/o error/);
  expect(fs.readdirSync(tempDir)).toEqual([]);
});

unitTest('a read error in the padding of a packed file is one too', async () => {
  const padded = fileOf(folder, 'padded.gz', Buffer.concat([fs.readFileSync(packed), Buffer.alloc(3_000_000)]));
  for (const bad of [1_000_000, 2_900_000]) {
    onRead((fd, into, offset, length, at) => {
      if (at + length > bad && length > 4) throw systemError('EIO', 'i/o error', 'read');
      return real.readSync(fd, into, offset, length, at);
    });
    const error = await thrownBy(() => openImageFile(padded, { tempDir, memoryLimit: 0 }));
    expect(error).toBeInstanceOf(SourceError);
    expect((error as Error).message).toContain('i/o error');
    expect(fs.readdirSync(tempDir)).toEqual([]);
  }
});

oracleTest.skipIf(process.platform === 'win32')(
  'a fifo that takes the place of a file does not hang the opening',
  async () => {
    const fifo = join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    statSync.mockImplementation((() => real.statSync(path)) as unknown as typeof real.statSync);
    openSync.mockImplementation((target, flags) => {
      if ((Number(flags) & fs.constants.O_NONBLOCK) === 0) throw new Error('this would wait for a writer');
      return real.openSync(target, flags);
    });
    await expect(fileSource(fifo)).rejects.toThrow(`cannot open ${fifo}: it is a fifo`);
    if (canListOpenFiles) expect(openFilesIn(fifo)).toEqual([]);
  },
);

/** Makes every file look like a block device of unknown size. */
function pretendDevices() {
  const disguise = (stats: real.Stats) =>
    Object.assign(stats, { size: 0, rdev: 0, isFile: () => false, isBlockDevice: () => true });
  statSync.mockImplementation(((target: string) => disguise(real.statSync(target))) as unknown as typeof real.statSync);
  fstatSync.mockImplementation(((fd: number) => disguise(real.fstatSync(fd))) as unknown as typeof real.fstatSync);
}

unitTest('a device of unknown size is probed', async () => {
  pretendDevices();
  const source = await fileSource(path);
  expect(await holds(source, bytes)).toBe(true);
  await source.close?.();
});

unitTest('packed bytes on a device are not unpacked', async () => {
  pretendDevices();
  const source = await openImageFile(packed);
  expect(await holds(source, fs.readFileSync(packed))).toBe(true);
  await source.close?.();
});

unitTest('an abort counts at every read, the first and those of the padding', async () => {
  const padded = fileOf(folder, 'padded.gz', Buffer.concat([fs.readFileSync(packed), Buffer.alloc(500_000)]));
  let reads = 0;
  let abortAt = 0;
  let controller = new AbortController();
  onRead((...call: Parameters<Call>) => {
    if (reads++ === abortAt) controller.abort('now');
    return real.readSync(...call);
  });
  for (; ; abortAt++) {
    reads = 0;
    controller = new AbortController();
    const opening = openImageFile(padded, { tempDir, memoryLimit: 0, signal: controller.signal });
    const outcome = await opening.catch((error: unknown) => error);
    if (!controller.signal.aborted) {
      await (outcome as ByteSource).close?.();
      break;
    }
    expect(outcome).toBe('now');
    // The first two look at the magic and the size field; nothing is unpacked after an abort there.
    if (abortAt < 2) expect(reads).toBeLessThanOrEqual(2);
    expect(fs.readdirSync(tempDir)).toEqual([]);
  }
  expect(abortAt).toBeGreaterThan(10);
});

unitTest('pages of zeros are not written, wherever the unpacked pieces begin', async () => {
  const pages = Buffer.alloc(200 * 4096);
  for (let page = 0; page < 200; page += 2) pages.fill(page + 1, page * 4096, (page + 1) * 4096);
  const alternating = fileOf(folder, 'alternating.gz', gzipSync(pages, { level: 0 }));
  let written = 0;
  onWrite((fd, from, offset, length, at) => {
    written += length;
    return real.writeSync(fd, from, offset, length, at);
  });
  const source = await openImageFile(alternating, { tempDir, memoryLimit: 0 });
  expect(written).toBe(100 * 4096);
  expect(await holds(source, pages)).toBe(true);
  await source.close?.();
});

unitTest('probing tells the end of a device from an error on it', async () => {
  const size = 70_000;
  const probe = (code: string) => {
    onRead((_fd, _into, _offset, _length, at) => {
      if (at >= size) throw systemError(code, 'text', 'read');
      return 1;
    });
    return probeSize('/dev/x', 99);
  };
  expect(probe('EINVAL')).toBe(size);
  expect(probe('ENXIO')).toBe(size);
  const error = await thrownBy(() => probe('EIO'));
  expect(error).toBeInstanceOf(SourceError);
  expect((error as Error).message).toContain('cannot find the size of /dev/x: text');
});

unitTest.each(['ENOSPC', 'EDQUOT', 'EFBIG'])('no room for the temporary file: %s', async (code) => {
  let written = 0;
  onWrite((fd, from, offset, length, at) => {
    if (written > 100_000) throw systemError(code, 'no room', 'write');
    written += length;
    return real.writeSync(fd, from, offset, length, at);
  });
  const error = await thrownBy(() => openImageFile(packed, { tempDir, memoryLimit: 200_000 }));
  expect(error).toBeInstanceOf(SourceError);
  expect((error as Error).message).toBe(
    `${packed}: cannot unpack it to a temporary file in ${tempDir}: no room; choose another folder with TMPDIR=FOLDER, or tempDir in the library`,
  );
  expect(fs.readdirSync(tempDir)).toEqual([]);
});

unitTest('short writes go on until all is written', async () => {
  onWrite((fd, from, offset, length, at) => real.writeSync(fd, from, offset, Math.min(length, 999), at));
  const source = await openImageFile(packed, { tempDir, memoryLimit: 0 });
  expect(await holds(source, bytes)).toBe(true);
  await source.close?.();
});

/** As where a file in use cannot be removed: only the first attempt, right after opening, fails. */
function refuseToUnlinkOnce() {
  unlinkSync.mockImplementationOnce(() => {
    throw systemError('EBUSY', 'resource busy', 'unlink');
  });
}

unitTest('a temporary file that keeps its name goes on close', async () => {
  const listeners = process.listenerCount('exit');
  refuseToUnlinkOnce();
  const source = await openImageFile(packed, { tempDir, memoryLimit: 0 });
  expect(fs.readdirSync(tempDir)).toHaveLength(1);
  expect(process.listenerCount('exit')).toBe(listeners + 1);
  expect(await holds(source, bytes)).toBe(true);
  await source.close?.();
  await source.close?.();
  expect(fs.readdirSync(tempDir)).toEqual([]);
  expect(process.listenerCount('exit')).toBe(listeners);
});

unitTest('a temporary file that keeps its name goes at exit', async () => {
  refuseToUnlinkOnce();
  await openImageFile(packed, { tempDir, memoryLimit: 0 });
  expect(fs.readdirSync(tempDir)).toHaveLength(1);
  const atExit = process.listeners('exit').at(-1);
  atExit?.(0);
  expect(fs.readdirSync(tempDir)).toEqual([]);
});

unitTest('a temporary file that keeps its name goes when the data is corrupt', async () => {
  refuseToUnlinkOnce();
  const cut = fileOf(folder, 'cut.gz', fs.readFileSync(packed).subarray(0, -1000));
  await expect(openImageFile(cut, { tempDir, memoryLimit: 0 })).rejects.toThrow('is truncated');
  expect(fs.readdirSync(tempDir)).toEqual([]);
});
