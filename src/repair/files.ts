/** Every change that a repair makes to the file system outside: one small list, so that each can be made to fail in a test. */
import {
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeSync,
} from 'node:fs';

/** The operations on files of the machine that a repair needs. */
export interface Files {
  makeFolder(path: string): void;
  /** Opens a new file, readable by its owner only; with `existing`, one that is there. Returns the descriptor. */
  open(path: string, existing?: boolean): number;
  /** Writes all of the bytes at a place. */
  write(fd: number, bytes: Uint8Array, at: number): void;
  /** Makes the file this many bytes long; what is added is a hole. */
  resize(fd: number, bytes: number): void;
  close(fd: number): void;
  /** Makes `to` a copy that shares its blocks with `from`; false where the file system cannot do that. */
  clone(from: string, to: string): boolean;
  /** Waits until a file, or the names in a folder, are on disk. */
  sync(path: string): void;
  rename(from: string, to: string): void;
  link(from: string, to: string): void;
  /** Removes a file; one that is not there is no matter. */
  remove(path: string): void;
  /** Removes an empty folder. */
  removeFolder(path: string): void;
}

export const realFiles: Files = {
  makeFolder: (path) => mkdirSync(path, 0o700),
  open: (path, existing = false) => openSync(path, existing ? 'r+' : 'wx+', 0o600),
  write(fd, bytes, at) {
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, at + done);
  },
  resize: ftruncateSync,
  close: closeSync,
  clone(from, to) {
    try {
      copyFileSync(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
      return true;
    } catch {
      rmSync(to, { force: true });
      return false;
    }
  },
  sync(path) {
    const fd = openSync(path, 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  },
  rename: renameSync,
  link: linkSync,
  remove: (path) => rmSync(path, { force: true }),
  removeFolder: rmdirSync,
};

/** Writes a small file anew: all of it or nothing is under its name, also after a power cut. */
export function writeWhole(files: Files, path: string, text: string): void {
  const beside = `${path}.new`;
  files.remove(beside);
  const fd = files.open(beside);
  try {
    files.write(fd, new TextEncoder().encode(text), 0);
  } finally {
    files.close(fd);
  }
  files.sync(beside);
  files.rename(beside, path);
}
