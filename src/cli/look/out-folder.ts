/**
 * A folder that gets files of an image. It is used by its descriptor where the system can do that, every name is created
 * by the call that opens it, and no link is followed: another process cannot make this one write anywhere else.
 */
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  futimesSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import type { Timestamp } from '../../view/stat';

/** What is set on a file that is complete. */
export interface Finish {
  mode: number;
  accessed: Timestamp;
  modified: Timestamp;
}

const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL } = constants;
// Windows has neither
const O_DIRECTORY: number = constants.O_DIRECTORY ?? 0;
const O_NOFOLLOW: number = constants.O_NOFOLLOW ?? 0;

const secondsOf = ({ seconds, nanoseconds }: Timestamp): number => seconds + Math.min(nanoseconds, 999_999_999) / 1e9;

/** Permissions without setuid, setgid and sticky, and the times; the owner is left unchanged. */
export function finish(fd: number, { mode, accessed, modified }: Finish): void {
  fchmodSync(fd, mode & 0o777);
  futimesSync(fd, secondsOf(accessed), secondsOf(modified));
}

/** The path of an open folder by its descriptor; the plain path on a system without /proc. */
function anchorOf(path: Buffer, fd: number): Buffer {
  const anchor = `/proc/self/fd/${fd}`;
  const { dev, ino } = fstatSync(fd);
  const stats = statSync(anchor, { throwIfNoEntry: false });
  return stats?.dev === dev && stats.ino === ino ? Buffer.from(anchor) : path;
}

/** All methods throw the system's errors. Names are single components. */
export class OutFolder {
  private readonly base: Buffer;

  private constructor(
    path: Buffer,
    /** -1 on Windows, which does not open folders. */
    private readonly fd: number,
  ) {
    this.base = fd < 0 ? path : anchorOf(path, fd);
  }

  private static opened(path: Buffer, flags: number): OutFolder {
    if (O_DIRECTORY !== 0) return new OutFolder(path, openSync(path, O_RDONLY | O_DIRECTORY | flags));
    // refuses links as well, which are not directories for lstat
    if (flags !== 0 && !lstatSync(path).isDirectory())
      throw Object.assign(new Error('it is not a folder'), { code: 'ENOTDIR' });
    return new OutFolder(path, -1);
  }

  /** The folder that the user names, which is created if it does not exist. */
  static root(path: string): OutFolder {
    try {
      mkdirSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    return OutFolder.opened(Buffer.from(path), 0);
  }

  private file(name: Uint8Array): Buffer {
    return Buffer.concat([this.base, Buffer.from('/'), name]);
  }

  get isEmpty(): boolean {
    return readdirSync(this.base).length === 0;
  }

  has(name: Uint8Array): boolean {
    return lstatSync(this.file(name), { throwIfNoEntry: false }) !== undefined;
  }

  /** A new folder, which no other user can use until it is finished. */
  makeFolder(name: Uint8Array): OutFolder {
    mkdirSync(this.file(name), 0o700);
    return this.openFolder(name);
  }

  openFolder(name: Uint8Array): OutFolder {
    return OutFolder.opened(this.file(name), O_NOFOLLOW);
  }

  /** The descriptor of a new file. */
  makeFile(name: Uint8Array): number {
    return openSync(this.file(name), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  }

  makeSymlink(name: Uint8Array, target: Uint8Array): void {
    symlinkSync(Buffer.from(target), this.file(name));
  }

  /** Another name for a file that this program made in `other`. */
  makeLink(name: Uint8Array, other: OutFolder, otherName: Uint8Array): void {
    linkSync(other.file(otherName), this.file(name));
  }

  finish(facts: Finish): void {
    if (this.fd >= 0) finish(this.fd, facts);
  }

  close(): void {
    if (this.fd >= 0) closeSync(this.fd);
  }
}
