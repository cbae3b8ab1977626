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
import { codeOf, fileSource } from '../source/file';
import type { ByteSource } from '../source/source';
import type { StateReader } from './state-reader';

const maxNames = 65536;

/** Paths of which it is noted that they may not be looked at. */
const maxDenied = 1000;

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
 * @throws Error of the system if `root` does not exist; Error if it is not a folder
 */
export function stateOfFolder(root: string): StateReader {
  const base = realpathSync(resolve(root));
  if (!statSync(base).isDirectory()) throw new Error('it is not a folder');
  const denied = new Set<string>();
  /** The result of `work`, or null for a system error. */
  function tolerant<T>(path: string, work: () => T): T | null {
    try {
      return work();
    } catch (error) {
      const code = codeOf(error);
      if (code === undefined) throw error;
      if ((code === 'EACCES' || code === 'EPERM') && denied.size < maxDenied) denied.add(path);
      return null;
    }
  }
  const within = (path: string): string | null =>
    tolerant(path, () => {
      const real = realpathSync(join(base, path));
      return base === sep || real === base || real.startsWith(base + sep) ? real : null;
    });
  return {
    denied,
    async stat(path) {
      const real = within(path);
      const found = real === null ? null : tolerant(path, () => statSync(real));
      if (found === null) return null;
      const type = found.isFile() ? 'file' : found.isDirectory() ? 'directory' : 'other';
      // a file with content but without any block is treated as a hole; some file systems store small files in this way
      const sparse = type === 'file' && found.size > 0 ? found.blocks === 0 : null;
      return { type, size: found.size, sparse };
    },
    async read(path, length) {
      const real = within(path);
      if (real === null) return null;
      return tolerant(path, () => {
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
      const names = real === null ? null : tolerant(path, () => readdirSync(real));
      return (names ?? []).slice(0, maxNames).sort();
    },
    async open(path): Promise<ByteSource | null> {
      const real = within(path);
      if (real === null || tolerant(path, () => statSync(real))?.isFile() !== true) return null;
      return fileSource(real);
    },
    async free(path) {
      if (base !== sep) return null;
      const real = within(path);
      return real === null
        ? null
        : tolerant(path, () => {
            const room = statfsSync(real);
            return room.bfree * room.bsize;
          });
    },
  };
}
