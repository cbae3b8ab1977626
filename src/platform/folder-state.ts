/** Reads the state of a machine from its files: on the running system, or in a folder with copies. */
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { fileSource } from '../source/file';
import { type ByteSource, SourceError } from '../source/source';
import type { StateReader } from './state-reader';

const maxNames = 65536;

/** The result of `work`, or null for a system error. */
function tolerant<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
}

/** At most `length` bytes of an open file; files of /proc have size 0 although they have content. */
function readHead(descriptor: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const got = readSync(descriptor, bytes, at, length - at, at);
    if (got === 0) break;
    at += got;
  }
  return bytes.subarray(0, at);
}

/**
 * Reads files below `root`; `/` is the running system. Symlinks that point outside `root` are not followed; pipes and devices
 * are never opened. Free space is reported on the running system only, as that of a copy has no meaning.
 * @throws Error of the system if `root` does not exist
 */
export function stateOfFolder(root: string): StateReader {
  const base = realpathSync(resolve(root));
  const within = (path: string): string | null =>
    tolerant(() => {
      const real = realpathSync(join(base, path));
      return base === sep || real === base || real.startsWith(base + sep) ? real : null;
    });
  return {
    async stat(path) {
      const real = within(path);
      const found = real === null ? null : tolerant(() => statSync(real));
      if (found === null) return null;
      const type = found.isFile() ? 'file' : found.isDirectory() ? 'directory' : 'other';
      // a file with content but without any block is treated as a hole; some file systems store small files in this way
      const sparse = type === 'file' && found.size > 0 ? found.blocks === 0 : null;
      return { type, size: found.size, sparse };
    },
    async read(path, length) {
      const real = within(path);
      if (real === null) return null;
      return tolerant(() => {
        if (!statSync(real).isFile()) return null;
        const descriptor = openSync(real, constants.O_RDONLY | constants.O_NONBLOCK);
        try {
          return fstatSync(descriptor).isFile() ? readHead(descriptor, length) : null;
        } finally {
          closeSync(descriptor);
        }
      });
    },
    async list(path) {
      const real = within(path);
      const names = real === null ? null : tolerant(() => readdirSync(real));
      return (names ?? []).slice(0, maxNames).sort();
    },
    async open(path): Promise<ByteSource | null> {
      const real = within(path);
      if (real === null || tolerant(() => statSync(real))?.isFile() !== true) return null;
      try {
        return fileSource(real);
      } catch (error) {
        if (error instanceof SourceError) return null;
        throw error;
      }
    },
    async free(path) {
      if (base !== sep) return null;
      const real = within(path);
      return real === null
        ? null
        : tolerant(() => {
            const room = statfsSync(real);
            return room.bfree * room.bsize;
          });
    },
  };
}
