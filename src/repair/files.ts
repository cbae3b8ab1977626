/** All operations by which a repair changes files outside the image, so that tests can make each of them fail. */
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
  /** Creates and opens a file, readable by its owner only; with `existing`, opens an existing one. Returns the descriptor. */
  open(path: string, existing?: boolean): number;
  /** Writes all bytes at an offset. */
  write(fd: number, bytes: Uint8Array, at: number): void;
  /** Sets the size of the file in bytes; added bytes are a hole. */
  resize(fd: number, bytes: number): void;
  close(fd: number): void;
  /** Makes `to` a copy that shares its blocks with `from`; false if the file system does not support that. */
  clone(from: string, to: string): boolean;
  /** Syncs a file, or the names in a folder, to disk. */
  sync(path: string): void;
  rename(from: string, to: string): void;
  link(from: string, to: string): void;
  /** Removes a file if it exists. */
  remove(path: string): void;
  /** Removes a file, or a folder with all in it, without following links. */
  removeTree(path: string): void;
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
  removeTree: (path) => rmSync(path, { force: true, recursive: true }),
  removeFolder: rmdirSync,
};

/** Replaces a small file atomically: it is never partly written, even after a power failure. */
export function writeAtomically(files: Files, path: string, text: string): void {
  const temporary = `${path}.new`;
  files.remove(temporary);
  const fd = files.open(temporary);
  try {
    files.write(fd, new TextEncoder().encode(text), 0);
  } finally {
    files.close(fd);
  }
  files.sync(temporary);
  files.rename(temporary, path);
}
