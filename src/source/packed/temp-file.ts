/** A file that exists only while it is open. */
import { join } from 'node:path';
import { fs } from '../fs';

const { closeSync, constants, openSync, statfsSync, unlinkSync, writeSync } = fs;

export class TempFile {
  /** -1 once closed. */
  fd: number;
  private readonly path: string;
  private named = false;

  constructor(dir: string) {
    this.path = join(dir, `extcheck-${process.pid}-${Math.random().toString(36).slice(2)}`);
    this.fd = openSync(this.path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      unlinkSync(this.path);
    } catch {
      // Some systems, such as Windows, cannot remove the name of an open file.
      this.named = true;
      process.on('exit', this.close);
    }
  }

  write(at: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) done += writeSync(this.fd, bytes, done, bytes.length - done, at + done);
  }

  /** Closes and removes the file; has no effect when called twice. */
  readonly close = (): void => {
    if (this.fd === -1) return;
    const fd = this.fd;
    this.fd = -1;
    closeSync(fd);
    if (!this.named) return;
    process.off('exit', this.close);
    unlinkSync(this.path);
  };
}

/** Space in the file system of a folder, in bytes; null where the system does not say. */
export function spaceIn(dir: string): { free: number; total: number } | null {
  try {
    const { bavail, blocks, bsize } = statfsSync(dir);
    return { free: bavail * bsize, total: blocks * bsize };
  } catch {
    return null;
  }
}
