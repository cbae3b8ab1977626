/** An image in a regular file or on a block device, opened read-only or handed over as a FileHandle. */

import type { Stats } from 'node:fs';
import { messageOf } from '../error';
import { fs } from './fs';
import { bytesWithin } from './range';
import { ReadLatency } from './read-latency';
import { type ByteSource, SourceError } from './source';

const { closeSync, constants, fstatSync, openSync, read, readFileSync, readSync, statSync } = fs;

/** A file that Node has opened, such as a FileHandle. The package's types must not need those of Node. */
export interface OpenedFile {
  /** File descriptor; -1 once the file is closed. */
  readonly fd: number;
}

/**
 * Reads a regular file or block device; other kinds of files are refused.
 *
 * The size is determined once: bytes appended later are not read, and a file that shrinks returns fewer bytes. `read`
 * is synchronous, because with a warm page cache an awaited read takes two to five times as long. A path is opened
 * read-only and `close()` closes it; the caller closes a FileHandle, after the last read.
 * @throws SourceError when the file does not exist, may not be read, or is a directory, fifo, socket or character
 * device (on macOS and the BSDs that includes raw disks such as /dev/rdisk0).
 */
export async function fileSource(file: string | OpenedFile): Promise<ByteSource> {
  return typeof file === 'string' ? openFile(file).source : openedFile(`file descriptor ${file.fd}`, file).source;
}

/**
 * `fileSource` for an open file, which `name` is for in messages; also returns whether it is a block device.
 * @throws SourceError
 */
export function openedFile(name: string, file: OpenedFile): { source: ByteSource; isDevice: boolean } {
  const stats = orRefuse(name, () => fstatSync(file.fd));
  const size = sizeOf(name, file.fd, stats);
  let closed = false;
  const source = descriptorSource(
    name,
    size,
    // The handle must be asked at every read: once it is closed its number may belong to another file.
    () => (closed ? -1 : file.fd),
    () => {
      closed = true;
    },
  );
  return { source, isDevice: stats.isBlockDevice() };
}

/**
 * `fileSource` for a path, synchronous; also returns whether it is a block device.
 * @throws SourceError
 */
export function openFile(path: string): { source: ByteSource; isDevice: boolean } {
  // The type is tested before opening, because opening can have effects (a tape rewinds), and again afterwards: the
  // path may be another file by then. O_NONBLOCK prevents a wait for the writer of a fifo.
  refuseUnreadable(
    path,
    orRefuse(path, () => statSync(path)),
  );
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);
  let fd = orRefuse(path, () => openSync(path, flags));
  const close = () => {
    if (fd === -1) return;
    const closing = fd;
    fd = -1;
    closeSync(closing);
  };
  try {
    const stats = orRefuse(path, () => fstatSync(fd));
    const size = sizeOf(path, fd, stats);
    return { source: descriptorSource(path, size, () => fd, close), isDevice: stats.isBlockDevice() };
  } catch (error) {
    close();
    throw error;
  }
}

/** Threads for asynchronous reads, if the process has none yet: 32 read a cold image twice as fast as four. */
const poolSize = '32';
let poolAsked = false;

/** Calls `act`, which makes the process start its threads, with their number in the environment; then restores that. */
function withPool(act: () => void): void {
  const name = 'UV_THREADPOOL_SIZE';
  const asked = poolAsked || process.env[name] !== undefined;
  poolAsked = true;
  if (asked) return act();
  process.env[name] = poolSize;
  try {
    act();
  } finally {
    delete process.env[name];
  }
}

