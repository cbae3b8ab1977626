/** A file that gets its name only once it is whole. */
import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';

/**
 * What is at a path, if it is no regular file: a device, a pipe, a folder. It must never be replaced by a file: renamed over
 * by root, /dev/null would be a file for everybody from then on.
 */
const isSpecial = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === false;

/** Where a symlink leads, so that it stays one. */
function behindLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/**
 * Text is written beside the place first and moved there at the end; devices and pipes are written to directly. All methods
 * throw the system's errors.
 */
export class WholeFile {
  private readonly path: string;
  private readonly temporary: string | null;
  /** -1 once closed. */
  private fd: number;

  constructor(path: string) {
    this.path = behindLinks(path);
    this.temporary = isSpecial(this.path) ? null : `${this.path}.${process.pid}.tmp`;
    // one of that name can only be left over, or a trap
    if (this.temporary !== null) rmSync(this.temporary, { force: true });
    this.fd = this.temporary === null ? openSync(this.path, 'w') : openSync(this.temporary, 'wx', 0o666);
  }

  write(text: string): void {
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.fd, bytes, at);
  }

  finish(): void {
    if (this.temporary !== null) fsyncSync(this.fd);
    this.close();
    if (this.temporary !== null) renameSync(this.temporary, this.path);
  }

  private close(): void {
    const { fd } = this;
    this.fd = -1;
    if (fd !== -1) closeSync(fd);
  }

  /** Leaves nothing behind, and what was there as it was. */
  giveUp(): void {
    this.close();
    if (this.temporary !== null) rmSync(this.temporary, { force: true });
  }
}
