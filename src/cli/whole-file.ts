/** A file that gets its name only when it is complete. */
import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';

/**
 * Whether the path is a device, a pipe or a folder, which must never be replaced by a file: if root renamed a file over
 * /dev/null, it would be a file for all users.
 */
const isSpecial = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === false;

/** The target of a symlink, so that the link itself remains. */
function followLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/**
 * Text is written to a temporary file in the same folder, which is renamed at the end; devices and pipes are written
 * directly. All methods throw the system's errors.
 */
export class WholeFile {
  private readonly path: string;
  private readonly temporary: string | null;
  /** -1 once closed. */
  private fd: number;

  constructor(path: string) {
    this.path = followLinks(path);
    this.temporary = isSpecial(this.path) ? null : `${this.path}.${process.pid}.tmp`;
    // an existing file of that name is left over, or a trap
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

  /** Removes the temporary file; a file that existed before is left unchanged. */
  giveUp(): void {
    this.close();
    if (this.temporary !== null) rmSync(this.temporary, { force: true });
  }
}