/** A source of an open file. `fd` returns its descriptor, or -1 once it is closed; `name` is for messages. */
export function descriptorSource(name: string, size: number, fd: () => number, close: () => void): ByteSource {
  const latency = new ReadLatency();
  const failure = (cause: unknown, at: number, length: number) =>
    new SourceError(`cannot read bytes ${at} to ${at + length - 1} of ${name}: ${reason(cause)}`, at, length, {
      cause,
    });
  const opened = (): number => {
    const open = fd();
    if (open < 0) throw new Error('it was closed');
    return open;
  };
  return {
    size,
    close,
    get slow() {
      return latency.slow;
    },
    get file() {
      const open = fd();
      return open < 0 ? undefined : { fd: open, offset: 0 };
    },
    read(at, into) {
      const wanted = bytesWithin(size, at, into.length);
      let done = 0;
      while (done < wanted) {
        try {
          const before = latency.wantsNext() ? process.hrtime() : null;
          const got = readSync(opened(), into, done, Math.min(wanted - done, maxReadBytes), at + done);
          if (before !== null) {
            const [seconds, nanoseconds] = process.hrtime(before);
            latency.note(got, seconds * 1e9 + nanoseconds);
          }
          if (got === 0) break;
          done += got;
        } catch (cause) {
          if (codeOf(cause) === 'EINTR') continue;
          throw failure(cause, at + done, wanted - done);
        }
      }
      return done;
    },
    readAsync: (at, into) =>
      new Promise((resolve, reject) => {
        const wanted = bytesWithin(size, at, into.length);
        let done = 0;
        const goOn = () => {
          try {
            read(opened(), into, done, Math.min(wanted - done, maxReadBytes), at + done, came);
          } catch (cause) {
            reject(failure(cause, at + done, wanted - done));
          }
        };
        const came = (cause: unknown, got: number) => {
          if (cause !== null && codeOf(cause) !== 'EINTR') return reject(failure(cause, at + done, wanted - done));
          if (cause === null) done += got;
          if (done === wanted || (cause === null && got === 0)) resolve(done);
          else goOn();
        };
        if (wanted === 0) resolve(0);
        else withPool(goOn);
      }),
  };
}

/** One read call takes a 32-bit length. */
const maxReadBytes = 2 ** 30;

/** The code of a system or library error, such as `ENOSPC`; undefined for any other value. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The message of a system error without its code in front, and without the call and path that Node appends. */
export function reason(error: unknown): string {
  const text = messageOf(error);
  return codeOf(error) === undefined ? text : text.replace(/^E[A-Z0-9]+: /, '').replace(/, [a-z]+(?: '.*)?$/s, '');
}

function orRefuse<T>(name: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw new SourceError(`cannot open ${name}: ${reason(cause)}`, 0, 0, { cause });
  }
}

function refuseUnreadable(name: string, stats: Stats): void {
  if (stats.isFile() || stats.isBlockDevice()) return;
  let kind = 'something else';
  if (stats.isDirectory()) kind = 'a directory';
  else if (stats.isFIFO()) kind = 'a fifo';
  else if (stats.isSocket()) kind = 'a socket';
  else if (stats.isCharacterDevice()) kind = 'a character device';
  throw new SourceError(`cannot open ${name}: it is ${kind}, not a regular file or block device`, 0, 0);
}

function sizeOf(name: string, fd: number, stats: Stats): number {
  refuseUnreadable(name, stats);
  if (stats.isFile()) return stats.size;
  // Linux packs 12 bits of major and 20 of minor number like this; stat reports 0 bytes for every block device.
  const major = (stats.rdev >>> 8) & 0xfff;
  const minor = (stats.rdev & 0xff) | ((stats.rdev >>> 12) & 0xfff00);
  try {
    const sectors = readFileSync(`/sys/dev/block/${major}:${minor}/size`, 'latin1').trim();
    if (/^\d+$/.test(sectors)) return Number(sectors) * 512;
  } catch {
    // Another system, or a container without /sys.
  }
  return probeSize(name, fd);
}

/**
 * The size of an open file in bytes, found by reading single bytes at growing offsets.
 * @throws SourceError
 */
export function probeSize(name: string, fd: number): number {
  const byte = new Uint8Array(1);
  const exists = (at: number): boolean => {
    try {
      return readSync(fd, byte, 0, 1, at) === 1;
    } catch (cause) {
      if (['EINVAL', 'ENXIO', 'EFBIG', 'EOVERFLOW'].includes(codeOf(cause) ?? '')) return false;
      throw new SourceError(`cannot find the size of ${name}: ${reason(cause)}`, at, 1, { cause });
    }
  };
  if (!exists(0)) return 0;
  let last = 0;
  let beyond = 1;
  while (beyond < 2 ** 52 && exists(beyond)) {
    last = beyond;
    beyond *= 2;
  }
  while (beyond - last > 1) {
    const middle = last + Math.floor((beyond - last) / 2);
    if (exists(middle)) last = middle;
    else beyond = middle;
  }
  return beyond;
}
