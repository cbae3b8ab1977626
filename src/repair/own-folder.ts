/**
 * Folders that only this user can write to, opened without following a link and then used by descriptor: a user who
 * can rename names beside them cannot make a repair write to anything else, or remove it.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Files } from './files';

/** Names of folders by the paths of their descriptors, for messages. */
const anchors = new Map<string, string>();

/** A text in which the descriptors of folders are replaced by their names. */
export function withNames(text: string): string {
  let named = text;
  for (const [anchor, path] of anchors) named = named.replaceAll(`${anchor}/`, `${path}/`);
  return named;
}

/** A path of an open folder that other processes can use too; the plain path on a system without /proc. */
function anchorOf(path: string, fd: number): string {
  const anchor = `/proc/${process.pid}/fd/${fd}`;
  const { dev, ino } = fstatSync(fd);
  try {
    const stats = statSync(anchor);
    if (stats.dev !== dev || stats.ino !== ino) return path;
  } catch {
    return path;
  }
  anchors.set(anchor, path);
  return anchor;
}

/** A state or a record is shorter; what others put there may have any size. */
const maxText = 256 * 1024 * 1024;

/** The text of a regular file, which is not a link; empty if there is none. Never waits for the writer of a fifo. */
export function plainText(path: string): string {
  let fd = -1;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stats = fstatSync(fd);
    return stats.isFile() && stats.size <= maxText ? readFileSync(fd, 'utf8') : '';
  } catch {
    return '';
  } finally {
    if (fd !== -1) closeSync(fd);
  }
}

export class OwnFolder {
  private constructor(
    readonly path: string,
    private fd: number,
    /** The folder by its descriptor. */
    readonly anchor: string,
  ) {}

  /** Opens a folder; undefined if it is something else, belongs to another user, or others can write to it. */
  static open(path: string): OwnFolder | undefined {
    let fd: number;
    try {
      fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    } catch {
      return undefined;
    }
    const stats = fstatSync(fd);
    const user = process.geteuid?.();
    if (stats.isDirectory() && (user === undefined || stats.uid === user) && (stats.mode & 0o022) === 0)
      return new OwnFolder(path, fd, anchorOf(path, fd));
    closeSync(fd);
    return undefined;
  }

  /** The path of a file in it. */
  file(name: string): string {
    return join(this.anchor, name);
  }

  names(): string[] {
    return readdirSync(this.anchor);
  }

  /** The text of a file in it; empty if there is none. */
  text(name: string): string {
    return plainText(this.file(name));
  }

  /** The same folder by a name that it got since. */
  renamed(path: string): OwnFolder {
    anchors.set(this.anchor, path);
    const moved = new OwnFolder(path, this.fd, this.anchor === this.path ? path : this.anchor);
    this.fd = -1;
    return moved;
  }

  /** Whether its path still leads to it. */
  isInPlace(): boolean {
    const stats = lstatSync(this.path, { throwIfNoEntry: false });
    const own = fstatSync(this.fd);
    return stats?.isDirectory() === true && stats.dev === own.dev && stats.ino === own.ino;
  }

  /** Removes it with all in it, the files `last` after the others, and closes it. */
  remove(files: Files, last: readonly string[]): void {
    try {
      for (const name of this.names()) if (!last.includes(name)) files.removeTree(this.file(name));
      for (const name of last) files.remove(this.file(name));
      if (!this.isInPlace()) return;
      files.removeFolder(this.path);
    } finally {
      this.close();
    }
  }

  close(): void {
    if (this.fd !== -1) closeSync(this.fd);
    this.fd = -1;
  }
}
